"""Holds that whatever problem a test gets is one that the OpenAPI document has for this operation."""

import re
from collections.abc import Callable, Coroutine, Iterator, Mapping
from typing import Any, NamedTuple

import httpx
from litestar import Litestar

from cruddur.web.api.openapi_document import caller_of, completed
from cruddur.web.api.problem_codes import codes_of
from cruddur.web.http.problems import PROBLEM_JSON

Hook = Callable[[httpx.Response], Coroutine[Any, Any, None]]

_ELSEWHERE = {404: "not_found", 405: "method_not_allowed"}
"""What a path or a method gets that is none of the operation's, such as one with an id of no UUID."""


class _Operation(NamedTuple):
    pattern: re.Pattern[str]
    method: str
    name: str
    caller: str
    statuses: frozenset[str]


_known: list[_Operation] = []


def check_of(app: Litestar) -> Hook:
    """Returns what looks at each answer of this application."""

    async def check(answer: httpx.Response) -> None:
        if not answer.headers.get("content-type", "").startswith(PROBLEM_JSON):
            return
        if not _known:  # all applications have the same routes
            _known.extend(_operations(completed(app.openapi_schema.to_schema())))
        operation = _operation_of(answer.request)
        if operation is not None:
            await answer.aread()
            _check(operation, answer)

    return check


def _check(operation: _Operation, answer: httpx.Response) -> None:
    code, status = answer.json()["code"], answer.status_code
    if _ELSEWHERE.get(status) == code or code == "internal":
        return
    described = codes_of(operation.name, str(status), operation.caller)
    assert code in described, f"{operation.name} sends {status} {code}; described are {described}"
    assert str(status) in operation.statuses, f"{operation.name} sends {status} {code}"


def _operation_of(request: httpx.Request) -> _Operation | None:
    path = request.url.raw_path.decode().partition("?")[0]
    found = (one for one in _known if one.method == request.method and one.pattern.fullmatch(path))
    return next(found, None)


def _operations(document: Mapping[str, Any]) -> Iterator[_Operation]:
    # Paths without parameters first: `/api/users/search` is none of `/api/users/{external_id}`.
    for path, methods in sorted(document["paths"].items(), key=lambda one: "{" in one[0]):
        pattern = re.compile(re.sub(r"\\{.*?\\}", "[^/]+", re.escape(path)))
        for method, operation in methods.items():
            yield _Operation(
                pattern,
                method.upper(),
                operation["operationId"],
                caller_of(operation),
                frozenset(operation["responses"]),
            )
