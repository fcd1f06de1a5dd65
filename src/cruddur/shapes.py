"""The JSON that front ends see, in the API's answers and in events alike.

These shapes are in use: fields may be added, never removed.
"""

from msgspec import Struct
from msgspec.structs import asdict

from cruddur.model import InboxRow, Member, Message, MessageGroup, User


class UserShape(Struct, frozen=True, kw_only=True):
    """A person, as anybody who is signed in may see them."""

    uuid: str
    handle: str
    display_name: str


class MessageShape(Struct, frozen=True, kw_only=True):
    """One message: `uuid` is its own, `seq` its number in the conversation."""

    uuid: str
    seq: int
    message_group_uuid: str
    user_uuid: str
    handle: str
    display_name: str
    message: str
    created_at: str
    edited_at: str | None = None
    deleted_at: str | None = None


class InboxRowShape(Struct, frozen=True, kw_only=True):
    """One conversation in an inbox; `created_at` is the time of its last message."""

    uuid: str
    kind: str
    title: str | None
    user_uuid: str | None
    handle: str | None
    display_name: str
    message: str
    last_user_uuid: str | None
    created_at: str
    last_seq: int
    read_seq: int
    unread: int


class MemberShape(UserShape, frozen=True, kw_only=True):
    """A person in a conversation; `joined_seq` is the last number before they came."""

    joined_seq: int


class ConversationShape(InboxRowShape, frozen=True, kw_only=True):
    """One conversation with its people."""

    members: list[MemberShape]


class GroupShape(Struct, frozen=True, kw_only=True):
    """What an event says of its conversation: the people of a direct one, the title of another."""

    kind: str
    title: str | None
    members: list[UserShape]


class MessageEventShape(MessageShape, frozen=True, kw_only=True):
    """A message with enough of its conversation to show one that was unknown so far."""

    group: GroupShape


def user_shape(user: User) -> UserShape:
    return UserShape(uuid=user.user_uuid, handle=user.handle, display_name=user.display_name)


def message_shape(message: Message) -> MessageShape:
    return MessageShape(
        uuid=message.message_uuid,
        seq=message.seq,
        message_group_uuid=message.message_group_uuid,
        user_uuid=message.user_uuid,
        handle=message.user_handle,
        display_name=message.user_display_name,
        message=message.message,
        created_at=message.created_at,
        edited_at=message.edited_at,
        deleted_at=message.deleted_at,
    )


def inbox_row_shape(row: InboxRow) -> InboxRowShape:
    return InboxRowShape(
        uuid=row.message_group_uuid,
        kind=row.kind,
        title=row.title,
        user_uuid=row.user_uuid,
        handle=row.user_handle,
        display_name=row.user_display_name or row.title or "",
        message=row.message,
        last_user_uuid=row.last_user_uuid,
        created_at=row.last_message_at,
        last_seq=row.last_seq,
        read_seq=row.read_seq,
        unread=row.unread,
    )


def conversation_shape(row: InboxRow, group: MessageGroup) -> ConversationShape:
    members = [_member_shape(uuid, member) for uuid, member in group.members.items()]
    return ConversationShape(**asdict(inbox_row_shape(row)), members=members)


def message_event_shape(message: Message, group: MessageGroup) -> MessageEventShape:
    people = group.members.items() if group.kind == "direct" else ()
    members = [
        UserShape(uuid=uuid, handle=member.handle, display_name=member.display_name)
        for uuid, member in people
    ]
    return MessageEventShape(
        uuid=message.message_uuid,
        seq=message.seq,
        message_group_uuid=message.message_group_uuid,
        user_uuid=message.user_uuid,
        handle=message.user_handle,
        display_name=message.user_display_name,
        message=message.message,
        created_at=message.created_at,
        edited_at=message.edited_at,
        deleted_at=message.deleted_at,
        group=GroupShape(kind=group.kind, title=group.title, members=members),
    )


def _member_shape(uuid: str, member: Member) -> MemberShape:
    return MemberShape(
        uuid=uuid,
        handle=member.handle,
        display_name=member.display_name,
        joined_seq=member.joined_seq,
    )
