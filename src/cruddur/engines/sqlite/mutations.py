"""Decides what a write does to its item, completely and before anything is written."""

from dataclasses import dataclass
from typing import Literal, assert_never

from cruddur.domain.item import Item, Key
from cruddur.engines.checks import check_update
from cruddur.engines.sqlite.batch import Batch, Record
from cruddur.engines.sqlite.conditions import holds
from cruddur.engines.sqlite.rows import Row, checked_key, item_of, row_of
from cruddur.ports.table import IF_NEW, Check, Delete, Derive, Put, Update, Write
from cruddur.schema import keys
from cruddur.schema.kinds import kind_of_key

Kind = Literal["insert", "modify", "remove"]


_INDEXED = frozenset({keys.INDEX_SORT_KEY, keys.EXACT_SORT_KEY, keys.TTL_ATTRIBUTE})


@dataclass(frozen=True, slots=True)
class Mutation:
    """The change of one item. `kind` is None if the item stays as it is."""

    key: Key
    kind: Kind | None = None
    new: Row | None = None
    old: str | None = None
    reindexed: bool = False

    def apply(self, batch: Batch, *, is_projected: bool = False) -> bool:
        """Applies it to the batch. Returns whether it recorded a change for the feed.

        If it `is_projected`, the projector has nothing left to do for it.
        """
        if self.kind == "remove":
            batch.remove(self.key)
        elif self.new:
            batch.put(self.key, self.new, reindexed=self.reindexed)
        if self.kind is None:
            return False
        new = self.new.body if self.new else None
        record = Record(self.kind, *self.key, new, self.old, kind_of_key(self.key))
        return batch.record(record, is_projected=is_projected)


class WritePlan:
    """One write, checked and encoded as far as possible without knowing the item."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._row: Row | None = None
        if isinstance(write, Put):
            self._row = row_of(write.item)
            self.key = self._row.key
        else:
            self.key = checked_key(write.key)
        self._may_reindex = True
        if isinstance(write, Update):
            check_update(write)
            self._may_reindex = not _INDEXED.isdisjoint((*write.values, *write.remove))

    def resolve(self, batch: Batch) -> Mutation | None:
        """Returns what the write will do, or None if its condition does not hold. Writes nothing."""
        body = batch.body(self.key)
        if body is None and self._row and self._write.condition == IF_NEW:
            return Mutation(self.key, "insert", self._row)
        old = item_of(body) if body else None
        if not holds(self._write.condition, old):
            return None
        if isinstance(self._write, Check):
            return Mutation(self.key)
        new = self._new(old)
        row = self._row if isinstance(self._write, Put) else row_of(new) if new else None
        return self._effect(body, old, row, new)

    def _new(self, old: Item | None) -> Item | None:
        match self._write:
            case Put(item):
                return item
            case Update(key, values, remove):
                item = {keys.PARTITION_KEY: key.pk, keys.SORT_KEY: key.sk, **(old or {}), **values}
                for name in remove:
                    item.pop(name, None)
                return item
            case Delete() | Check():
                return None
            case _:
                assert_never(self._write)

    def _effect(
        self, body: str | None, old: Item | None, row: Row | None, new: Item | None
    ) -> Mutation:
        if body == (row.body if row else None):
            return Mutation(self.key)  # no change: DynamoDB's stream has no record of it either
        kind: Kind = "insert" if body is None else "remove" if row is None else "modify"
        reindexed = self._may_reindex and _indexed(old) != _indexed(new)
        return Mutation(self.key, kind, row, body, reindexed=reindexed)


def derivation(batch: Batch, derive: Derive) -> Mutation | None:
    """Returns what becomes of the derived item, or None if nothing can be made of it. Writes nothing."""
    body = batch.body(derive.key)
    new = derive.derive(item_of(body) if body else None)
    if new is None:
        return None
    row = row_of(new)
    if row.body == body:
        return Mutation(derive.key)
    return Mutation(derive.key, "modify" if body else "insert", row, body, reindexed=True)


def _indexed(item: Item | None) -> dict[str, object]:
    return {name: item[name] for name in _INDEXED if name in item} if item else {}
