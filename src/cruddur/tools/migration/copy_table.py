"""Copies all items from one table to another, and verifies that they arrived.

No file stores the progress: the target itself tells it. Existing items are compared and not written, so
that a run after an interrupted one writes only what is missing.
"""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from cruddur.domain.errors import TableError
from cruddur.domain.item import Item, Key
from cruddur.ports.table import Put, Table
from cruddur.schema import keys
from cruddur.schema.kinds import kind_of
from cruddur.tools.concurrency import batches, for_each_batch, map_concurrently, retry_throttled
from cruddur.tools.migration.checksum import Checksum, checksum
from cruddur.tools.migration.progress import Progress

_BATCH = 100  # the most items of one batch-get
_BATCHES_AT_ONCE = 2
# The concurrency is low enough for a slow engine to answer within a call's deadline. Otherwise it
# would execute calls that timed out as well as their retries, and never catch up.
_PUTS_AT_ONCE = 16


class TargetNotEmpty(Exception):
    """The target has items that the source does not have, or has with other values."""

    def __init__(self, item: Item) -> None:
        super().__init__(f"for one, {item['pk']} / {item['sk']}")


class NotOurTable(TableError):
    """The table's keys have other names than pk and sk."""


@dataclass(slots=True)
class Copied:
    """The result of a copy. `source` and `target` are the checksums of the two tables after it.

    `fleeting` items expire: they are copied, since a revoked token must stay revoked, but not counted,
    since the two tables remove them at different moments. `left_out` are the checkpoints of the source's
    change feed, which have no meaning in another table.
    """

    written: int = 0
    already: int = 0
    others: Checksum = field(default_factory=Checksum)
    source: Checksum = field(default_factory=Checksum)
    target: Checksum = field(default_factory=Checksum)
    fleeting: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    """A line for each item that the target rejected. All others were copied."""

    @property
    def is_whole(self) -> bool:
        """Whether the target has all items of the source, and otherwise only those it had before."""
        return self.source + self.others == self.target


async def copy_table(
    source: Table, target: Table, progress: Progress, *, force: bool = False
) -> Copied:
    """Copies the items. Raises TargetNotEmpty, TableUnavailable.

    With `force` it keeps the target's other items and replaces those that differ.
    """
    copied = Copied()
    found = await _look_at_target(source, target, copied, progress, force=force)
    total = await source.count()

    async def put(item: Item) -> None:
        try:
            await retry_throttled(partial(target.put, Put(item)))
            copied.written += 1
        except (ValueError, TypeError) as error:
            copied.refused.append(f"{_key(item).pk} / {_key(item).sk}: {error}")

    async def copy_batch(batch: Sequence[Item]) -> None:
        missing = await _missing(target, batch) if found else batch
        await map_concurrently(missing, put, at_once=_PUTS_AT_ONCE)
        copied.already += len(batch) - len(missing)
        progress("copied", len(batch), total, about=True)

    moving = _counted(source, copied)
    await for_each_batch(moving, copy_batch, size=_BATCH, at_once=_BATCHES_AT_ONCE)
    expected = (copied.source + copied.others).count
    async for item in target.scan():
        if _stays(item):
            copied.target += checksum(item)
            progress("verified", 1, expected)
    return copied


async def _look_at_target(
    source: Table, target: Table, copied: Copied, progress: Progress, *, force: bool
) -> int:
    """Returns how many of the source's items the target has. The others are summed up, or refused."""
    found, total = 0, await target.count()
    async for batch in batches(_moving(target.scan()), _BATCH):
        known = await _same(source, batch)
        found += len(known)
        for item in filter(_stays, batch):
            if not force and known.get(_key(item)) != item:
                raise TargetNotEmpty(item)
            if _key(item) not in known:
                copied.others += checksum(item)
        progress("looked at in the target", len(batch), total, about=True)
    return found


async def _missing(target: Table, batch: Sequence[Item]) -> Sequence[Item]:
    there = await _same(target, batch)
    return [item for item in batch if there.get(_key(item)) != item]


async def _same(table: Table, batch: Sequence[Item]) -> Mapping[Key, Item]:
    """Returns the table's items that have the same keys."""
    wanted = [_key(item) for item in batch]
    return await retry_throttled(partial(table.get_many, wanted, consistent=True))


async def _counted(source: Table, copied: Copied) -> AsyncIterator[Item]:
    async for item in source.scan():
        if kind_of(item) == "feed":
            copied.left_out["feed"] += 1
            continue
        if _stays(item):
            copied.source += checksum(item)
        else:
            copied.fleeting[kind_of(item)] += 1
        yield item


async def _moving(items: AsyncIterator[Item]) -> AsyncIterator[Item]:
    async for item in items:
        if kind_of(item) != "feed":
            yield item


def _stays(item: Item) -> bool:
    return keys.TTL_ATTRIBUTE not in item and kind_of(item) != "feed"


def _key(item: Item) -> Key:
    key = keys.key_of(item)
    if not all(key):
        raise NotOurTable(f"an item without pk and sk: {sorted(item)}")
    return key
