"""Accept what a stranger began: it becomes a conversation of the inbox like any other."""

from collections.abc import Sequence

import msgspec

from cruddur.domain.model import InboxRow, MessageGroup, User
from cruddur.messaging.access import access_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.bring_name import bring_name
from cruddur.messaging.inbox.correct_names import renaming_of
from cruddur.messaging.inbox.find_inbox_row import read_own_row
from cruddur.messaging.inbox.inbox_rows import new_row, placed
from cruddur.messaging.people.change_secretly import change_secretly
from cruddur.messaging.publishing import publish_group
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import IF_NEW, Delete, Equals, Exists, Put, Update, Write
from cruddur.schema import items, keys
from cruddur.schema.readable import one_from


@access_pattern("accept_request", Ceiling("U", "accept a request", write=12, read=7))
async def accept_request(
    messaging: MessagingContext, me: User, message_group_uuid: str
) -> tuple[InboxRow, MessageGroup]:
    """Returns the row in the inbox, and the conversation. One that was accepted before stays as it is.

    From then on signs pass between the two, and messages make events. Raises NotFound, Busy, and
    TableUnavailable, after which it is safe to repeat.
    """
    group = await access_group(messaging, me.user_uuid, message_group_uuid)
    uuid = group.message_group_uuid

    async def step(
        group: MessageGroup | None, _last_seq: int
    ) -> tuple[MessageGroup | None, Sequence[Write]]:
        member = group.members.get(me.user_uuid) if group else None
        if group is None or member is None or not member.is_request:
            return None, ()
        accepted = msgspec.structs.replace(member, is_request=False)
        changed = msgspec.structs.replace(group, members={**group.members, me.user_uuid: accepted})
        return changed, await _row_writes(messaging, group, changed, me.user_uuid)

    await change_secretly(messaging, uuid, step)
    if me.name_version:
        await bring_name(messaging, uuid, renaming_of(me))  # a name that they took meanwhile
    group = await access_group(messaging, me.user_uuid, uuid, fresh=True)
    row = await read_own_row(messaging, me.user_uuid, group)
    await publish_group(messaging, row, group, me.user_uuid)
    return row, group


async def _row_writes(
    messaging: MessagingContext, before: MessageGroup, after: MessageGroup, user_uuid: str
) -> Sequence[Write]:
    """The row moves into the inbox, and the row of the person who began it says so no more."""
    apart = items.member_row_key(before, user_uuid)
    others = [items.member_row_key(after, uuid) for uuid in after.members if uuid != user_uuid]
    wanted = [apart, *(others if after.kind == "direct" else ())]
    found = await messaging.table.get_many(wanted, consistent=True)
    row = one_from(items.inbox_row_from, found.get(apart))
    moved = row or new_row(after, user_uuid, at=messaging.now())
    moved = placed(msgspec.structs.replace(moved, is_request=False), messaging.slack)
    writes: list[Write] = [Put(items.inbox_row_item(moved), IF_NEW)]
    if row is not None:
        # Otherwise a message that came in between would be missing in the row that takes its place.
        writes.append(Delete(apart, [Equals("last_seq", row.last_seq)]))
    there = [Exists(keys.PARTITION_KEY)]
    writes += [Update(key, {}, ["is_unanswered"], there) for key in found if key != apart]
    return writes
