"""Rebuild the inboxes: write every row that differs from its messages."""

import dataclasses
from collections.abc import AsyncIterator, Callable

import msgspec

from cruddur.domain.erasure import not_erased
from cruddur.domain.errors import ConditionFailed, NotFound
from cruddur.domain.item import Item
from cruddur.domain.model import InboxRow
from cruddur.messaging.access import find_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.difference import Difference
from cruddur.messaging.inbox.inbox_rows import is_index_exact, placed, same_slack
from cruddur.messaging.inbox.mend_erasures import mend_erasure
from cruddur.messaging.inbox.mend_names import mend_names
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.inbox.write_row import row_update
from cruddur.messaging.messages.apply_change import restore_message
from cruddur.messaging.messages.remove_expired import remove_expired
from cruddur.ports.table import IF_NEW, Check, Delete, Equals, Put
from cruddur.schema import items, keys


async def rebuild_inboxes(
    messaging: MessagingContext, looked_at: Callable[[Item], None] = lambda _: None
) -> AsyncIterator[Difference]:
    """Yields each difference. `is_mended` says whether it was repaired.

    It is safe beside a running service. A row that changed meanwhile is left to the projector, and a
    second run finds it correct.
    """
    letters: list[Difference] = []
    async for difference in verify_inboxes(messaging, looked_at):
        if difference.dead_letter is not None:
            letters.append(difference)
            continue
        try:
            is_mended = await _mend(messaging, difference)
        except (ConditionFailed, NotFound):  # its conversation may be unreadable now
            continue
        yield dataclasses.replace(difference, is_mended=is_mended)
    # Dead letters are deleted last, so that an interrupted run finds them again, and only those found.
    for letter in letters:
        await messaging.table.delete(Delete(keys.dead_letter_key(letter.dead_letter or "")))
        yield dataclasses.replace(letter, is_mended=True)


async def _mend(messaging: MessagingContext, difference: Difference) -> bool:
    if difference.person or difference.renaming:
        return await mend_names(messaging, difference)
    if difference.erasure or difference.changes or difference.expired:
        return await _mend_messages(messaging, difference)
    found, expected = difference.found, difference.expected
    if expected is None:
        return found is not None and await _remove(messaging, found)
    if found is None:
        return await _make(messaging, expected, over_another=difference.is_unreadable)
    update = row_update(found, _indexed(found, expected))
    if update is None:
        return False
    await messaging.table.update(update)
    return True


async def _mend_messages(messaging: MessagingContext, difference: Difference) -> bool:
    if difference.erasure:
        await mend_erasure(messaging, difference.erasure, difference.where)
    elif difference.changes:
        await restore_message(messaging, difference.changes)
    elif difference.expired:
        await remove_expired(messaging, difference.expired)
    return True


async def _remove(messaging: MessagingContext, row: InboxRow) -> bool:
    key = items.row_key_of(row)
    await messaging.table.delete(Delete(key, [Equals("last_seq", row.last_seq)]))
    return True


async def _make(messaging: MessagingContext, row: InboxRow, *, over_another: bool) -> bool:
    group = await find_group(messaging, row.message_group_uuid)
    if group is None or row.owner_uuid not in not_erased(group.members):
        raise ConditionFailed("they left in between: no row may come back to life")
    unchanged = Check(keys.group_key(row.message_group_uuid), [Equals("version", group.version)])
    is_free = [] if over_another else IF_NEW
    await messaging.table.transact([unchanged, Put(items.inbox_row_item(row), is_free)])
    return True


def _indexed(found: InboxRow, expected: InboxRow) -> InboxRow:
    kept = msgspec.structs.replace(expected, indexed_at=found.indexed_at)
    if is_index_exact(kept):
        return kept
    return placed(expected, same_slack)
