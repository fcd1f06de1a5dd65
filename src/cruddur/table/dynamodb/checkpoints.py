"""How far a reader of the change feed has come, kept in the table itself."""

import time
from dataclasses import dataclass

import structlog

from cruddur.messaging.ports import Item, Key, Put, Query, Table
from cruddur.table import keys

# A shard's records live for a day; after a week nobody asks for its checkpoint.
_KEPT_SECONDS = 7 * 24 * 3600

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """All up to `sequence` is done; `drained` says that it was the shard's last."""

    sequence: str | None
    drained: bool


class Checkpoints:
    """Those of one consumer."""

    def __init__(self, table: Table, consumer: str) -> None:
        self._table = table
        self._consumer = consumer
        self._saved: dict[str, Checkpoint] = {}

    async def load(self, stream: str) -> dict[str, Checkpoint]:
        """By shard. Those of an older stream are left out: its shards' names may come again."""
        query = Query(keys.checkpoints_pk(self._consumer), consistent=True)
        found: list[Item] = []
        while True:
            page = await self._table.query(query)
            found += page.items
            if page.next is None:
                break
            query = Query(query.partition, consistent=True, start=page.next)
        self._saved = {item["sk"]: _checkpoint(item) for item in found if item["stream"] == stream}
        if found and not self._saved:
            # What was written while there was none is in no stream.
            _log.error("stream was replaced; changes may have been lost: run `cruddur rebuild`")
        return dict(self._saved)

    async def save(self, stream: str, shard_id: str, checkpoint: Checkpoint) -> None:
        if self._saved.get(shard_id) == checkpoint:
            return
        key = keys.checkpoint_key(self._consumer, shard_id)
        await self._table.put(Put(_item(key, stream, checkpoint)))
        self._saved[shard_id] = checkpoint


def _checkpoint(item: Item) -> Checkpoint:
    return Checkpoint(item.get("sequence"), item["drained"])


def _item(key: Key, stream: str, checkpoint: Checkpoint) -> dict[str, str | int | bool]:
    item: dict[str, str | int | bool] = {
        "pk": key.pk,
        "sk": key.sk,
        "stream": stream,
        "drained": checkpoint.drained,
        keys.TTL_ATTRIBUTE: int(time.time()) + _KEPT_SECONDS,
    }
    return item if checkpoint.sequence is None else {**item, "sequence": checkpoint.sequence}
