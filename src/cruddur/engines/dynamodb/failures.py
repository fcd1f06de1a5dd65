"""What DynamoDB's error answers mean for the call that got them."""

from typing import Any

import msgspec

from cruddur.errors import ConditionFailed, TableError, TableUnavailable, TransactionFailed

CONDITION_FAILED = "ConditionalCheckFailedException"
TABLE_MISSING = "ResourceNotFoundException"
_CANCELED = "TransactionCanceledException"

# Nothing was done, and the same call may succeed a moment later.
_NOT_NOW = frozenset({
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "ReplicatedWriteConflictException",
    "RequestLimitExceeded",
    "ThrottlingException",
    "TransactionConflictException",
    "TransactionInProgressException",
})  # fmt: skip
_EXPIRED = frozenset({"ExpiredTokenException", "ExpiredToken"})
# Nothing wrong with the call, but with what this process may do: an operator's task.
_NOT_ALLOWED = frozenset({
    "AccessDeniedException",
    "IncompleteSignatureException",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "UnrecognizedClientException",
})  # fmt: skip
# In a transaction, each write has a reason of its own.
_WRITE_NOT_NOW = frozenset({
    "ProvisionedThroughputExceeded",
    "ThrottlingError",
    "TransactionConflict",
})  # fmt: skip
_SERVER_ERROR = 500


class TableMissing(TableUnavailable):
    """There is no such table, or it is not ready yet."""


class Rejected(TableError, ValueError):
    """The call makes no sense to DynamoDB; `code` is its name for what is wrong."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code


class TryAgain(Exception):
    """The same call may succeed.

    `fate_unknown` says that it may have been carried out nevertheless. `final` is what the caller
    hears when there is no time left.
    """

    def __init__(
        self, reason: str, *, fate_unknown: bool = False, final: TableError | None = None
    ) -> None:
        super().__init__(reason)
        self.fate_unknown = fate_unknown
        self.final = final or TableUnavailable(reason)


class Throttled(TryAgain):
    """Nothing was done: there were no units for it, or others were at the same items."""


class CredentialsExpired(TryAgain):
    """Nothing was done; new credentials may be there."""


def failure_of(status: int, body: bytes) -> Exception:
    """The exception that an answer other than 200 stands for."""
    if status >= _SERVER_ERROR:
        # Including 500: AWS does not say whether the write was done.
        return TryAgain(f"HTTP {status}", fate_unknown=True)
    answer = _decoded(body)
    code = str(answer.get("__type", f"HTTP {status}")).rpartition("#")[2]
    detail = str(answer.get("message") or answer.get("Message") or "")
    if code == CONDITION_FAILED:
        return ConditionFailed(detail)
    if code == _CANCELED:
        return _canceled([one.get("Code", "None") for one in answer["CancellationReasons"]], detail)
    return _by_code(code, detail)


def _by_code(code: str, detail: str) -> Exception:
    if code in _NOT_NOW:
        return Throttled(f"{code}: {detail}")
    if code in _EXPIRED:
        return CredentialsExpired(f"{code}: {detail}")
    if code in _NOT_ALLOWED:
        return TableUnavailable(f"{code}: {detail}")
    if code == TABLE_MISSING:
        return TableMissing(detail or "there is no such table")
    return Rejected(code, detail)


def _canceled(reasons: list[str], detail: str) -> Exception:
    failed = tuple(i for i, code in enumerate(reasons) if code == "ConditionalCheckFailed")
    if failed:
        return TransactionFailed(failed)
    if any(code not in _WRITE_NOT_NOW and code != "None" for code in reasons):
        return Rejected(_CANCELED, detail)
    conflict = TransactionFailed(()) if "TransactionConflict" in reasons else None
    return Throttled(detail, final=conflict)


def _decoded(body: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}  # something between us and DynamoDB answered
