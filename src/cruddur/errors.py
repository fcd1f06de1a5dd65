"""Everything that can go wrong and has a name.

Two families: a `Refusal` is an answer to a person (the web turns it into problem details, a command
into one line); a `TableError` is what a table engine says, and use cases handle it.
"""


class Refusal(Exception):
    """The request was understood and is refused; nothing was written.

    `code` is stable and meant for programs, `detail` is for people, `field` names the input at
    fault.
    """

    status = 400

    def __init__(self, code: str, detail: str, *, field: str | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.field = field


class Invalid(Refusal):
    """A field breaks a rule."""

    status = 422


class Unauthenticated(Refusal):
    """Nobody is signed in, or the credentials are wrong."""

    status = 401


class Forbidden(Refusal):
    """Known, but not allowed to do this."""

    status = 403


class NotFound(Refusal):
    """There is no such thing, or the caller may not know that there is: both look the same."""

    status = 404


class Conflict(Refusal):
    """Somebody else has it already."""

    status = 409


class TooMany(Refusal):
    """Too many requests; `retry_after` says after how many seconds one is welcome again."""

    status = 429

    def __init__(self, detail: str, *, retry_after: float) -> None:
        super().__init__("rate_limited", detail)
        self.retry_after = retry_after


class Busy(Refusal):
    """Not now; the same request is safe to repeat after `retry_after` seconds."""

    status = 503

    def __init__(self, detail: str, *, retry_after: float = 1) -> None:
        super().__init__("unavailable", detail)
        self.retry_after = retry_after


class TableError(Exception):
    """A table engine could not do what it was asked."""


class ConditionFailed(TableError):
    """The item is not as the condition demands; nothing was written."""


class TransactionFailed(ConditionFailed):
    """A transaction's conditions did not all hold; nothing was written.

    `failed` holds the positions of the writes whose condition failed (empty: a conflict with
    another transaction, worth another try).
    """

    def __init__(self, failed: tuple[int, ...]) -> None:
        super().__init__(f"conditions failed at positions {failed}")
        self.failed = failed


class TableUnavailable(TableError):
    """The engine is down, throttled or too slow. A write may or may not have happened."""


class FateUnknown(TableUnavailable):
    """The answer to a write was lost. A strongly consistent read can tell whether it happened."""
