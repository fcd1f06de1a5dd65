"""Take the name of an erased person out of what a message says that happened to a group.

Such a message is a sentence with names, of the person who acted and of those to whom it happened. It
cannot be deleted or edited, so it is written anew, and so are the rows that show it.
"""

from contextlib import suppress

from cruddur.domain.erasure import ERASED_NAME, Erasure, not_erased
from cruddur.domain.errors import ConditionFailed
from cruddur.domain.group_events import event_text
from cruddur.domain.member import Member
from cruddur.domain.model import Message, MessageGroup
from cruddur.domain.previews import preview
from cruddur.messaging.context import MessagingContext
from cruddur.ports.table import Equals, Update
from cruddur.schema import items, keys

_SOMEBODY = "somebody"


async def erase_event(
    messaging: MessagingContext, erasure: Erasure, group: MessageGroup, message: Message
) -> None:
    """Rewrites the message if it names the person; others have their present names in it.

    Raises TableUnavailable.
    """
    event, uuid = message.event, erasure.user_uuid
    if event is None or uuid not in {message.user_uuid, *event.user_uuids}:
        return
    people = {one: _named(erasure, group, one) for one in event.user_uuids}
    actor = _member(ERASED_NAME if message.user_uuid == uuid else message.user_display_name)
    text = event_text(event, actor, people)
    if text != message.message:
        key = keys.message_key(message.message_group_uuid, message.seq)
        same = Equals("message", message.message)
        with suppress(ConditionFailed):
            await messaging.table.update(Update(key, {"message": text}, condition=[same]))
    await _show(messaging, group, message.seq, preview(text))


async def _show(messaging: MessagingContext, group: MessageGroup, seq: int, words: str) -> None:
    wanted = [items.member_row_key(group, owner) for owner in not_erased(group.members)]
    found = await messaging.table.get_many(wanted, consistent=True)
    for key, row in found.items():
        # A row is empty where its owner has deleted the message for themselves.
        if row.get("last_seq") == seq and row.get("message") not in {"", words}:
            is_last = [Equals("last_seq", seq)]
            with suppress(ConditionFailed):
                await messaging.table.update(Update(key, {"message": words}, condition=is_last))


def _named(erasure: Erasure, group: MessageGroup, user_uuid: str) -> Member:
    if user_uuid == erasure.user_uuid:
        return _member(ERASED_NAME)
    return group.members.get(user_uuid) or _member(_SOMEBODY)


def _member(name: str) -> Member:
    return Member(handle="", display_name=name)
