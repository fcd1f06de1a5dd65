"""The change feed over DynamoDB Streams: every shard, parents first, from where it stopped."""

import asyncio
import math
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

import structlog

from cruddur.errors import TableError, TableUnavailable
from cruddur.messaging.ports import Change
from cruddur.table import keys, metering
from cruddur.table.dynamodb.checkpoints import Checkpoint, Checkpoints
from cruddur.table.dynamodb.failures import TableMissing
from cruddur.table.dynamodb.records import change_from, changes_nothing
from cruddur.table.dynamodb.shards import Shard, ShardReader, readable
from cruddur.table.dynamodb.table import DynamoTable

FIRST_PAUSE = 0.02
LONGEST_PAUSE = 1.0
_LOOK_FOR_SHARDS_SECONDS = 60.0

SAVE_SECONDS = 10.0
"""How long what was acknowledged may wait for its checkpoint; after a crash that much comes again.

One checkpoint a message would be one write unit, beside the two of projecting it.
"""

IDLE_SAVE_SECONDS = 3600.0
"""How often the place is kept when nothing came that is wanted: sooner than the stream forgets it."""

_log = structlog.get_logger()


class _Read(NamedTuple):
    reader: ShardReader
    change: Change


class DynamoChangeFeed:
    """Implements ports.ChangeFeed for one consumer of the table's stream.

    Checkpoints are written some time after changes are acknowledged, and at the end, and a new feed
    begins after them. `wanted` drops the changes that nobody asks for.
    """

    def __init__(
        self,
        table: DynamoTable,
        *,
        consumer: str = "projector",
        wanted: Callable[[Change], bool] = lambda _: True,
        longest_pause: float = LONGEST_PAUSE,
        save_seconds: float = SAVE_SECONDS,
        idle_save_seconds: float = IDLE_SAVE_SECONDS,
    ) -> None:
        self._table = table
        self._wanted = wanted
        self._longest_pause = longest_pause
        self._save_seconds = save_seconds
        self._idle_save_seconds = idle_save_seconds
        self._checkpoints = Checkpoints(table, consumer)
        self._pending: deque[_Read] = deque()  # read from the stream and not acknowledged
        self._given = 0  # how many of them, from the left, `read` has returned
        self._stream: str | None = None
        self._is_disabled = False
        self._shards: Sequence[Shard] = ()
        self._readers: dict[str, ShardReader] = {}
        self._looked = -math.inf
        self._save_at = math.inf

    async def read(self, limit: int) -> Sequence[Change]:
        pause = FIRST_PAUSE
        with metering.access_pattern("read_stream"):
            while self._given == len(self._pending):
                came = await self._poll()
                if self._save_at <= _now():
                    await self._save()
                if not came:
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, self._longest_pause)
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
        with metering.access_pattern("read_stream"):
            await self._save()

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
            for shard_id, place in self._places().items():
                await self._checkpoints.save(self._stream, shard_id, place)
        except TableError:
            self._save_at = _now() + self._save_seconds  # until then, reading goes on
            raise

    def _places(self) -> Mapping[str, Checkpoint]:
        """Up to where all is done with. Taken at once, since reading goes on while they are saved."""
        pending = {one.reader for one in self._pending}
        places = {
            shard_id: Checkpoint(reader.acknowledged, drained=False)
            if reader in pending
            else Checkpoint(reader.after, drained=reader.drained)
            for shard_id, reader in self._readers.items()
        }
        return {id_: place for id_, place in places.items() if place != Checkpoint(None, False)}

    async def _poll(self) -> bool:
        """Reads once of every shard. Says whether anything came, wanted or not."""
        try:
            await self._look_for_shards()
            return await self._read_shards(self._ready())
        except TableMissing:
            self._stream = None  # the stream was replaced or the shard trimmed: look anew
            raise

    async def _read_shards(self, shards: Sequence[Shard]) -> bool:
        """One that fails holds up no other. Raises if they all do."""
        reads = (self._read_shard(shard) for shard in shards)
        outcomes = await asyncio.gather(*reads, return_exceptions=True)
        failures = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        if failures and len(failures) == len(shards):
            raise failures[0]
        for failure in failures:
            _log.warning("a shard cannot be read now", error=repr(failure))
            if isinstance(failure, TableMissing):
                self._looked = -math.inf  # it was trimmed, and is listed no more
        return True in outcomes

    async def _read_shard(self, shard: Shard) -> bool:
        reader = self._readers[shard.id]
        records = await reader.read()
        for record in records:
            self._keep(reader, record)
        if reader.drained:
            self._looked = -math.inf  # its children may be there now
        return bool(records) or reader.drained

    def _keep(self, reader: ShardReader, record: Mapping[str, Any]) -> None:
        try:
            if changes_nothing(record):
                return
            change = change_from(record)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            # Alone: those that came with it are not asked for again.
            _log.error("unreadable record", event_id=record.get("eventID"), error=repr(error))
            return
        # Our own checkpoints come by here too: to give them out would make an endless circle.
        if not keys.is_checkpoint(change.key) and self._wanted(change):
            self._pending.append(_Read(reader, change))

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
            await self._open_stream()  # this one is read to its end: is there another?
            await self._list_shards()
        self._looked = now

    async def _open_stream(self) -> None:
        """The table's latest, unless that is the one that we have."""
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
        reader = ShardReader(self._table.calls, self._stream or "", shard_id, after)
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
