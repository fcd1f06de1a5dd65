"""The writer's operations: each decides on the present items, then changes them and records that."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cruddur.domain.errors import ConditionFailed, TransactionFailed
from cruddur.domain.item import Item, Key
from cruddur.engines.checks import check_transaction
from cruddur.engines.sqlite.batch import Batch
from cruddur.engines.sqlite.mutations import Mutation, WritePlan, derivation
from cruddur.engines.sqlite.rows import item_of, row_of
from cruddur.ports.table import Absent, Delete, Derive, Less, Put, Update, Write
from cruddur.schema import keys

# TTL values are whole seconds since 1970.
_EXPIRED = "SELECT pk, sk FROM items WHERE expires_at < ? ORDER BY expires_at LIMIT ?"


@dataclass(frozen=True, slots=True)
class Operation:
    """Work on a batch, and the keys of the items that it will read.

    `operate` returns whether it recorded a change. If it raises, it has changed nothing.
    """

    keys: Sequence[Key]
    operate: Callable[[Batch], bool]

    def __call__(self, batch: Batch) -> bool:
        return self.operate(batch)


def operation(
    write: Put | Update | Delete, take_old: Callable[[Item | None], None] | None = None
) -> Operation:
    """A write as an operation, which raises ConditionFailed. Raises ValueError for an invalid write.

    `take_old` gets the item as it was.
    """
    match write:
        case Put(item, [Absent()]):
            return insertion([item])
    plan = WritePlan(write)

    def operate(batch: Batch) -> bool:
        mutation = plan.resolve(batch)
        if mutation is None:
            raise ConditionFailed(f"the condition on {plan.key} does not hold")
        if take_old is not None:
            body = batch.body(plan.key)
            take_old(item_of(body) if body else None)
        return mutation.apply(batch)

    return Operation((plan.key,), operate)


def transaction(writes: Sequence[Write], derived: Sequence[Derive] = ()) -> Operation:
    """Some writes as one operation, which raises TransactionFailed, and derives others, as the port's
    `TransactWithRows` says. Raises ValueError.
    """
    check_transaction(writes)
    plans = [WritePlan(write) for write in writes]
    touched = [*(plan.key for plan in plans), *(one.key for one in derived)]

    def operate(batch: Batch) -> bool:
        mutations = [plan.resolve(batch) for plan in plans]
        failed = tuple(at for at, mutation in enumerate(mutations) if mutation is None)
        if failed:
            raise TransactionFailed(failed)
        done, is_projected = _derived(batch, derived)
        recorded = [one.apply(batch, is_projected=is_projected) for one in mutations if one]
        recorded += [row.apply(batch) for row in done]
        return any(recorded)

    return Operation(touched, operate)


def insertion(items: Sequence[Item], derived: Sequence[Derive] = ()) -> Operation:
    """Inserts new items, and derives others, as the port's `InsertWithRows` says. Raises ValueError.

    This is the hot path: it looks at no condition.
    """
    new = [Mutation(row.key, "insert", new=row) for row in map(row_of, items)]

    def insert(batch: Batch) -> bool:
        for mutation in new:
            if batch.body(mutation.key) is not None:
                raise ConditionFailed(f"there is an item {mutation.key} already")
        done, is_projected = _derived(batch, derived)
        recorded = [mutation.apply(batch, is_projected=is_projected) for mutation in new]
        recorded += [row.apply(batch) for row in done]
        return any(recorded)

    return Operation([*(one.key for one in new), *(one.key for one in derived)], insert)


def _derived(batch: Batch, derived: Sequence[Derive]) -> tuple[Sequence[Mutation], bool]:
    """Returns what becomes of all derived items, and whether something does; nothing if one fails."""
    rows = [derivation(batch, one) for one in derived]
    done = [row for row in rows if row is not None]
    is_projected = bool(rows) and all(
        row is not None or one.is_optional for row, one in zip(rows, derived, strict=True)
    )
    return (done if is_projected else []), is_projected


def expiring(now: int, most: int) -> Operation:
    """Removes at most `most` items that expired before `now`, in seconds since 1970.

    The removals are recorded in the change feed, as DynamoDB does.
    """
    # An earlier operation of this batch may have extended an item's life, which is not in the file yet.
    is_over = [Less(keys.TTL_ATTRIBUTE, now)]

    def expire(batch: Batch) -> bool:
        found = [Key(*row) for row in batch.cursor.execute(_EXPIRED, (now, most))]
        batch.look_up(found)
        mutations = [WritePlan(Delete(key, is_over)).resolve(batch) for key in found]
        recorded = [mutation.apply(batch) for mutation in mutations if mutation is not None]
        return any(recorded)

    return Operation((), expire)


def version_of_others(batch: Batch) -> tuple[int, ...]:
    """Returns a value that changes with each commit of another connection, in whichever process."""
    found: tuple[int, ...] = batch.cursor.execute("PRAGMA data_version").fetchone()
    return found
