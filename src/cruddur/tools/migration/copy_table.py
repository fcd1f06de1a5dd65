"""Copy all items from one table to another, and prove that they arrived.

There is no file that remembers how far a copy came: the target itself says so. Whatever is there
already is compared and left alone, so a run after an interrupted one writes only what is missing.
"""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from cruddur.crowd import batches, for_each, for_each_batch, patiently
from cruddur.messaging.ports import Item, Key, Put, Table
from cruddur.moving.checksum import Checksum, checksum
from cruddur.moving.progress import Progress
from cruddur.table import keys
from cruddur.table.kinds import kind_of

_BATCH = 100  # as many as one batch-get may ask for
_BATCHES_AT_ONCE = 2
# Together no more than a slow engine answers within a call's deadline: calls that time out are
# done all the same, and done again, and then it never catches up.
_PUTS_AT_ONCE = 16


class TargetNotEmpty(Exception):
    """The target holds items that the source does not, or not so."""

    def __init__(self, item: Item) -> None:
        super().__init__(f"for one, {item['pk']} / {item['sk']}")


@dataclass(slots=True)
class Copied:
    """What a copy did. `source` and `target` are what each table holds after it.

    `fleeting` items end by themselves: they are copied, since a token that was revoked must stay so,
    but not counted, since the two tables let go of them at different moments. `left_out` are places
    in the source's own change feed, which mean nothing elsewhere.
    """

    written: int = 0
    already: int = 0
    others: Checksum = field(default_factory=Checksum)
    source: Checksum = field(default_factory=Checksum)
    target: Checksum = field(default_factory=Checksum)
    fleeting: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def is_whole(self) -> bool:
        return self.source + self.others == self.target


async def copy_table(
    source: Table, target: Table, progress: Progress, *, force: bool = False
) -> Copied:
    """Raises TargetNotEmpty, TableUnavailable.

    Forced, it leaves the target's other items beside ours, and writes over those that differ.
    """
    copied = Copied()
    found = await _look_at_target(source, target, copied, progress, force=force)
    total = await source.count()

    async def copy_batch(batch: Sequence[Item]) -> None:
        missing = await _missing(target, batch) if found else batch
        puts = [partial(target.put, Put(item)) for item in missing]
        await for_each(puts, patiently, at_once=_PUTS_AT_ONCE)
        copied.written += len(missing)
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
    """How many of the source's items are there; the others are summed up, or refused."""
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
    """What the table holds under the keys of these."""
    wanted = [_key(item) for item in batch]
    return await patiently(partial(table.get_many, wanted, consistent=True))


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
    return Key(item["pk"], item["sk"])
