"""Clear a conversation for oneself: hide all of its messages up to a number from one member alone.

The group says so of its member, where joining says what is hidden from newcomers. So whatever shows
messages hides these too, for no read more. The row says so as well, and loses its preview in the same
transaction, so that a crash leaves neither half.
"""

import msgspec

from cruddur.domain.errors import Busy, ConditionFailed
from cruddur.domain.model import InboxRow, MessageGroup
from cruddur.messaging.access import access_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.find_inbox_row import read_own_row
from cruddur.messaging.inbox.inbox_rows import cleared
from cruddur.messaging.inbox.mark_read import check_seq_exists
from cruddur.messaging.inbox.settings_update import ATTEMPTS, changed_once, settings_update
from cruddur.messaging.publishing import publish_cleared
from cruddur.messaging.unchanged_group import unchanged_group
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Update
from cruddur.schema import items, keys


@access_pattern(
    "clear_conversation", Ceiling("F", "clear a conversation for oneself", write=4, read=2)
)
async def clear_conversation(
    messaging: MessagingContext, user_uuid: str, message_group_uuid: str, seq: int
) -> InboxRow:
    """Hides the messages up to this number from the user, and returns the row. Nothing brings them back.

    A number that is not above the last that is hidden changes nothing. Raises NotFound, Busy,
    TableUnavailable, and Invalid for a number that no message has: it would hide messages to come.
    """
    for attempt in range(ATTEMPTS):
        group = await access_group(messaging, user_uuid, message_group_uuid, fresh=True)
        if not attempt:
            await check_seq_exists(messaging, group.message_group_uuid, seq, field="cleared_seq")
        before = await read_own_row(messaging, user_uuid, group)
        if seq <= max(group.members[user_uuid].joined_seq, before.cleared_seq):
            return before
        after = changed_once(before, cleared(before, seq))
        changed = _with_cleared(group, user_uuid, seq)
        try:
            await messaging.table.transact(
                [_group_update(group, changed), settings_update(before, after)]
            )
        except ConditionFailed:
            messaging.direct_groups.doubt(group.message_group_uuid)
            continue
        messaging.direct_groups.remember(changed)
        messaging.changed_groups.remember(changed)
        await publish_cleared(messaging, after)
        return after
    raise Busy("This conversation is being changed elsewhere. Please try again.")


def _with_cleared(group: MessageGroup, user_uuid: str, seq: int) -> MessageGroup:
    member = msgspec.structs.replace(group.members[user_uuid], cleared_seq=seq)
    members = {**group.members, user_uuid: member}
    return msgspec.structs.replace(group, members=members, clears=(group.clears or 0) + 1)


def _group_update(before: MessageGroup, after: MessageGroup) -> Update:
    item = items.group_item(after)
    values = {name: item[name] for name in ("members", "clears")}
    return Update(keys.key_of(item), values, condition=unchanged_group(before))
