"""Rebuild: write every inbox row as the messages say that it must be."""

from collections.abc import AsyncIterator, Callable

import msgspec

from cruddur.errors import ConditionFailed
from cruddur.messaging.compare_inboxes import Difference
from cruddur.messaging.inbox_rows import is_index_exact
from cruddur.messaging.ports import Delete, Equals, Missing, Put
from cruddur.messaging.project import row_update
from cruddur.messaging.service import Messaging
from cruddur.messaging.verify_inboxes import verify_inboxes
from cruddur.model import InboxRow
from cruddur.table import items, keys


async def rebuild_inboxes(
    messaging: Messaging, looked_at: Callable[[], None] = lambda: None
) -> AsyncIterator[Difference]:
    """Yields each difference after it was mended, where there is something to write.

    Safe beside a running service: a row that changed meanwhile is left to the projector, which has
    it in hand, and a second run finds it right.
    """
    async for difference in verify_inboxes(messaging, looked_at):
        try:
            await _mend(messaging, difference)
        except ConditionFailed:
            continue
        yield difference
    await _clear_dead_letters(messaging)


async def _mend(messaging: Messaging, difference: Difference) -> None:
    found, expected = difference.found, difference.expected
    if expected is None:
        if found is not None:
            key = keys.inbox_row_key(found.owner_uuid, found.message_group_uuid)
            await messaging.table.delete(Delete(key, [Equals("last_seq", found.last_seq)]))
        return
    if found is None:
        await messaging.table.put(Put(items.inbox_row_item(expected), [Missing("pk")]))
        return
    update = row_update(found, _indexed(found, expected))
    if update is not None:
        await messaging.table.update(update)


def _indexed(found: InboxRow, expected: InboxRow) -> InboxRow:
    kept = msgspec.structs.replace(expected, indexed_at=found.indexed_at)
    if is_index_exact(kept):
        return kept
    return msgspec.structs.replace(expected, indexed_at=expected.last_message_at)


async def _clear_dead_letters(messaging: Messaging) -> None:
    async for item in messaging.table.scan():
        if item["pk"] == keys.DEAD_LETTERS:
            await messaging.table.delete(Delete(keys.dead_letter_key(item["sk"])))
