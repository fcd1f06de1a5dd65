"""Put aside the inbox rows that cannot be written now, so that they hold up no other row.

DynamoDB throttles by key: one busy inbox may refuse writes for hours while all others take them. An item
for each such row remembers it, and the first message that the row lacks. `retry_put_aside_rows` comes
back to it and applies the messages from there on, so that the changes need not be kept. The row itself
does not tell that number: a later message may advance it before.
"""

import asyncio
import uuid
from collections.abc import Sequence

import msgspec

from cruddur.domain.errors import ConditionFailed, TableUnavailable
from cruddur.logs import Log
from cruddur.messaging.context import MessagingContext
from cruddur.ports.table import IF_NEW, Equals, Put, Query, Range
from cruddur.schema import keys
from cruddur.schema.items import PutAside, put_aside_from, put_aside_item

ATTEMPTS = 8
"""The most tries to put a row aside that others put aside, or complete, at the same time."""

_log = Log()


async def put_aside_rows(
    messaging: MessagingContext,
    message_group_uuid: str,
    owners: Sequence[str],
    first_seq: int | None = None,
) -> int:
    """Remembers the rows of these members, or all rows of the conversation if none is named.

    `first_seq` is the least number of the new messages that were not applied; None if there were none.
    Returns the number of items written. Raises TableUnavailable if the table takes no writes at all.
    """
    waiting: Sequence[str | None] = owners or [None]
    rows = [
        PutAside(
            message_group_uuid=message_group_uuid,
            owner_uuid=owner,
            # The item is removed later only if it has still this id: otherwise a later message has
            # put the row aside once more.
            put_aside_id=uuid.uuid4().hex,
            put_aside_at=messaging.now(),
            first_seq=first_seq,
        )
        for owner in waiting
    ]
    await asyncio.gather(*(_put(messaging, row) for row in rows))
    _log.warning(
        "put aside, to be tried again", group=message_group_uuid, rows=len(owners) or "all"
    )
    return len(rows)


async def _put(messaging: MessagingContext, row: PutAside) -> None:
    for _ in range(ATTEMPTS):
        before = await _before(messaging, row)
        condition = IF_NEW
        if before is not None:
            seqs = [seq for seq in (row.first_seq, before.first_seq) if seq is not None]
            row = msgspec.structs.replace(row, first_seq=min(seqs, default=None))
            condition = [Equals("put_aside_id", before.put_aside_id)]
        try:
            return await messaging.table.put(Put(put_aside_item(row), condition))
        except ConditionFailed:
            continue
    raise TableUnavailable("a row was put aside by others each time that it was to be")


async def _before(messaging: MessagingContext, row: PutAside) -> PutAside | None:
    """Returns how the row was put aside before, if it was and still waits."""
    sk = put_aside_item(row)[keys.SORT_KEY]
    own = Query(keys.PUT_ASIDE, range=Range(at_least=sk, at_most=sk), limit=1, consistent=True)
    page = await messaging.table.query(own)
    return put_aside_from(page.items[0]) if page.items else None
