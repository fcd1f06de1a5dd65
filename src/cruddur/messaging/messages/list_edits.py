"""List the texts that a message has had."""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import Struct

from cruddur.domain.message_changes import MessageChange
from cruddur.domain.model import Message
from cruddur.messaging.access import access_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.edit_message import message_not_found, visible_message_key
from cruddur.messaging.messages.seen_by import is_edit_hidden
from cruddur.ports.metering import access_pattern
from cruddur.schema import items, keys
from cruddur.schema.readable import one_from


class MessageText(Struct, frozen=True, kw_only=True):
    """A text that a message had from this time on.

    `change_seq` is the number of the edit; 0 for the first text, and for one that a version without
    numbers wrote.
    """

    change_seq: int
    message: str
    at: str


@dataclass(frozen=True, slots=True)
class EditPage:
    """Texts of a message, the oldest first; `has_more` says whether there are others before them."""

    texts: Sequence[MessageText]
    has_more: bool


@access_pattern("list_edits")
async def list_edits(
    messaging: MessagingContext,
    user_uuid: str,
    message_group_uuid: str,
    seq: int,
    *,
    before: int | None = None,
    limit: int = 20,
) -> EditPage:
    """Returns the newest texts of a message, or those before the edit of this number.

    A deleted message has none: its deletion has erased them. Raises NotFound also for a message from
    before the user came, and for one that they have deleted for themselves.
    """
    group = await access_group(messaging, user_uuid, message_group_uuid, shows=True)
    key = visible_message_key(group, user_uuid, seq)
    message = one_from(items.message_from, await messaging.table.get(key, consistent=True))
    if message is None or message.is_hidden_from(user_uuid):
        raise message_not_found()
    if message.deleted_at:
        return EditPage((), has_more=False)
    member = group.members[user_uuid]
    newest_first = [
        text
        for text in await _texts(messaging, message, before, limit + 1)
        if not text.change_seq or not is_edit_hidden(member, user_uuid, message.user_uuid, text.at)
    ]
    return EditPage(newest_first[:limit][::-1], len(newest_first) > limit)


async def _texts(
    messaging: MessagingContext, message: Message, before: int | None, most: int
) -> list[MessageText]:
    """Returns the texts of the message, the newest first. Each edit names the one before it."""
    if before is None and not message.last_edit_seq:
        return [_text_of(message)]
    texts: list[MessageText] = []
    number = message.last_edit_seq if before is None else before
    while number and len(texts) < most:
        edit = await _edit(messaging, message, number)
        if edit is None:
            break
        if number != before:
            texts.append(MessageText(change_seq=number, message=edit.message, at=edit.at))
        if edit.before is not None:
            first = MessageText(change_seq=0, message=edit.before, at=message.created_at)
            texts.append(first)
        number = edit.edit_before
    return texts[:most]


def _text_of(message: Message) -> MessageText:
    at = message.edited_at or message.created_at
    return MessageText(change_seq=0, message=message.message, at=at)


async def _edit(
    messaging: MessagingContext, message: Message, change_seq: int
) -> MessageChange | None:
    key = keys.change_key(message.message_group_uuid, change_seq)
    edit = one_from(items.change_from, await messaging.table.get(key))
    return edit if edit is not None and edit.seq == message.seq else None
