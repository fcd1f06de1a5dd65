"""What the writer does: decide on the items as they are, then change them and record it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cruddur.errors import ConditionFailed, TransactionFailed
from cruddur.messaging.ports import Change, Delete, Item, Key, Less, Missing, Put, Update, Write
from cruddur.table import keys
from cruddur.table.checks import check_transaction
from cruddur.table.sqlite.batch import Batch
from cruddur.table.sqlite.effects import Effect, Plan, Records
from cruddur.table.sqlite.rows import key_of, row_of

_NEW_ITEM = Missing(keys.PARTITION_KEY)

# TTL values are whole seconds since 1970.
_EXPIRED = "SELECT pk, sk FROM items WHERE expires_at < ? ORDER BY expires_at LIMIT ?"
_FORGET = "DELETE FROM changes WHERE sequence <= ?"


@dataclass(frozen=True, slots=True)
class Operation:
    """Some work on a batch, and the items that it will ask for.

    `operate` returns whether it recorded a change; what it raises, it raises before it changes
    anything.
    """

    keys: Sequence[Key]
    operate: Callable[[Batch], bool]

    def __call__(self, batch: Batch) -> bool:
        return self.operate(batch)


def operation(write: Put | Update | Delete, records: Records) -> Operation:
    if isinstance(write, Put) and len(write.condition) == 1 and write.condition[0] == _NEW_ITEM:
        return _insertion(write.item, records)
    plan = Plan(write, records)

    def operate(batch: Batch) -> bool:
        effect = plan.look(batch)
        if effect is None:
            raise ConditionFailed(f"the condition on {plan.key} does not hold")
        return effect.apply(batch)

    return Operation((plan.key,), operate)


def transaction(writes: Sequence[Write], records: Records) -> Operation:
    check_transaction(writes)
    plans = [Plan(write, records) for write in writes]
    touched = [plan.key for plan in plans]

    def operate(batch: Batch) -> bool:
        effects = [plan.look(batch) for plan in plans]
        failed = tuple(at for at, effect in enumerate(effects) if effect is None)
        if failed:
            raise TransactionFailed(failed)
        recorded = [effect.apply(batch) for effect in effects if effect is not None]
        return any(recorded)

    return Operation(touched, operate)


def forgetting(last: int) -> Operation:
    """Drops the recorded changes up to this number."""

    def forget(batch: Batch) -> bool:
        batch.cursor.execute(_FORGET, (last,))
        return False

    return Operation((), forget)


def expiring(now: int, most: int, records: Records) -> Operation:
    """Removes items whose time is over, as DynamoDB does, and tells the change feed."""
    # The batch may have given an item more time, of which the file does not know yet.
    is_over = [Less(keys.TTL_ATTRIBUTE, now)]

    def expire(batch: Batch) -> bool:
        found = [Key(*row) for row in batch.cursor.execute(_EXPIRED, (now, most))]
        batch.look_up(found)
        effects = [Plan(Delete(key, is_over), records).look(batch) for key in found]
        recorded = [effect.apply(batch) for effect in effects if effect is not None]
        return any(recorded)

    return Operation((), expire)


def _insertion(item: Item, records: Records) -> Operation:
    """The hot path: whether a new message is recorded is known before the writer has its turn."""
    row = row_of(item)
    key = key_of(row)
    recorded = records(Change("", "insert", key, item, None))
    effect = Effect(key, "insert", new=row, recorded=recorded)

    def insert(batch: Batch) -> bool:
        if batch.body(key) is not None:
            raise ConditionFailed(f"there is an item {key} already")
        return effect.apply(batch)

    return Operation((key,), insert)
