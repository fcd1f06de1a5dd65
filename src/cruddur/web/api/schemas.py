"""The JSON schemas of the API's answers, some of which events contain too.

Clients rely on them: fields may be added, but never removed.
"""

from typing import Annotated, Any

from msgspec import Meta, Struct
from msgspec.structs import asdict

from cruddur.domain.group_event import MessageKind
from cruddur.domain.group_rules import Role, role_of
from cruddur.domain.model import InboxRow, Message, MessageGroup, User, Who
from cruddur.domain.reactions import by_emoji
from cruddur.messaging.inbox.hidden_previews import PreviewedRow
from cruddur.web.api.happenings import GroupHappeningOut, happening_out
from cruddur.web.api.mention_schemas import MentionOut, MentionSeq, mention_seq_of, mentions_out
from cruddur.web.api.row_fields import (
    ArchivedAt,
    ArchivedSeq,
    ClearedSeq,
    HiddenVersion,
    IsRequest,
    MarkedUnread,
    MutedUntil,
    Picture,
    PinnedAt,
    PinOrder,
    PreviewSeq,
    RetentionDays,
    SettingsVersion,
    UnreadMark,
)


class UserOut(Struct, frozen=True, kw_only=True):
    """A user, as every signed-in user may see them."""

    uuid: Annotated[str, Meta(description="Names the person.")]
    handle: Annotated[str, Meta(description="The name by which people find them, without the @.")]
    display_name: Annotated[str, Meta(description="The name that people read.")]
    picture: Picture = None


class MessageOut(Struct, frozen=True):
    """One message: `uuid` is its own, `seq` its number in the conversation."""

    uuid: Annotated[str, Meta(description="Names the message. Its sender may have chosen it.")]
    seq: Annotated[
        int, Meta(description="Its number in the conversation: 1, 2, 3 … without a gap.")
    ]
    message_group_uuid: Annotated[str, Meta(description="The conversation.")]
    user_uuid: Annotated[str, Meta(description="The person who wrote it.")]
    handle: Annotated[str, Meta(description="Their handle when they wrote it.")]
    display_name: Annotated[str, Meta(description="Their name when they wrote it.")]
    message: Annotated[str, Meta(description="The text; empty once the message was deleted.")]
    created_at: Annotated[str, Meta(description="When it was stored, in UTC.")]
    edited_at: Annotated[
        str | None, Meta(description="When its text was last changed; null if it never was.")
    ] = None
    deleted_at: Annotated[
        str | None, Meta(description="When it was deleted; null if it is there.")
    ] = None
    change_seq: Annotated[
        int,
        Meta(
            description="The number of its last change. Edits, deletions and reactions have numbers in "
            "the conversation: 1, 2, 3 … without a gap. 0 if it was never changed."
        ),
    ] = 0
    reply_to_seq: Annotated[
        int | None, Meta(description="The number of the message that it answers; null if none.")
    ] = None
    reactions: Annotated[
        dict[str, list[str]],
        Meta(
            description="By emoji, the people who have it on the message, at most 12 different emoji; "
            "each is one of `PUT /api/messages/{group}/{seq}/reactions/{emoji}`."
        ),
    ] = {}
    kind: Annotated[
        MessageKind,
        Meta(description="`text`, or `event`: then it says what happened to the group."),
    ] = "text"
    event: Annotated[
        GroupHappeningOut | None, Meta(description="What happened to the group; null for a text.")
    ] = None
    mentions: Annotated[
        list[MentionOut], Meta(description="The members whom the text mentions by `@handle`.")
    ] = []


class InboxRowOut(Struct, frozen=True):
    """One conversation in an inbox; `created_at` is the time of its last message.

    `last_display_name` is the author of the last message in a group. It is null in rows that an older
    version wrote.
    """

    uuid: Annotated[str, Meta(description="The conversation.")]
    kind: Annotated[str, Meta(description="`direct`, of two people, or `group`.")]
    title: Annotated[
        str | None, Meta(description="The name of a group; null in a direct conversation.")
    ]
    user_uuid: Annotated[
        str | None, Meta(description="The other person of a direct conversation; null in a group.")
    ]
    handle: Annotated[str | None, Meta(description="The other person's handle; null in a group.")]
    display_name: Annotated[
        str, Meta(description="The other person's name, or the title of a group.")
    ]
    message: Annotated[str, Meta(description="The first words of the last message.")]
    last_user_uuid: Annotated[
        str | None,
        Meta(description="The person who wrote the last message; null before there is one."),
    ]
    last_display_name: Annotated[str | None, Meta(description="Their name, in a group.")]
    created_at: Annotated[
        str,
        Meta(
            description="When the last message was sent, or when the conversation came into the inbox."
        ),
    ]
    last_seq: Annotated[int, Meta(description="The number of the last message.")]
    read_seq: Annotated[
        int, Meta(description="The number up to which the owner of the inbox has read.")
    ]
    unread: Annotated[int, Meta(description="How many messages they have not read.")]
    last_change_seq: Annotated[
        int,
        Meta(
            description="The greatest number of a change of a message that they may see; 0 if none."
        ),
    ] = 0
    muted_until: MutedUntil = None
    archived_at: ArchivedAt = None
    archived_seq: ArchivedSeq = 0
    marked_unread: MarkedUnread = False
    unread_mark: UnreadMark = None
    pinned_at: PinnedAt = None
    pin_order: PinOrder = 0
    cleared_seq: ClearedSeq = 0
    settings_version: SettingsVersion = 0
    hidden_version: HiddenVersion = 0
    last_kind: Annotated[
        MessageKind, Meta(description="Whether the last message is a text or an event.")
    ] = "text"
    unread_events: Annotated[
        list[int],
        Meta(
            description="The numbers of events that they have not read. `unread` is without them."
        ),
    ] = []
    emoji: Annotated[str | None, Meta(description="The emoji of a group's picture.")] = None
    colour: Annotated[
        int | None, Meta(description="The colour of a group's picture, one of 16, from 0.")
    ] = None
    is_request: IsRequest = False
    mention_seq: MentionSeq = 0
    preview_seq: PreviewSeq = None
    picture: Picture = None


