"""Bring a person's new name and picture to one conversation: to the group, and to the row that shows it.

The group's member and the other person's inbox row remember the version of the profile from which
they have these, and never go back to an older one. So a change may come twice, late, or to two
projectors at once. Messages keep the name under which they were written, and so does the last author
in a row of a group. They have no picture: the page takes it from the members.
"""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from cruddur.domain.errors import ConditionFailed
from cruddur.domain.item import Key
from cruddur.domain.model import MessageGroup
from cruddur.domain.renaming import Renaming
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.newest_names import renamed_member
from cruddur.messaging.unchanged_group import unchanged_group
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Exists, Less, Missing, Update
from cruddur.ports.wrappable import wrappable
from cruddur.schema import items, keys
from cruddur.schema.readable import one_from

ATTEMPTS = 8
"""The most tries to write a group that others change at the same time."""


@wrappable
@access_pattern(
    "bring_name",
    Ceiling("O", "bring a new name to a conversation of two", write=2, read=1),
    Ceiling("O", "bring it once more", write=2, read=1),
)
async def bring_name(
    messaging: MessagingContext, message_group_uuid: str, person: Renaming
) -> Collection[str]:
    """Gives the conversation the person's name, unless it has a newer one. Returns who shows it.

    Returns nothing if the person is no member, or the group cannot be read. Raises ConditionFailed if
    others change the group each time, and TableUnavailable.
    """
    messaging.newest_names.note(person)
    group = await _rename_member(messaging, message_group_uuid, person)
    if group is None:
        return ()
    if group.kind == "direct":
        others = [uuid for uuid in group.members if uuid != person.user_uuid]
        owner = others[0] if others else person.user_uuid  # one may write to oneself
        await _rename_in_row(messaging, items.member_row_key(group, owner), person)
    return [uuid for uuid, member in group.members.items() if not member.is_request]


async def _rename_member(
    messaging: MessagingContext, message_group_uuid: str, person: Renaming
) -> MessageGroup | None:
    key = keys.group_key(message_group_uuid)
    for _ in range(ATTEMPTS):
        # Not from memory, which may hold a version that is no longer there.
        found = await messaging.table.get(key, consistent=True)
        group = one_from(items.group_from, found)
        member = group.members.get(person.user_uuid) if group else None
        if group is None or member is None:
            return None
        named = renamed_member(member, person)
        if named is None:
            return group
        members = {**group.members, person.user_uuid: named}
        changed = msgspec.structs.replace(group, members=members, version=group.version + 1)
        try:
            await messaging.table.update(_member_update(group, changed))
        except ConditionFailed:
            continue
        messaging.direct_groups.remember(changed)
        messaging.changed_groups.remember(changed)
        return changed
    raise ConditionFailed(f"{key} changed {ATTEMPTS} times while it was written")


def _member_update(before: MessageGroup, after: MessageGroup) -> Update:
    item = items.group_item(after)
    values = {name: item[name] for name in ("members", "version")}
    return Update(keys.key_of(item), values, condition=unchanged_group(before))


async def _rename_in_row(messaging: MessagingContext, key: Key, person: Renaming) -> None:
    version = person.name_version
    values: dict[str, Any] = {
        "user_handle": person.handle,
        "user_display_name": person.display_name,
        "name_version": version,
    }
    if person.picture is not None:
        values["user_picture"] = person.picture
    gone = ("user_picture",) if person.picture is None else ()
    for is_older in _older_than(version):
        try:
            # Without the first condition a row that is not there would come into being, incomplete.
            there = [Exists(keys.PARTITION_KEY), is_older]
            await messaging.table.update(Update(key, values, gone, condition=there))
        except ConditionFailed:
            continue  # after all of them the row has this name, or a newer one
        return


def _older_than(version: int) -> Sequence[Missing | Less]:
    """The conditions of which one holds for an older name, the likelier first. The row is not read."""
    if version == 1:
        return [Missing("name_version")]
    return [Less("name_version", version), Missing("name_version")]
