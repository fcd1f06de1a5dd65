"""Verify every inbox row, and every conversation's numbers, against the messages."""

import asyncio
from collections.abc import AsyncIterator, Callable

from cruddur.messaging.access import find_group
from cruddur.messaging.compare_inboxes import Difference, compare_group, place
from cruddur.messaging.ports import Item
from cruddur.messaging.service import Messaging
from cruddur.model import InboxRow, MessageGroup
from cruddur.table import items, keys

_SECOND_LOOK_SECONDS = 0.5


async def verify_inboxes(
    messaging: Messaging, looked_at: Callable[[], None] = lambda: None
) -> AsyncIterator[Difference]:
    """Everything that is wrong, after a second look: beside a running service much is on its way.

    `looked_at` is called for each item of the table.
    """
    async for item in messaging.table.scan():
        looked_at()
        if item["sk"] == keys.GROUP_SK:
            async for difference in _twice(messaging, items.group_from(item)):
                yield difference
        elif item["pk"].startswith(keys.INBOX_PREFIX):
            if problem := await _orphan(messaging, items.inbox_row_from(item)):
                yield problem
        elif item["pk"] == keys.DEAD_LETTERS:
            what = f"dead letter for {item['change_sk']}"
            yield Difference(item["change_pk"], what, dead_letter=item["sk"])


async def _twice(messaging: Messaging, group: MessageGroup) -> AsyncIterator[Difference]:
    first = {seen.where: seen async for seen in compare_group(messaging, group)}
    if not first:
        return
    await asyncio.sleep(_SECOND_LOOK_SECONDS)
    # Read again: somebody may have come, left or given it another title.
    current = await find_group(messaging, group.message_group_uuid)
    if current is not None:
        async for difference in compare_group(messaging, current):
            before = first.get(difference.where)
            if before and not (difference.is_behind and _has_moved(before.found, difference.found)):
                yield difference


def _has_moved(before: InboxRow | None, after: InboxRow | None) -> bool:
    return after is not None and (before is None or place(before) != place(after))


async def _orphan(messaging: Messaging, row: InboxRow) -> Difference | None:
    key = keys.group_key(row.message_group_uuid)
    item: Item | None = await messaging.table.get(key, consistent=True)
    if item is not None and row.owner_uuid in items.group_from(item).members:
        return None
    # Since the scan came by, they may have left: then their row went in the same transaction.
    row_key = keys.inbox_row_key(row.owner_uuid, row.message_group_uuid)
    if await messaging.table.get(row_key, consistent=True) is None:
        return None
    where = f"{row.owner_uuid}/{row.message_group_uuid}"
    what = "a row of a conversation that is not there" if item is None else "a row of a stranger"
    return Difference(where, what, found=row)
