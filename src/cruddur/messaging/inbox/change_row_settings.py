"""Change what a person has set on one conversation of their own inbox, for one write unit.

The projector writes the same item. Each of the two changes attributes of its own, so neither undoes the
other, and two devices of one person cannot undo each other: a write requires the `settings_version` that
it was made from.
"""

import msgspec
from msgspec import UNSET

from cruddur.domain.errors import Busy, ConditionFailed
from cruddur.domain.model import InboxRow
from cruddur.domain.row_settings import RowSettings, checked_mute
from cruddur.messaging.access import access_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.clear_conversation import clear_conversation
from cruddur.messaging.inbox.find_inbox_row import read_own_row
from cruddur.messaging.inbox.inbox_rows import placed
from cruddur.messaging.inbox.pin_conversation import pin_conversation
from cruddur.messaging.inbox.settings_update import (
    ATTEMPTS,
    changed_once,
    settings_update,
)
from cruddur.messaging.messages.seen_by import require_accepted
from cruddur.messaging.publishing import publish_row_settings
from cruddur.ports.metering import Ceiling, access_pattern


@access_pattern(
    "change_row_settings",
    Ceiling("F", "mute a conversation", write=1, read=1.5),
    Ceiling("F", "archive it, or bring it back", write=3, read=1.5),
)
async def change_row_settings(
    messaging: MessagingContext, user_uuid: str, message_group_uuid: str, wanted: RowSettings
) -> InboxRow:
    """Changes the settings and returns the row. What is as it is wanted already is not written.

    To clear, to pin, and the rest are one write each, in this order. Raises NotFound, Invalid for a
    value that breaks a rule, Conflict if too many are pinned, Busy, and TableUnavailable.
    """
    if wanted.muted_until is not UNSET:
        checked_mute(wanted.muted_until, messaging.now())
    row: InboxRow | None = None
    if wanted.cleared_seq is not UNSET:
        seq = wanted.cleared_seq
        row = await clear_conversation(messaging, user_uuid, message_group_uuid, seq)
    if wanted.pinned is not UNSET or wanted.pin_place is not UNSET:
        row = await pin_conversation(messaging, user_uuid, message_group_uuid, wanted)
    is_all = (wanted.muted_until, wanted.archived, wanted.marked_unread) == (UNSET, UNSET, UNSET)
    if row is not None and is_all:
        return row
    return await _change(messaging, user_uuid, message_group_uuid, wanted)


async def _change(
    messaging: MessagingContext, user_uuid: str, message_group_uuid: str, wanted: RowSettings
) -> InboxRow:
    group = await access_group(messaging, user_uuid, message_group_uuid)
    require_accepted(group, user_uuid)
    for _ in range(ATTEMPTS):
        # It is read strongly: a replica that lags could say that nothing is left to change.
        before = await read_own_row(messaging, user_uuid, group)
        after = _changed(messaging, before, wanted)
        if after == before:
            return before
        try:
            await messaging.table.update(settings_update(before, after))
        except ConditionFailed:
            continue
        await publish_row_settings(messaging, after)
        return after
    raise Busy("This conversation is being changed elsewhere. Please try again.")


def _changed(messaging: MessagingContext, row: InboxRow, wanted: RowSettings) -> InboxRow:
    now, after = messaging.now(), row
    if wanted.muted_until is not UNSET:
        until = checked_mute(wanted.muted_until, now)
        after = msgspec.structs.replace(after, muted_until=until)
    if wanted.archived is not UNSET and wanted.archived != (row.archived_at is not None):
        # What is archived is no longer pinned.
        archived_at = now if wanted.archived else None
        after = msgspec.structs.replace(after, archived_at=archived_at, pinned_at=None, pin_order=0)
        after = placed(after, messaging.slack)
    if wanted.marked_unread is not UNSET and wanted.marked_unread != row.is_marked_unread:
        mark = row.read_seq if wanted.marked_unread else None
        after = msgspec.structs.replace(after, unread_mark=mark)
    if after == row:
        return row
    if after.archived_at is not None:
        # What came until now stays in the archive, whether it came while the row was muted or not.
        after = msgspec.structs.replace(after, archived_seq=max(row.last_seq, row.read_seq))
    return changed_once(row, after)
