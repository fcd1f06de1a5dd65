"""What a write will do to its item, known in full before anything is written."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, assert_never

from cruddur.messaging.ports import Change, Check, Delete, Item, Key, Put, Update, Write
from cruddur.table import keys
from cruddur.table.checks import check_update
from cruddur.table.sqlite.batch import Batch, Record
from cruddur.table.sqlite.conditions import holds
from cruddur.table.sqlite.rows import Row, checked_key, item_of, key_of, row_of

Records = Callable[[Change], bool]
Kind = Literal["insert", "modify", "remove"]


@dataclass(frozen=True, slots=True)
class Effect:
    """What happens to one item; `kind` is None when it stays as it is."""

    key: Key
    kind: Kind | None = None
    new: Row | None = None
    old: str | None = None
    reindexed: bool = False
    recorded: bool = False

    def apply(self, batch: Batch) -> bool:
        """Returns whether it recorded a change."""
        if self.kind == "remove":
            batch.remove(self.key)
        elif self.new:
            batch.put(self.key, self.new, reindexed=self.reindexed)
        if self.recorded and self.kind:
            new = self.new.body if self.new else None
            batch.record(Record(self.kind, *self.key, new, self.old))
        return self.recorded


class Plan:
    """One write, checked and encoded as far as can be without knowing the item."""

    def __init__(self, write: Write, records: Records) -> None:
        self._write = write
        self._records = records
        self._row: Row | None = None
        if isinstance(write, Put):
            self._row = row_of(write.item)
            self.key = key_of(self._row)
        else:
            self.key = checked_key(write.key)
        if isinstance(write, Update):
            check_update(write)

    def look(self, batch: Batch) -> Effect | None:
        """What the write will do, or None when its condition does not hold. Writes nothing."""
        body = batch.body(self.key)
        old = item_of(body) if body else None
        if not holds(self._write.condition, old):
            return None
        if isinstance(self._write, Check):
            return Effect(self.key)
        new = self._new(old)
        row = self._row if isinstance(self._write, Put) else row_of(new) if new else None
        return self._effect(body, old, row, new)

    def _new(self, old: Item | None) -> Item | None:
        match self._write:
            case Put(item):
                return item
            case Update(key, values, remove):
                item = {keys.PARTITION_KEY: key.pk, keys.SORT_KEY: key.sk, **(old or {}), **values}
                return {name: value for name, value in item.items() if name not in remove}
            case Delete() | Check():
                return None
            case _:
                assert_never(self._write)

    def _effect(
        self, body: str | None, old: Item | None, row: Row | None, new: Item | None
    ) -> Effect:
        if body == (row.body if row else None):
            return Effect(self.key)  # no change: DynamoDB's stream is silent about it too
        kind: Kind = "insert" if body is None else "remove" if row is None else "modify"
        recorded = self._records(Change("", kind, self.key, new, old))
        reindexed = _indexed(old) != _indexed(new)
        return Effect(self.key, kind, row, body, reindexed, recorded)


def _indexed(item: Item | None) -> tuple[object, object]:
    there = item or {}
    return there.get(keys.INDEX_SORT_KEY), there.get(keys.TTL_ATTRIBUTE)
