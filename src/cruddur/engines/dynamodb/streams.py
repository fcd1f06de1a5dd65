"""The change feed over DynamoDB Streams. It reads all shards, parents first, from the checkpoints on."""

import asyncio
import math
import time
from collections import deque
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from cruddur.domain.errors import TableError, TableUnavailable
from cruddur.engines.dynamodb.checkpoints import Checkpoints
from cruddur.engines.dynamodb.failures import TableMissing
from cruddur.engines.dynamodb.records import change_from, changes_nothing
from cruddur.engines.dynamodb.registrations import Registration
from cruddur.engines.dynamodb.shards import Shard, ShardReader, readable
from cruddur.engines.dynamodb.shared_reads import SharedReads
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.logs import Log
from cruddur.ports import metering
from cruddur.ports.backoff import NO_JITTER, Backoff
from cruddur.ports.change_feed import PROJECTOR, Change, Consumer
from cruddur.schema.feed_items import Checkpoint
from cruddur.schema.kinds import kind_of_key

FIRST_PAUSE = 0.02
LONGEST_PAUSE = 1.0
_LOOK_FOR_SHARDS_SECONDS = 60.0

SAVE_SECONDS = 10.0
"""The most seconds between acknowledging changes and their checkpoint. A crash repeats that many.

A checkpoint for each message would cost one write unit, in addition to two for projecting it.
"""

IDLE_SAVE_SECONDS = 3600.0
"""The seconds between checkpoints while no wanted change comes. A stream drops records after a day."""

_PROJECTOR = Consumer(PROJECTOR)

_log = Log()


class _Read(NamedTuple):
    reader: ShardReader
    change: Change


