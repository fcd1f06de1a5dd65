"""What a member sees of messages: none from before they came, and nothing from people they block."""

from collections.abc import Iterable

import msgspec

from cruddur.domain.errors import Conflict, Forbidden, declare_code
from cruddur.domain.member import Member
from cruddur.domain.model import Message, MessageGroup
from cruddur.domain.reactions import with_own_reactions

_BLOCKING = declare_code(
    "person_blocked", "The caller has blocked the other person, and cannot write to them."
)


_UNANSWERED = declare_code(
    "request_unanswered", "The caller has not accepted the conversation, which a stranger began."
)


class RequestUnanswered(Conflict):
    """The caller has not accepted the conversation yet."""

    def __init__(self, message_group_uuid: str) -> None:
        super().__init__(_UNANSWERED, "Accept this conversation first.")
        self.message_group_uuid = message_group_uuid


def seen_by(group: MessageGroup, user_uuid: str, messages: Iterable[Message]) -> list[Message]:
    """Returns the messages as this member sees them, in the same order.

    A text that its author has edited while this member had blocked them is shown as deleted: otherwise
    an edit of an old message would be a way to write to somebody who wants to read nothing. While this
    member blocks the other one, they do not see that one's reactions.
    """
    member = group.members[user_uuid]
    if not member.hidden:
        first = member.first_seq
        return [message for message in messages if message.seq >= first]
    seen = [message for message in messages if member.may_see(message.seq)]
    shown = (_without_hidden_edit(member, user_uuid, message) for message in seen)
    if not member.has_blocked:
        return list(shown)
    return [with_own_reactions(message, user_uuid) for message in shown]


def is_edit_hidden(member: Member, user_uuid: str, author_uuid: str, at: str | None) -> bool:
    """Whether this member does not see what the author wrote into an older message at this time."""
    if at is None or author_uuid == user_uuid:
        return False
    return any(one.was_at(at) for one in member.hidden)


def require_accepted(group: MessageGroup, user_uuid: str) -> None:
    """Raises RequestUnanswered if this member has not accepted the conversation yet."""
    if group.members[user_uuid].is_request:
        raise RequestUnanswered(group.message_group_uuid)


def require_may_write(group: MessageGroup, user_uuid: str) -> None:
    """Raises Forbidden if this member of a direct conversation blocks the other one.

    Raises RequestUnanswered if they have not accepted the conversation yet.
    """
    require_accepted(group, user_uuid)
    if group.members[user_uuid].has_blocked:
        raise Forbidden(_BLOCKING, "You have blocked this person. Unblock them to write to them.")


def _without_hidden_edit(member: Member, user_uuid: str, message: Message) -> Message:
    edited_at = message.edited_at
    if message.deleted_at or not is_edit_hidden(member, user_uuid, message.user_uuid, edited_at):
        return message
    return msgspec.structs.replace(message, message="", mentions={}, deleted_at=edited_at)
