"""The JSON schemas of events. Clients rely on them: fields may be added, but never removed."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import asdict

from cruddur.domain.model import MessageGroup
from cruddur.messaging.events import (
    BlockChanged,
    Invited,
    MemberLeft,
    MessageChanged,
    MessageSent,
    MessagesHidden,
    ReadMarkMoved,
    RowSettingsChanged,
    Typing,
)
from cruddur.web.api.invitations import InvitationOut, invitation_out
from cruddur.web.api.row_fields import (
    ArchivedAt,
    ArchivedSeq,
    ClearedSeq,
    HiddenVersion,
    MarkedUnread,
    MutedUntil,
    PinnedAt,
    PinOrder,
    SettingsVersion,
    UnreadMark,
)
from cruddur.web.api.schemas import (
    MessageOut,
    UserOut,
    message_out,
)
from cruddur.web.api.unread import UnreadOut

GroupUuid = Annotated[str, Meta(description="The conversation.")]
Version = Annotated[
    int,
    Meta(description="How often the title or members of the conversation were changed, plus one."),
]


class GroupOut(Struct, frozen=True, kw_only=True):
    """The conversation of a message: the members of a direct one, the title of a group."""

    kind: Annotated[str, Meta(description="`direct`, of two people, or `group`.")]
    title: Annotated[str | None, Meta(description="The name of a group.")]
    members: Annotated[
        list[UserOut], Meta(description="The people of a direct conversation; empty for a group.")
    ]
    version: Version


class MessageEventOut(MessageOut, frozen=True, kw_only=True):
    """A message with its conversation, so that a client can show a conversation it did not know."""

    group: Annotated[GroupOut, Meta(description="The conversation.")]
    last_change_seq: Annotated[
        int,
        Meta(
            description="The number of the conversation's last change, as far as the server knows; 0 if "
            "it knows of none."
        ),
    ] = 0


class MessageChangedOut(MessageOut, frozen=True, kw_only=True):
    """A changed message, as it is now."""

    by_user_uuid: Annotated[
        str,
        Meta(description="The person who changed it: its author, or the person who reacted to it."),
    ]
    change: Annotated[
        Literal["edited", "deleted", "reacted"], Meta(description="What they have done.")
    ]
    last_seq: Annotated[
        int,
        Meta(
            description="The number of the conversation's last message, as far as the server knows."
        ),
    ] = 0


class ReadOut(Struct, frozen=True, kw_only=True):
    """A person's place in a conversation."""

    message_group_uuid: GroupUuid
    user_uuid: Annotated[str, Meta(description="The person who has read.")]
    seq: Annotated[int, Meta(description="The number of the last message that they have read.")]
    unread: Annotated[
        UnreadOut | UnsetType,
        Meta(
            description="What is unread now, if the stream was opened with `?unread=true` and nothing "
            "else happened since the last count; else the event `unread` follows."
        ),
    ] = UNSET


class RowSettingsOut(Struct, frozen=True, kw_only=True):
    """What a person has set on a conversation of their inbox."""

    message_group_uuid: GroupUuid
    user_uuid: Annotated[str, Meta(description="The person whose inbox it is.")]
    muted_until: MutedUntil
    archived_at: ArchivedAt
    archived_seq: ArchivedSeq
    marked_unread: MarkedUnread
    unread_mark: UnreadMark
    pinned_at: PinnedAt
    pin_order: PinOrder
    cleared_seq: ClearedSeq
    settings_version: SettingsVersion


class MessagesHiddenOut(Struct, frozen=True, kw_only=True):
    """Messages that this person no longer sees."""

    message_group_uuid: GroupUuid
    user_uuid: Annotated[str, Meta(description="The person who has deleted them for themselves.")]
    seqs: Annotated[list[int], Meta(description="The numbers of the messages.")]
    hidden_version: HiddenVersion


class LeftOut(Struct, frozen=True, kw_only=True):
    """A group that is no longer this person's."""

    message_group_uuid: GroupUuid
    user_uuid: Annotated[str, Meta(description="The person who has left.")]
    version: Version
    title: Annotated[str | None, Meta(description="The name of the group.")] = None
    by_user_uuid: Annotated[
        str | None,
        Meta(description="The person who removed them, or they themselves if they have left."),
    ] = None


