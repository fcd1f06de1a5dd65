"""Translates DynamoDB's error answers to exceptions."""

from typing import Any

import msgspec

from cruddur.domain.errors import ConditionFailed, TableError, TableUnavailable, TransactionFailed

CONDITION_FAILED = "ConditionalCheckFailedException"
TABLE_MISSING = "ResourceNotFoundException"
_CANCELED = "TransactionCanceledException"

# The call was not executed, and may succeed a moment later.
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
# This process lacks a permission, which an operator has to grant.
_NOT_ALLOWED = frozenset({
    "AccessDeniedException",
    "IncompleteSignatureException",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "UnrecognizedClientException",
})  # fmt: skip
# A cancelled transaction reports a reason for each write.
_WRITE_NOT_NOW = frozenset({
    "ProvisionedThroughputExceeded",
    "ThrottlingError",
    "TransactionConflict",
})  # fmt: skip
_REQUEST_ERROR = 400
_SERVER_ERROR = 500


class TableMissing(TableUnavailable):
    """The table does not exist, or it is not ready yet."""


class NotDynamoDB(TableUnavailable):
    """The endpoint answered, but it is not DynamoDB: it is another service or a proxy."""

    def __init__(self, url: str, answer: str) -> None:
        super().__init__(f"what answers at {url} is not DynamoDB ({answer}): is the address right?")


class Rejected(TableError, ValueError):
    """DynamoDB rejected the call as invalid; `code` is its name for the error."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code


class TryAgain(Exception):
    """The call failed and may succeed when it is repeated.

    `outcome_unknown` says that it may have been executed nevertheless. `final` is the exception for
    the caller when there is no time left.
    """

    def __init__(
        self, reason: str, *, outcome_unknown: bool = False, final: TableError | None = None
    ) -> None:
        super().__init__(reason)
        self.outcome_unknown = outcome_unknown
        self.final = final or TableUnavailable(reason)


class Throttled(TryAgain):
    """The call was not executed: units were lacking, or other calls used the same items."""


class CredentialsExpired(TryAgain):
    """The call was not executed, because the credentials expired. New ones may be available."""


def failure_of(status: int, body: bytes, url: str) -> Exception:
    """Returns the exception for an answer with another status than 200; `url` is the address called."""
    if status >= _SERVER_ERROR:
        # Also for 500, after which AWS does not say whether the write was executed.
        return TryAgain(f"HTTP {status} from {url}", outcome_unknown=True)
    answer = _decoded(body)
    if "__type" not in answer:
        is_moved = status < _REQUEST_ERROR
        what = "a redirect, which is never followed" if is_moved else f"HTTP {status}"
        return NotDynamoDB(url, what)
    code = str(answer["__type"]).rpartition("#")[2]
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
        return {}  # a proxy answered, not DynamoDB
