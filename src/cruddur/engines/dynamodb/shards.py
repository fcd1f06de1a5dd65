"""The shards of a stream: which may be read now, and a reader of one."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from cruddur.engines.dynamodb.calls import Calls
from cruddur.engines.dynamodb.failures import Rejected
from cruddur.engines.dynamodb.shared_reads import Place, SharedReads
from cruddur.logs import Log

_EXPIRED = "ExpiredIteratorException"
_TRIMMED = "TrimmedDataAccessException"
_AT_MOST = 1000

_log = Log()


class Shard(NamedTuple):
    """A part of the stream. When it ends, child shards continue with its keys."""

    id: str
    parent: str | None


def readable(shards: Sequence[Shard], drained: Collection[str]) -> list[Shard]:
    """Returns the shards that may be read now.

    The changes of a key continue in a child shard, so a child is read only after its parent is
    drained. A parent that is no longer listed was trimmed, and does not count.
    """
    waiting = {shard.id for shard in shards} - set(drained)
    return [shard for shard in shards if shard.id in waiting and shard.parent not in waiting]


class ShardReader:
    """Reads one shard, from after a sequence number or from the oldest record.

    `after` is the sequence number of the last record read, `acknowledged` of the last one processed.
    """

    def __init__(
        self,
        calls: Calls,
        stream: str,
        shard_id: str,
        after: str | None,
        reads: SharedReads | None = None,
    ) -> None:
        self._reads = reads
        self.shard_id = shard_id
        self.after = after
        self.acknowledged = after
        self.drained = False
        self._calls = calls
        self._stream = stream
        self._iterator: str | None = None

    async def read(self) -> Sequence[Mapping[str, Any]]:
        """Returns the next records. An empty answer does not mean that the shard has ended."""
        try:
            answer = await self._ask_or_share()
        except Rejected as failure:
            self._start_over(failure)
            return ()
        return self._moved_on(answer)

    async def _ask_or_share(self) -> Mapping[str, Any]:
        if self._reads is None:
            return await self._ask()
        return await self._reads.read(Place(self._stream, self.shard_id, self.after), self._ask)

    async def _ask(self) -> Mapping[str, Any]:
        if self._iterator is None:
            self._iterator = await self._new_iterator()
        payload = {"ShardIterator": self._iterator, "Limit": _AT_MOST}
        return await self._calls.streams("GetRecords", payload)

    def _moved_on(self, answer: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        self._iterator = answer.get("NextShardIterator")
        self.drained = self._iterator is None
        records: Sequence[Mapping[str, Any]] = answer["Records"]
        if records:
            self.after = records[-1]["dynamodb"]["SequenceNumber"]
        return records

    async def _new_iterator(self) -> str:
        where: dict[str, Any] = {"ShardIteratorType": "TRIM_HORIZON"}
        if self.after is not None:
            where = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": self.after}
        payload = {"StreamArn": self._stream, "ShardId": self.shard_id, **where}
        answer = await self._calls.streams("GetShardIterator", payload)
        return str(answer["ShardIterator"])

    def _start_over(self, failure: Rejected) -> None:
        """Gets a new iterator: after the last record read, or from the oldest if that one is gone."""
        self._iterator = None
        if failure.code == _TRIMMED:
            # Whether records were lost is unknown. `cruddur verify` finds out.
            _log.error(
                "stream was trimmed; changes may have been lost: run `cruddur verify`",
                shard=self.shard_id,
            )
            self.after = None
        elif failure.code != _EXPIRED:
            raise failure
