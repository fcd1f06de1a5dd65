"""The exceptions of the service.

There are two families. An `ApiError` is an answer to the user: the web sends it as problem details, a
command prints it as one line. A `TableError` is raised by a table engine and handled by use cases.

Each code of an `ApiError` is declared beside what raises it, once. `/schema` lists what is declared.
"""

from collections.abc import Mapping
from typing import NewType

ErrorCode = NewType("ErrorCode", str)
"""A declared code. It is stable and meant for programs."""

_meanings: dict[ErrorCode, str] = {}


def declare_code(code: str, meaning: str) -> ErrorCode:
    """Declares an error code, and returns it. Raises ValueError if another module declared it.

    `meaning` is a sentence for those who write programs. A code never changes once it was released.
    """
    declared = ErrorCode(code)
    if declared in _meanings:
        raise ValueError(f"the error code {code} is declared twice")
    _meanings[declared] = meaning
    return declared


def declare_limit(stem: str, meaning: str, most: int) -> ErrorCode:
    """Declares the code of a limit that a setting gives, and returns it. Its name ends in the limit.

    `meaning` has `{}` where the number stands.
    """
    code = ErrorCode(f"{stem}_{most}")
    _meanings[code] = meaning.format(f"{most:,}")
    return code


def declared_codes() -> Mapping[ErrorCode, str]:
    """Returns the codes that the imported modules declared, with their meanings, by name."""
    return dict(sorted(_meanings.items()))


UNAUTHENTICATED = declare_code("unauthenticated", "Nobody is signed in, or no longer.")
NOTHING_HERE = declare_code("not_found", "There is nothing at this path.")
RATE_LIMITED = declare_code(
    "rate_limited", "Too many requests; Retry-After says when to come back."
)
UNAVAILABLE = declare_code(
    "unavailable", "Not now; the same request is safe to repeat after Retry-After."
)


class ApiError(Exception):
    """The request was understood and rejected; nothing was written.

    `code` is stable and meant for programs, `detail` is a sentence for people, and `field` names the
    input that is wrong.
    """

    status = 400

    def __init__(self, code: ErrorCode, detail: str, *, field: str | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.field = field


class Invalid(ApiError):
    """An input breaks a rule."""

    status = 422


class UnsupportedType(ApiError):
    """The body is of a media type that is not taken here."""

    status = 415


class Unauthenticated(ApiError):
    """The caller is not signed in, or the credentials are wrong."""

    status = 401


class Forbidden(ApiError):
    """The caller is known, but not allowed to do this."""

    status = 403


class NotFound(ApiError):
    """The thing does not exist, or the caller may not know that it does: both get the same answer."""

    status = 404


class Conflict(ApiError):
    """The name is taken, or somebody changed the thing at the same time."""

    status = 409


class RateLimited(ApiError):
    """The caller sent too many requests. `retry_after` is the number of seconds to wait."""

    status = 429

    def __init__(self, detail: str, *, retry_after: float, code: ErrorCode = RATE_LIMITED) -> None:
        super().__init__(code, detail)
        self.retry_after = retry_after


class Busy(ApiError):
    """The service cannot do it now. The request is safe to repeat after `retry_after` seconds."""

    status = 503

    def __init__(self, detail: str, *, retry_after: float = 1) -> None:
        super().__init__(UNAVAILABLE, detail)
        self.retry_after = retry_after


class TableError(Exception):
    """A table engine could not do what it was asked to."""


class ConditionFailed(TableError):
    """The item does not meet the condition; nothing was written."""


class TransactionFailed(ConditionFailed):
    """The conditions of a transaction did not all hold; nothing was written.

    `failed` holds the positions of the writes whose condition failed. It is empty after a conflict
    with another transaction, which is worth another try.
    """

    def __init__(self, failed: tuple[int, ...]) -> None:
        super().__init__(f"conditions failed at positions {failed}")
        self.failed = failed


class TableUnavailable(TableError):
    """The engine is down, throttled or too slow. A write may have happened or not."""


class OutcomeUnknown(TableUnavailable):
    """The answer to a write was lost. A strongly consistent read tells whether the write happened."""