class DynamoChangeFeed:
    """The change feed of one consumer of the table's stream.

    Checkpoints are written a while after changes are acknowledged, and when the feed is closed. The
    next feed of the consumer starts there.
    """

    def __init__(
        self,
        table: DynamoTable,
        consumer: Consumer = _PROJECTOR,
        *,
        registration: Registration | None = None,
        reads: SharedReads | None = None,
        longest_pause: float = LONGEST_PAUSE,
        save_seconds: float = SAVE_SECONDS,
        idle_save_seconds: float = IDLE_SAVE_SECONDS,
    ) -> None:
        self._table = table
        self._consumer = consumer
        self._registration = registration or Registration(table, consumer)
        self._reads = reads
        self._longest_pause = longest_pause
        self._save_seconds = save_seconds
        self._idle_save_seconds = idle_save_seconds
        self._checkpoints = Checkpoints(table, consumer.name)
        self._pending: deque[_Read] = deque()  # read from the stream and not acknowledged
        self._given = 0  # how many of them, from the left, `read` has returned
        self._stream: str | None = None
        self._is_disabled = False
        self._shards: Sequence[Shard] = ()
        self._readers: dict[str, ShardReader] = {}
        self._looked = -math.inf
        self._save_at = math.inf
        self._read_up_to = (
            0.0  # when the newest record that was read was made, in seconds since 1970
        )

    async def read(self, limit: int) -> Sequence[Change]:
        backoff = Backoff(FIRST_PAUSE, self._longest_pause, jitter=NO_JITTER)
        with metering.within_access_pattern("read_stream"):
            while self._given == len(self._pending):
                await self._report()
                came = await self._poll()
                if not came:
                    self._read_up_to = time.time()
                if self._save_at <= _now():
                    await self._save()
                if not came:
                    await backoff.pause()
        first, self._given = self._given, min(self._given + limit, len(self._pending))
        return [one.change for one in islice(self._pending, first, self._given)]

    async def acknowledge(self, changes: Sequence[Change]) -> None:
        count = self._count_up_to(changes[-1]) if changes else 0
        for _ in range(count):
            done = self._pending.popleft()
            done.reader.acknowledged = done.change.sequence
        self._given -= count
        if count:
            self._save_at = min(self._save_at, _now() + self._save_seconds)

    async def close(self) -> None:
        with metering.within_access_pattern("read_stream"):
            try:
                await self._save()
            finally:
                await self._registration.close(*self._progress())

    async def _report(self) -> None:
        await self._registration.keep(*self._progress())

    def _progress(self) -> tuple[float, int]:
        """Returns the time up to which all is acknowledged, and how many changes are not."""
        oldest = self._pending[0].change.at if self._pending else None
        return oldest.timestamp() if oldest else self._read_up_to, len(self._pending)

    def _count_up_to(self, change: Change) -> int:
        for count, one in enumerate(islice(self._pending, self._given), start=1):
            if one.change == change:
                return count
        return 0

    async def _save(self) -> None:
        if self._stream is None:
            return
        self._save_at = _now() + self._idle_save_seconds
        try:
            for shard_id, place in self._positions().items():
                await self._checkpoints.save(self._stream, shard_id, place)
        except TableError:
            self._save_at = (
                _now() + self._save_seconds
            )  # the checkpoint is retried then, and reading goes on
            raise

    def _positions(self) -> Mapping[str, Checkpoint]:
        """Returns the checkpoints of this moment, since reading goes on while they are saved."""
        pending = {one.reader for one in self._pending}
        places = {
            shard_id: Checkpoint(reader.acknowledged, drained=False)
            if reader in pending
            else Checkpoint(reader.after, drained=reader.drained)
            for shard_id, reader in self._readers.items()
        }
        return {id_: place for id_, place in places.items() if place != Checkpoint(None, False)}

    async def _poll(self) -> bool:
        """Reads once from every shard. Returns whether any record came, wanted or not."""
        try:
            await self._look_for_shards()
            return await self._read_shards(self._ready())
        except TableMissing:
            self._stream = (
                None  # the stream was replaced or the shard trimmed: find the stream again
            )
            raise

    async def _read_shards(self, shards: Sequence[Shard]) -> bool:
        """Reads the shards. A failure of one does not stop the others. Raises if all of them fail."""
        reads = (self._read_shard(shard) for shard in shards)
        outcomes = await asyncio.gather(*reads, return_exceptions=True)
        failures = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        if failures and len(failures) == len(shards):
            raise failures[0]
        for failure in failures:
            _log.warning("a shard cannot be read now", error=repr(failure))
            if isinstance(failure, TableMissing):
                self._looked = -math.inf  # the shard was trimmed and is no longer listed
        return True in outcomes

    async def _read_shard(self, shard: Shard) -> bool:
        reader = self._readers[shard.id]
        records = await reader.read()
        for record in records:
            self._append(reader, record)
        if reader.drained:
            self._looked = -math.inf  # the shard has ended, and its children may exist now
        return bool(records) or reader.drained

    def _append(self, reader: ShardReader, record: Mapping[str, Any]) -> None:
        try:
            if changes_nothing(record):
                return
            change = change_from(record)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            # Only this record is skipped, since the other records of the answer are not requested again.
            _log.error("unreadable record", event_id=record.get("eventID"), error=repr(error))
            return
        if change.at is not None:
            self._read_up_to = change.at.timestamp()
        if self._is_wanted(change):
            self._pending.append(_Read(reader, change))

    def _is_wanted(self, change: Change) -> bool:
        # The stream also holds our own checkpoints. Delivering them would cause further checkpoints.
        kind = kind_of_key(change.key)
        if kind == "feed" or not self._consumer.wants(kind):
            return False
        return change.at is None or change.at.timestamp() >= self._registration.since

    def _ready(self) -> Sequence[Shard]:
        drained = {reader.shard_id for reader in self._readers.values() if reader.drained}
        return readable(self._shards, drained)

    async def _look_for_shards(self) -> None:
        now = _now()
        is_fresh = now < self._looked + _LOOK_FOR_SHARDS_SECONDS
        if self._stream is not None and is_fresh and self._ready():
            return
        if self._stream is None:
            await self._open_stream()
        await self._list_shards()
        if self._is_disabled and not self._ready():
            await self._open_stream()  # all of this stream is read, and there may be a new one
            await self._list_shards()
        self._looked = now

    async def _open_stream(self) -> None:
        """Opens the table's latest stream, unless it is the present one."""
        table = await self._table.calls.table("DescribeTable", {"TableName": self._table.name})
        stream = table["Table"].get("LatestStreamArn")
        if stream is None:
            raise TableUnavailable(f"the table {self._table.name} has no stream")
        if stream == self._stream:
            raise TableUnavailable(f"the stream of the table {self._table.name} is disabled")
        saved = await self._checkpoints.load(stream)
        self._stream = stream
        self._shards = ()
        self._save_at = min(self._save_at, _now() + self._idle_save_seconds)
        self._readers = {shard_id: self._reader(shard_id, at) for shard_id, at in saved.items()}

    def _reader(self, shard_id: str, at: Checkpoint | None) -> ShardReader:
        after = at.sequence if at else None
        calls, stream = self._table.calls, self._stream or ""
        reader = ShardReader(calls, stream, shard_id, after, self._reads)
        reader.drained = at is not None and at.drained
        return reader

    async def _list_shards(self) -> None:
        shards: list[Shard] = []
        page: dict[str, Any] = {"StreamArn": self._stream}
        while True:
            answer = await self._table.calls.streams("DescribeStream", page)
            described = answer["StreamDescription"]
            shards += [Shard(s["ShardId"], s.get("ParentShardId")) for s in described["Shards"]]
            if not (last := described.get("LastEvaluatedShardId")):
                break
            page["ExclusiveStartShardId"] = last
        for shard in shards:
            if shard.id not in self._readers:
                self._readers[shard.id] = self._reader(shard.id, None)
        self._shards = shards
        self._is_disabled = described["StreamStatus"] == "DISABLED"


def _now() -> float:
    return asyncio.get_running_loop().time()
