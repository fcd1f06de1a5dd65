"""How long to wait before a request is tried again, and what an answer means."""

import random
from collections.abc import Iterator
from typing import Any

import httpx

from cruddur_client.errors import ApiError, Unavailable

TRIES = 8
_FIRST_SECONDS = 0.25
_LONGEST_SECONDS = 30.0
_ASKED_MAX_SECONDS = 300.0
_PASSES_BY = frozenset({429, 502, 503, 504})
"""Statuses of a service that is busy, down or behind a proxy that does not reach it."""


class Attempts:
    """The tries of one request. `tries` is None for a program that never gives up."""

    def __init__(self, tries: int | None, *, may_renew: bool) -> None:
        self._pauses = pauses(tries)
        self._may_renew = may_renew

    def renews(self, answer: httpx.Response) -> bool:
        """Whether the request is sent again with a new token: once, and only if one can be had."""
        renews = self._may_renew and answer.status_code == httpx.codes.UNAUTHORIZED
        self._may_renew = self._may_renew and not renews
        return renews

    def after_failure(self, error: httpx.TransportError) -> float:
        """Returns the seconds to wait after no answer came. Raises Unavailable after the last try."""
        if isinstance(error, httpx.UnsupportedProtocol):
            raise error  # the address is wrong, and stays so
        pause = next(self._pauses, None)
        if pause is None:
            said = str(error) or type(error).__name__
            raise Unavailable(f"{_origin_of(error)}: {said}") from error
        return pause

    def after_answer(self, answer: httpx.Response) -> float | None:
        """Returns the seconds to wait, or None if the answer is the last word.

        Raises Unavailable after the last try.
        """
        if answer.status_code not in _PASSES_BY:
            return None
        pause = next(self._pauses, None)
        if pause is None:
            raise Unavailable(str(refusal_of(answer)))
        return max(pause, _asked_pause(answer))


def pauses(tries: int | None = TRIES) -> Iterator[float]:
    """Yields the seconds to wait after each failed try but the last; without an end if `tries` is None.

    Half of a pause is chance, so that clients of a restarted service do not come back at once.
    """
    number = 0
    while tries is None or number < tries - 1:
        longest = min(_FIRST_SECONDS * 2 ** min(number, 12), _LONGEST_SECONDS)
        yield longest / 2 + random.uniform(0, longest / 2)  # noqa: S311  no secret
        number += 1


def _origin_of(error: httpx.TransportError) -> str:
    """The server that did not answer. The path is left out: it may be a link of somebody."""
    try:
        url = error.request.url
    except RuntimeError:  # httpx has not said which request it was
        return "The service"
    return f"{url.scheme}://{url.netloc.decode()}"


def _asked_pause(answer: httpx.Response) -> float:
    # RFC 9110, 10.2.3. The service gives seconds; a date is left to the pause of our own.
    asked = answer.headers.get("Retry-After", "")
    return min(float(asked), _ASKED_MAX_SECONDS) if asked.isdecimal() else 0.0


def content_of(answer: httpx.Response) -> Any:
    """Returns the JSON of an answer, or None if it has none. Raises ApiError for a refusal."""
    if not answer.is_success:
        raise refusal_of(answer)
    return answer.json() if answer.content else None


def refusal_of(answer: httpx.Response) -> ApiError:
    """Returns the problem that an answer describes, whoever gave it."""
    try:
        problem = answer.json()
        code, detail = problem["code"], problem["detail"]
    except (ValueError, KeyError, TypeError):
        problem, code, detail = {}, "unknown", answer.reason_phrase
    return ApiError(answer.status_code, code, detail, problem.get("field"))