class MemberOut(UserOut, frozen=True, kw_only=True):
    """A member of a conversation. `joined_seq` is the number of the last message before they joined."""

    joined_seq: Annotated[
        int,
        Meta(
            description="The number of the last message before they came. They see those after it."
        ),
    ]
    role: Annotated[
        Role, Meta(description="`owner`, `admin` or `member`; `member` in a direct conversation.")
    ] = "member"


class ConversationOut(InboxRowOut, frozen=True, kw_only=True):
    """One conversation with its members."""

    members: Annotated[list[MemberOut], Meta(description="The people who take part.")]
    version: Annotated[
        int, Meta(description="How often its title or members were changed, plus one.")
    ]
    who_may_add: Annotated[Who, Meta(description="Who may add people.")] = "everybody"
    who_may_rename: Annotated[Who, Meta(description="Who may change its name and picture.")] = (
        "everybody"
    )
    who_may_write: Annotated[Who, Meta(description="Who may write messages.")] = "everybody"
    retention_days: RetentionDays = None


def user_out(user: User) -> UserOut:
    """The JSON form of a user."""
    return UserOut(
        uuid=user.user_uuid,
        handle=user.handle,
        display_name=user.display_name,
        picture=user.picture,
    )


def message_out(message: Message) -> MessageOut:
    """The JSON form of a message."""
    # By position, in the order of the fields: naming thirteen fields takes four times as long.
    return MessageOut(
        message.message_uuid,
        message.seq,
        message.message_group_uuid,
        message.user_uuid,
        message.user_handle,
        message.user_display_name,
        message.message,
        message.created_at,
        message.edited_at,
        message.deleted_at,
        message.change_seq,
        message.reply_to_seq,
        by_emoji(message.reactions) if message.reactions else {},
        message.kind,
        happening_out(message.event) if message.event else None,
        mentions_out(message) if message.mentions else [],
    )


def inbox_row_out(row: InboxRow) -> InboxRowOut:
    """The JSON form of an inbox row."""
    # By position, in the order of the fields: naming twenty fields takes seven times as long.
    return InboxRowOut(
        row.message_group_uuid,
        row.kind,
        row.title,
        row.user_uuid,
        row.user_handle,
        row.user_display_name or row.title or "",
        row.message,
        row.last_user_uuid,
        row.last_user_display_name,
        row.last_message_at,
        row.last_seq,
        row.read_seq,
        row.unread,
        row.last_change_seq,
        row.muted_until,
        row.archived_at,
        row.archived_seq,
        row.is_marked_unread,
        row.unread_mark,
        row.pinned_at,
        row.pin_order,
        row.cleared_seq,
        row.settings_version,
        row.hidden_version,
        row.last_kind or "text",
        row.unread_events,
        row.emoji,
        row.colour,
        row.is_request,
        mention_seq_of(row),
        row.preview_seq if isinstance(row, PreviewedRow) else None,
        row.user_picture,
    )


def conversation_out(row: InboxRow, group: MessageGroup) -> ConversationOut:
    """The JSON form of an inbox row with the members of its group."""
    return ConversationOut(**asdict(inbox_row_out(row)), **fields_of_group(group))


def fields_of_group(group: MessageGroup) -> dict[str, Any]:
    """The fields of a conversation that come from its group, and not from an inbox row."""
    return {
        "members": [_member_out(group, uuid) for uuid in group.members],
        "version": group.shown_version,
        "who_may_add": group.who_may_add or "everybody",
        "who_may_rename": group.who_may_rename or "everybody",
        "who_may_write": group.who_may_write or "everybody",
        "retention_days": group.retention_days,
    }


def _member_out(group: MessageGroup, uuid: str) -> MemberOut:
    member = group.members[uuid]
    return MemberOut(
        uuid=uuid,
        handle=member.handle,
        display_name=member.display_name,
        picture=member.picture,
        joined_seq=member.joined_seq,
        role=role_of(group, uuid),
    )
