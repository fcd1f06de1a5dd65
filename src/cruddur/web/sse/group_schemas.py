"""The JSON schemas of the events that say how a group is. Fields may be added, but never removed."""

from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import asdict

from cruddur.domain.model import InboxRow, Who
from cruddur.messaging.events import GroupChanged, GroupInInbox
from cruddur.web.api.row_fields import RetentionDays
from cruddur.web.api.schemas import (
    ConversationOut,
    MemberOut,
    conversation_out,
    fields_of_group,
    inbox_row_out,
)


class GroupEventOut(ConversationOut, frozen=True, kw_only=True):
    """A conversation as it stands in the inbox of the person who gets the event."""

    by_user_uuid: Annotated[
        str | None,
        Meta(description="The person who changed the group; null in events after an absence."),
    ]


class GroupChangedOut(Struct, frozen=True, kw_only=True):
    """A changed group: the fields of a conversation that are the same for all its members."""

    uuid: Annotated[str, Meta(description="The group.")]
    title: Annotated[str | None, Meta(description="Its name.")]
    display_name: Annotated[str, Meta(description="Its name as well, as in an inbox.")]
    emoji: Annotated[str | None, Meta(description="The emoji of its picture.")]
    colour: Annotated[int | None, Meta(description="The colour of its picture, one of 16, from 0.")]
    members: Annotated[list[MemberOut], Meta(description="The people who take part.")]
    version: Annotated[
        int, Meta(description="How often its title or members were changed, plus one.")
    ]
    who_may_add: Annotated[Who, Meta(description="Who may add people.")]
    who_may_rename: Annotated[Who, Meta(description="Who may change its name and picture.")]
    who_may_write: Annotated[Who, Meta(description="Who may write messages.")]
    retention_days: RetentionDays
    by_user_uuid: Annotated[str, Meta(description="The person who changed the group.")]


def group_in_inbox_out(event: GroupInInbox) -> GroupEventOut:
    """The JSON form of a conversation, as one member sees it."""
    return GroupEventOut(
        **asdict(conversation_out(event.row, event.group)),
        by_user_uuid=event.user_uuid,
    )


def group_changed_out(event: GroupChanged) -> GroupChangedOut:
    """The JSON form of a changed group, as all its members see it."""
    group = event.group
    return GroupChangedOut(
        uuid=group.message_group_uuid,
        title=group.title,
        display_name=group.title or "",
        emoji=group.emoji,
        colour=group.colour,
        by_user_uuid=event.user_uuid,
        **fields_of_group(group),
    )


def with_row(changed: GroupChangedOut, row: InboxRow) -> GroupEventOut:
    """The JSON form of a changed group, as the member sees it whose row this is."""
    # The row may have another title yet, or one that is newer than this version of the group.
    return GroupEventOut(**asdict(inbox_row_out(row)) | asdict(changed))
