"""What DynamoDB would refuse, refused by every engine, in the same words.

Everything here raises ValueError.
"""

from collections.abc import Sequence

from cruddur.messaging.ports import Key, Put, Query, Update, Write
from cruddur.table import keys

TRANSACTION_MAX_WRITES = 100
_KEY_ATTRIBUTES = frozenset({keys.PARTITION_KEY, keys.SORT_KEY})


def check_key(key: Key) -> None:
    for name, value in zip((keys.PARTITION_KEY, keys.SORT_KEY), key, strict=True):
        if not isinstance(value, str) or not value:
            raise ValueError(f"the key attribute {name} must be a string that is not empty")


def check_write(write: Write) -> None:
    check_key(key_of(write))
    if isinstance(write, Update):
        check_update(write)


def check_update(update: Update) -> None:
    touched = {*update.values, *update.remove}
    if touched & _KEY_ATTRIBUTES:
        raise ValueError("key attributes cannot be updated: delete the item and put another")
    if len(touched) < len(update.values) + len(update.remove):
        raise ValueError("an update names an attribute twice")


def check_transaction(writes: Sequence[Write]) -> None:
    if not 0 < len(writes) <= TRANSACTION_MAX_WRITES:
        raise ValueError(f"a transaction has 1 to {TRANSACTION_MAX_WRITES} writes")
    if len({key_of(write) for write in writes}) < len(writes):
        raise ValueError("a transaction may name a key only once")


def check_query(query: Query) -> None:
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


def key_of(write: Write) -> Key:
    if isinstance(write, Put):
        return Key(write.item.get(keys.PARTITION_KEY, ""), write.item.get(keys.SORT_KEY, ""))
    return write.key