class TypingOut(Struct, frozen=True, kw_only=True):
    """A person who is writing."""

    message_group_uuid: GroupUuid
    user_uuid: Annotated[str, Meta(description="The person who is writing.")]
    handle: Annotated[str, Meta(description="Their handle.")]
    display_name: Annotated[str, Meta(description="Their name.")]


class BlockOut(Struct, frozen=True, kw_only=True):
    """A person who was blocked, or no longer is."""

    user_uuid: Annotated[str, Meta(description="The person who has blocked: the one who gets it.")]
    blocked_uuid: Annotated[str, Meta(description="The person who was blocked, or no longer is.")]
    is_blocked: Annotated[bool, Meta(description="Whether they are blocked now.")]


def message_sent_out(event: MessageSent) -> MessageEventOut:
    """The JSON form of a stored message."""
    return MessageEventOut(
        **asdict(message_out(event.message)),
        group=group_out(event.group),
        last_change_seq=event.last_change_seq,
    )


def group_out(group: MessageGroup) -> GroupOut:
    """The JSON form of a message's conversation."""
    people = group.members.items() if group.kind == "direct" else ()
    members = [
        UserOut(uuid=uuid, handle=member.handle, display_name=member.display_name)
        for uuid, member in people
    ]
    return GroupOut(
        kind=group.kind, title=group.title, members=members, version=group.shown_version
    )


def message_changed_out(event: MessageChanged) -> MessageChangedOut:
    """The JSON form of a changed message."""
    return MessageChangedOut(
        **asdict(message_out(event.message)),
        by_user_uuid=event.user_uuid,
        change=event.change,
        last_seq=event.last_seq,
    )


def read_mark_out(event: ReadMarkMoved) -> ReadOut:
    """The JSON form of a read mark."""
    return ReadOut(
        message_group_uuid=event.message_group_uuid, user_uuid=event.user_uuid, seq=event.seq
    )


def row_settings_out(event: RowSettingsChanged) -> RowSettingsOut:
    """The JSON form of a row's settings."""
    row = event.row
    return RowSettingsOut(
        message_group_uuid=row.message_group_uuid,
        user_uuid=row.owner_uuid,
        muted_until=row.muted_until,
        archived_at=row.archived_at,
        archived_seq=row.archived_seq,
        marked_unread=row.is_marked_unread,
        unread_mark=row.unread_mark,
        pinned_at=row.pinned_at,
        pin_order=row.pin_order,
        cleared_seq=row.cleared_seq,
        settings_version=row.settings_version,
    )


def messages_hidden_out(event: MessagesHidden) -> MessagesHiddenOut:
    """The JSON form of messages that a person has deleted for themselves."""
    row = event.row
    return MessagesHiddenOut(
        message_group_uuid=row.message_group_uuid,
        user_uuid=row.owner_uuid,
        seqs=event.seqs,
        hidden_version=row.hidden_version,
    )


def member_left_out(event: MemberLeft) -> LeftOut:
    """The JSON form of a member's leaving."""
    return LeftOut(
        message_group_uuid=event.message_group_uuid,
        user_uuid=event.user_uuid,
        version=event.version,
        title=event.title,
        by_user_uuid=event.by_user_uuid,
    )


def invited_out(event: Invited) -> InvitationOut:
    """The JSON form of an invitation."""
    return invitation_out(event.invitation)


def typing_out(event: Typing) -> TypingOut:
    """The JSON form of a member's typing."""
    return TypingOut(
        message_group_uuid=event.message_group_uuid,
        user_uuid=event.user.user_uuid,
        handle=event.user.handle,
        display_name=event.user.display_name,
    )


def block_out(event: BlockChanged) -> BlockOut:
    """The JSON form of a block or its end."""
    return BlockOut(
        user_uuid=event.user_uuid,
        blocked_uuid=event.blocked_uuid,
        is_blocked=event.is_blocked,
    )
