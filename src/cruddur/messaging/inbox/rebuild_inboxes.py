"""Rebuild: write every inbox row as the messages say that it must be."""

import dataclasses
from collections.abc import AsyncIterator, Callable

import msgspec

from cruddur.errors import ConditionFailed
from cruddur.messaging.access import find_group
from cruddur.messaging.compare_inboxes import Difference
from cruddur.messaging.inbox_rows import is_index_exact
from cruddur.messaging.ports import Check, Delete, Equals, Missing, Put
from cruddur.messaging.project import row_update
from cruddur.messaging.service import Messaging
from cruddur.messaging.verify_inboxes import verify_inboxes
from cruddur.model import InboxRow
from cruddur.table import items, keys


async def rebuild_inboxes(
    messaging: Messaging, looked_at: Callable[[], None] = lambda: None
) -> AsyncIterator[Difference]:
    """Yields each difference: `is_mended` once it is, and otherwise what no row can mend.

    Safe beside a running service: a row that changed meanwhile is left to the projector, which has
    it in hand, and a second run finds it right.
    """
    letters: list[Difference] = []
    async for difference in verify_inboxes(messaging, looked_at):
        if difference.dead_letter is not None:
            letters.append(difference)
            continue
        try:
            is_mended = await _mend(messaging, difference)
        except ConditionFailed:
            continue
        yield dataclasses.replace(difference, is_mended=is_mended)
    # Last, so that whoever is interrupted finds them again; and those only that it has seen.
    for letter in letters:
        await messaging.table.delete(Delete(keys.dead_letter_key(letter.dead_letter or "")))
        yield dataclasses.replace(letter, is_mended=True)


async def _mend(messaging: Messaging, difference: Difference) -> bool:
    found, expected = difference.found, difference.expected
    if expected is None:
        return found is not None and await _remove(messaging, found)
    if found is None:
        return await _make(messaging, expected)
    update = row_update(found, _indexed(found, expected))
    if update is None:
        return False
    await messaging.table.update(update)
    return True


async def _remove(messaging: Messaging, row: InboxRow) -> bool:
    key = keys.inbox_row_key(row.owner_uuid, row.message_group_uuid)
    await messaging.table.delete(Delete(key, [Equals("last_seq", row.last_seq)]))
    return True


async def _make(messaging: Messaging, row: InboxRow) -> bool:
    group = await find_group(messaging, row.message_group_uuid)
    if group is None or row.owner_uuid not in group.members:
        raise ConditionFailed("they left in between: no row may come back to life")
    unchanged = Check(keys.group_key(row.message_group_uuid), [Equals("version", group.version)])
    await messaging.table.transact([unchanged, Put(items.inbox_row_item(row), [Missing("pk")])])
    return True


def _indexed(found: InboxRow, expected: InboxRow) -> InboxRow:
    kept = msgspec.structs.replace(expected, indexed_at=found.indexed_at)
    if is_index_exact(kept):
        return kept
    return msgspec.structs.replace(expected, indexed_at=expected.last_message_at)
