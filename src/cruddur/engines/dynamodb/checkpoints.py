"""Checkpoints: a consumer's position in each shard of the stream, stored in the table itself."""

import time

from cruddur.logs import Log
from cruddur.ports.paging import all_items
from cruddur.ports.table import Put, Query, Table
from cruddur.schema import keys
from cruddur.schema.feed_items import Checkpoint, checkpoint_from, checkpoint_item

# The records of a shard live for a day, so a checkpoint is of no use after a week.
_KEPT_SECONDS = 7 * 24 * 3600

_log = Log()


class Checkpoints:
    """The checkpoints of one consumer."""

    def __init__(self, table: Table, consumer: str) -> None:
        self._table = table
        self._consumer = consumer
        self._saved: dict[str, Checkpoint] = {}

    async def load(self, stream: str) -> dict[str, Checkpoint]:
        """Returns this stream's checkpoints by shard. Raises TableUnavailable.

        Those of an older stream are left out, since a new stream can use the same names of shards.
        """
        query = Query(keys.checkpoints_pk(self._consumer), consistent=True)
        found = await all_items(self._table, query)
        ours = [item for item in found if item.get("stream") == stream]
        self._saved = {item["sk"]: checkpoint_from(item) for item in ours}
        if found and not self._saved:
            # Changes written while the table had no stream are in none.
            _log.error("stream was replaced; changes may have been lost: run `cruddur rebuild`")
        return dict(self._saved)

    async def save(self, stream: str, shard_id: str, checkpoint: Checkpoint) -> None:
        """Stores a shard's checkpoint if it has changed. Raises TableUnavailable."""
        if self._saved.get(shard_id) == checkpoint:
            return
        until = int(time.time()) + _KEPT_SECONDS
        item = checkpoint_item(self._consumer, stream, shard_id, checkpoint, until)
        await self._table.put(Put(item))
        self._saved[shard_id] = checkpoint
