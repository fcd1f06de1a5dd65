"""Rules of DynamoDB that every engine enforces with the same error texts.

A broken rule raises ValueError. See "Constraints in Amazon DynamoDB" and the API reference.
"""

from collections.abc import Sequence

from cruddur.domain.item import Key
from cruddur.ports.table import Put, Query, Update, Write
from cruddur.schema import keys

TRANSACTION_MAX_WRITES = 100
_KEY_ATTRIBUTES = frozenset({keys.PARTITION_KEY, keys.SORT_KEY})


def check_key(key: Key) -> None:
    """Requires both key attributes to be non-empty strings."""
    for name, value in zip((keys.PARTITION_KEY, keys.SORT_KEY), key, strict=True):
        if not isinstance(value, str) or not value:
            raise ValueError(f"the key attribute {name} must be a string that is not empty")


def check_write(write: Write) -> None:
    """Requires a valid key, and a valid update if it is one."""
    check_key(_written_key(write))
    if isinstance(write, Update):
        check_update(write)


def check_update(update: Update) -> None:
    """Requires that the update names each attribute once and none of the key."""
    touched = {*update.values, *update.remove}
    if touched & _KEY_ATTRIBUTES:
        raise ValueError("key attributes cannot be updated: delete the item and put another")
    if len(touched) < len(update.values) + len(update.remove):
        raise ValueError("an update names an attribute twice")


def check_transaction(writes: Sequence[Write]) -> None:
    """Requires 1 to TRANSACTION_MAX_WRITES writes with distinct keys."""
    if not 0 < len(writes) <= TRANSACTION_MAX_WRITES:
        raise ValueError(f"a transaction has 1 to {TRANSACTION_MAX_WRITES} writes")
    if len({_written_key(write) for write in writes}) < len(writes):
        raise ValueError("a transaction may name a key only once")


def check_query(query: Query) -> None:
    """Requires a known index, no strong read of it, a limit, a partition, and a prefix or bounds."""
    if query.index not in {None, keys.INBOX_INDEX}:
        raise ValueError(f"there is no index {query.index}")
    if query.index and query.consistent:
        raise ValueError("an index cannot be read consistently")
    if query.limit < 1:
        raise ValueError("a query has a limit of at least 1")
    if query.range.prefix is not None and (query.range.at_least or query.range.at_most):
        raise ValueError("a range has a prefix or bounds, not both")
    if not query.partition:
        raise ValueError("a query names a partition")


def _written_key(write: Write) -> Key:
    return keys.key_of(write.item) if isinstance(write, Put) else write.key
