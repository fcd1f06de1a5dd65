"""Delete messages for oneself: others keep them, and nothing shows them to this person any more.

Each message says who has hidden it. So whatever reads a message knows it, without a read, and people who
hide nothing pay nothing. The row of the inbox counts how often its owner did so, by which a device that
was away finds out.
"""

import asyncio
from collections.abc import Collection, Sequence

import msgspec

from cruddur.domain.errors import Busy, ConditionFailed, OutcomeUnknown
from cruddur.domain.item import Key
from cruddur.domain.model import GROUP_MAX_MEMBERS, InboxRow, Message, MessageGroup
from cruddur.messaging.access import access_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.find_inbox_row import read_own_row
from cruddur.messaging.inbox.hidden_previews import with_previews
from cruddur.messaging.inbox.inbox_rows import changed_fields
from cruddur.messaging.messages.edit_message import message_not_found, visible_message_key
from cruddur.messaging.publishing import publish_hidden
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Equals, Exists, Missing, Update
from cruddur.schema import items, keys
from cruddur.schema.readable import messages_from, one_from

HIDDEN_AT_ONCE = 100
"""The most messages that one call hides."""

_ATTEMPTS = 8


@access_pattern("hide_messages", Ceiling("I", "delete a message for oneself", write=2, read=2.5))
async def hide_messages(
    messaging: MessagingContext, user_uuid: str, message_group_uuid: str, seqs: Collection[int]
) -> InboxRow:
    """Hides the messages of these numbers from the user, and returns the row of their inbox.

    Doing it again changes nothing but the row's count. Raises NotFound if one of them does not exist or
    cannot be seen, before anything is written; Busy, and TableUnavailable, after which some may be
    hidden and the same call is safe to repeat.
    """
    group = await access_group(messaging, user_uuid, message_group_uuid)
    wanted = [visible_message_key(group, user_uuid, seq) for seq in sorted(set(seqs))]
    messages = await _read(messaging, wanted)
    marks = (_mark(messaging, user_uuid, group, message) for message in messages)
    for outcome in await asyncio.gather(*marks, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome
    hidden = [message.seq for message in messages]
    # After the messages: whoever reads them again because of the count does not see them.
    row = await _count(messaging, user_uuid, group, hidden)
    await publish_hidden(messaging, row, hidden)
    (shown,) = await with_previews(messaging, user_uuid, [row], hidden)
    return shown


async def _read(messaging: MessagingContext, wanted: Sequence[Key]) -> list[Message]:
    found = dict(await messaging.table.get_many(wanted))
    if missing := [key for key in wanted if key not in found]:
        # A lagging replica may not have a message that was just stored.
        found |= await messaging.table.get_many(missing, consistent=True)
    messages = messages_from(found[key] for key in wanted if key in found)
    if len(messages) < len(wanted):
        raise message_not_found()
    return messages


async def _mark(
    messaging: MessagingContext, user_uuid: str, group: MessageGroup, message: Message
) -> None:
    key = keys.message_key(group.message_group_uuid, message.seq)
    for _ in range(_ATTEMPTS):
        if message.is_hidden_from(user_uuid):
            return
        others = await _still_members(messaging, user_uuid, message)
        before = list(message.hidden_by)
        is_as_read = Equals("hidden_by", before) if before else Missing("hidden_by")
        marked = {"hidden_by": [*others, user_uuid]}
        try:
            condition = [Exists(keys.PARTITION_KEY), is_as_read]
            await messaging.table.update(Update(key, marked, condition=condition))
        except (ConditionFailed, OutcomeUnknown):
            item = await messaging.table.get(key, consistent=True)
            message = one_from(items.message_from, item) or message
            continue
        return
    raise Busy("This message is being changed elsewhere. Please try again.")


async def _still_members(
    messaging: MessagingContext, user_uuid: str, message: Message
) -> Sequence[str]:
    """Returns who has hidden it; once they fill a group, without those who have left."""
    if len(message.hidden_by) < GROUP_MAX_MEMBERS:
        return message.hidden_by
    # Read strongly: a group that lags could lack a member, who would see the message again.
    group = await access_group(messaging, user_uuid, message.message_group_uuid, fresh=True)
    return [uuid for uuid in message.hidden_by if uuid in group.members]


async def _count(
    messaging: MessagingContext, user_uuid: str, group: MessageGroup, hidden: Collection[int]
) -> InboxRow:
    for _ in range(_ATTEMPTS):
        before = await read_own_row(messaging, user_uuid, group)
        after = msgspec.structs.replace(before, hidden_version=before.hidden_version + 1)
        if before.last_seq in hidden:
            after = msgspec.structs.replace(after, message="")
        try:
            await messaging.table.update(_update(before, after))
        except ConditionFailed:
            continue
        return after
    raise Busy("This conversation is being changed elsewhere. Please try again.")


def _update(before: InboxRow, after: InboxRow) -> Update:
    values, removed = changed_fields(before, after)
    version = before.hidden_version
    # Somebody who has left would get an incomplete row without the first condition. By the last one, no
    # preview of a message that came meanwhile is lost.
    is_as_read: list[Exists | Equals | Missing] = [
        Exists(keys.PARTITION_KEY),
        Equals("hidden_version", version) if version else Missing("hidden_version"),
        Equals("last_seq", before.last_seq),
    ]
    key = items.row_key_of(before)
    return Update(key, values, removed, is_as_read)
