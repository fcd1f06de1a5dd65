"""The registered consumers of the stream: an item for each, with what it wants and how far it has come.

A shard of DynamoDB Streams serves two readers at once. One is the projector. So of all other consumers
one process reads at a time: the one that holds the lease, which is an item beside the others.
"""

import secrets
import time
from collections.abc import Sequence
from typing import Any

from cruddur.domain.errors import ConditionFailed, TableUnavailable
from cruddur.domain.item import Item
from cruddur.ports.change_feed import (
    PROJECTOR,
    Consumer,
    ConsumerRemoved,
    ConsumerState,
    ReaderElsewhere,
    Start,
)
from cruddur.ports.paging import all_items
from cruddur.ports.table import Absent, Delete, Equals, Exists, Put, Query, Table, Update
from cruddur.schema import keys
from cruddur.schema.feed_items import reader_item

REPORT_SECONDS = 60.0
"""The time between two reports of how far a consumer has come. Each costs a write unit."""

LEASE_SECONDS = 60.0
RENEW_SECONDS = 20.0
"""A reader renews its lease that often. After a kill, another consumer waits at most LEASE_SECONDS."""

SERVICE = "the service's own"
"""Under this name the lease is held for the service's consumers. No consumer can have it."""

SERVICE_LEASE_SECONDS = 30.0
SERVICE_RENEW_SECONDS = 10.0
"""After the process that runs them was killed, another one waits at most SERVICE_LEASE_SECONDS."""


class Lease:
    """The right to read the stream beside the projector. It is held under a consumer's name.

    The same consumer takes it over at once, so that it resumes after a kill without waiting. Not so
    the service: many of its processes want the lease, and one of them has it until it ends.
    """

    def __init__(
        self,
        table: Table,
        name: str,
        seconds: float = LEASE_SECONDS,
        renew_seconds: float = RENEW_SECONDS,
    ) -> None:
        self._table = table
        self._name = name
        self._seconds = seconds
        self._renew_seconds = renew_seconds
        self._owner = secrets.token_hex(8)
        self._renew_at = 0.0
        self._lost_at = 0.0

    async def take(self) -> None:
        """Takes the lease. Raises ReaderElsewhere, TableUnavailable."""
        found = await self._table.get(keys.reader_key(), consistent=True)
        if found and _is_held(found) and not self._takes_over(found):
            raise ReaderElsewhere(
                f"another process reads the stream for the consumer {found.get('consumer')}. DynamoDB "
                "serves one reader beside the projector: end it first; if it was killed, wait a minute"
            )
        await self._write(Equals("owner", str(found.get("owner"))) if found else Absent())

    async def renew(self) -> None:
        """Renews the lease if it is time to. Raises ReaderElsewhere, TableUnavailable."""
        if time.monotonic() < self._renew_at:
            return
        try:
            await self._write(Equals("owner", self._owner))
        except TableUnavailable:
            if time.monotonic() >= self._lost_at:
                raise ReaderElsewhere("another process may read the stream by now") from None
            raise

    async def release(self) -> None:
        """Gives the lease back, if it is still held. Raises TableUnavailable."""
        try:
            await self._table.delete(Delete(keys.reader_key(), [Equals("owner", self._owner)]))
        except ConditionFailed:
            return

    def _takes_over(self, held: Item) -> bool:
        return self._name != SERVICE and held.get("consumer") == self._name

    async def _write(self, condition: Equals | Absent) -> None:
        lost_at, until = time.monotonic() + self._seconds, round(time.time() + self._seconds)
        item = reader_item(self._name, self._owner, until)
        try:
            await self._table.put(Put(item, [condition]))
        except ConditionFailed:
            raise ReaderElsewhere("another process has begun to read the stream") from None
        self._renew_at, self._lost_at = time.monotonic() + self._renew_seconds, lost_at


