"""Change what a group is called, how it looks, and what its settings leave to everybody."""

import msgspec
from msgspec import UNSET, Struct, UnsetType

from cruddur.domain.checked_texts import checked_title
from cruddur.domain.group_event import GroupEvent
from cruddur.domain.group_pictures import checked_colour, checked_picture_emoji
from cruddur.domain.group_rules import require_admin, require_right
from cruddur.domain.model import MessageGroup, Who
from cruddur.domain.retention import checked_retention
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.change_group import GroupChange, change_group
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Delete, Put, Write
from cruddur.schema.retention_items import retention_item, retention_key

_SETTINGS = ("who_may_add", "who_may_rename", "who_may_write", "retention_days")


class GroupEdit(Struct, frozen=True, kw_only=True):
    """What is to change. What is UNSET stays as it is."""

    title: str | UnsetType = UNSET
    emoji: str | UnsetType | None = UNSET
    colour: int | UnsetType | None = UNSET
    who_may_add: Who | UnsetType = UNSET
    who_may_rename: Who | UnsetType = UNSET
    who_may_write: Who | UnsetType = UNSET
    retention_days: int | UnsetType | None = UNSET


@access_pattern("change_group", Ceiling("N", "rename a group of three", write=4, read=1.5))
async def edit_group(
    messaging: MessagingContext, user_uuid: str, message_group_uuid: str, wanted: GroupEdit
) -> MessageGroup:
    """Returns the changed group. The projector brings its title and picture to the inbox rows.

    Raises Invalid, NotFound, Forbidden, Conflict for a direct conversation, Busy.
    """
    wanted = _checked(messaging, wanted)

    async def step(group: MessageGroup, _: int) -> GroupChange | None:
        looks, settings = _looks(group, wanted), _settings(group, wanted)
        if looks != group:
            require_right(group, user_uuid, "rename")
        if settings != group:
            require_admin(group, user_uuid)
        changed = _settings(looks, wanted)
        if changed == group:
            return None
        return GroupChange(changed, _events(group, changed), _writes(group, changed))

    return await change_group(messaging, user_uuid, message_group_uuid, step)


def _checked(messaging: MessagingContext, wanted: GroupEdit) -> GroupEdit:
    days = wanted.retention_days
    return msgspec.structs.replace(
        wanted,
        retention_days=days if days is UNSET else checked_retention(days, messaging.retention_days),
        title=checked_title(wanted.title) if wanted.title is not UNSET else UNSET,
        emoji=checked_picture_emoji(wanted.emoji) if wanted.emoji else wanted.emoji,
        colour=checked_colour(wanted.colour) if wanted.colour else wanted.colour,
    )


def _looks(group: MessageGroup, wanted: GroupEdit) -> MessageGroup:
    changed = _with(group, wanted, "title", "emoji", "colour")
    if changed == group:
        return group
    return msgspec.structs.replace(changed, title_version=group.version + 1)


def _settings(group: MessageGroup, wanted: GroupEdit) -> MessageGroup:
    return _with(group, wanted, *_SETTINGS)


def _with(group: MessageGroup, wanted: GroupEdit, *names: str) -> MessageGroup:
    values = {name: getattr(wanted, name) for name in names if getattr(wanted, name) is not UNSET}
    # What is left to everybody takes no room in the item.
    values = {name: None if value == "everybody" else value for name, value in values.items()}
    return msgspec.structs.replace(group, **values)


def _events(before: MessageGroup, after: MessageGroup) -> list[GroupEvent]:
    events: list[GroupEvent] = []
    if after.title != before.title:
        events.append(GroupEvent(type="renamed", title=after.title))
    if (after.emoji, after.colour) != (before.emoji, before.colour):
        events.append(GroupEvent(type="pictured"))
    if after.retention_days != before.retention_days:
        events.append(GroupEvent(type="retention", days=after.retention_days))
    return events


def _writes(before: MessageGroup, after: MessageGroup) -> list[Write]:
    """Remembers which groups have a rule of their own, so that a sweep finds them without the others."""
    if after.retention_days == before.retention_days:
        return []
    uuid = after.message_group_uuid
    if after.retention_days is None:
        return [Delete(retention_key(uuid))]
    return [Put(retention_item(uuid))]