class Registration:
    """One consumer's item. Its feed reports here how far it has come."""

    def __init__(self, table: Table, consumer: Consumer, lease: Lease | None = None) -> None:
        self.since = 0.0
        """Changes made before this time, in seconds since 1970, are not for this consumer."""
        self._table = table
        self._consumer = consumer
        self._lease = lease
        self._report_at = time.monotonic() + REPORT_SECONDS

    async def open(self, start: Start) -> None:
        """Takes the lease and registers the consumer. Raises ReaderElsewhere, TableUnavailable."""
        if self._lease is not None:
            await self._lease.take()
        key = keys.consumer_key(self._consumer.name)
        found = await self._table.get(key, consistent=True)
        since = found.get("since") if found else _this_minute() if start == "now" else 0
        self.since = float(since) if isinstance(since, int) else 0.0
        kinds = {} if self._consumer.kinds is None else {"kinds": sorted(self._consumer.kinds)}
        values = {"since": int(self.since), **kinds, **_progress(time.time(), 0)}
        await self._table.update(Update(key, values, () if kinds else ("kinds",)))

    async def keep(self, up_to: float, waiting: int) -> None:
        """Renews the lease and reports, each when it is time to.

        Everything up to the time `up_to` is done; `waiting` changes were read and are not. Raises
        ReaderElsewhere, ConsumerRemoved, TableUnavailable.
        """
        if self._lease is not None:
            await self._lease.renew()
        if time.monotonic() >= self._report_at:
            await self.report(up_to, waiting)

    async def report(self, up_to: float, waiting: int) -> None:
        """Stores how far the consumer has come. Raises ConsumerRemoved, TableUnavailable."""
        self._report_at = time.monotonic() + REPORT_SECONDS
        name = self._consumer.name
        # The projector is not registered before its first report.
        is_there = [] if name == PROJECTOR else [Exists(keys.PARTITION_KEY)]
        update = Update(keys.consumer_key(name), _progress(up_to, waiting), condition=is_there)
        try:
            await self._table.update(update)
        except ConditionFailed:
            # A checkpoint that was saved meanwhile would be the place of a new consumer of this name.
            await remove(self._table, name)
            raise ConsumerRemoved(f"the consumer {name} was removed") from None

    async def close(self, up_to: float, waiting: int) -> None:
        """Reports a last time and gives the lease back. Raises TableUnavailable."""
        try:
            if self._consumer.name != PROJECTOR:
                await self.report(up_to, waiting)
        except ConsumerRemoved:
            pass
        finally:
            if self._lease is not None:
                await self._lease.release()


async def states(table: Table) -> Sequence[ConsumerState]:
    """Returns what the consumers reported. Raises TableUnavailable.

    One that has not reported for two reports' time counts as behind since what it reported last.
    """
    found = await all_items(table, Query(keys.consumers_pk()))
    return [_state(item) for item in found if item["sk"] != keys.reader_key().sk]


async def remove(table: Table, name: str) -> bool:
    """Deletes the consumer's item and its checkpoints. Returns whether there was one."""
    checkpoints = await all_items(table, Query(keys.checkpoints_pk(name), consistent=True))
    for item in checkpoints:
        await table.delete(Delete(keys.checkpoint_key(name, item["sk"])))
    try:
        await table.delete(Delete(keys.consumer_key(name), [Exists(keys.PARTITION_KEY)]))
    except ConditionFailed:
        return bool(checkpoints)
    return True


def _progress(up_to: float, waiting: int) -> dict[str, int]:
    return {"up_to": int(up_to), "waiting": waiting, "reported": int(time.time())}


def _state(item: Item) -> ConsumerState:
    now = time.time()
    waiting, reported = _number(item, "waiting"), _number(item, "reported")
    is_done = waiting == 0 and now - reported < 2 * REPORT_SECONDS and _is_at_the_end(item)
    kinds = item.get("kinds")
    return ConsumerState(
        name=item["sk"],
        kinds=frozenset(map(str, kinds)) if isinstance(kinds, list) else None,
        place=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(_number(item, "up_to"))),
        behind_records=waiting,
        behind_seconds=0.0 if is_done else max(0.0, now - _number(item, "up_to")),
    )


def _is_at_the_end(item: Item) -> bool:
    # A consumer that had read everything reported the time of its report.
    return _number(item, "up_to") >= _number(item, "reported") - 1


def _is_held(lease: Item) -> bool:
    return _number(lease, "until") > time.time()


def _number(item: Item, name: str) -> int:
    # Another program may have written something else.
    value: Any = item.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0


def _this_minute() -> int:
    """Returns when this minute began, in seconds since 1970.

    AWS rounds a record's time down to the second, and DynamoDB Local rounds it to the minute. A consumer
    that begins "now" may get earlier changes of this minute, but it lacks none of the later ones.
    """
    return int(time.time()) // 60 * 60
