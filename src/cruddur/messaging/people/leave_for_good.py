"""Take an erased person out of a conversation: out of a group, and out of the names of a direct one."""

from collections.abc import Collection
from contextlib import suppress

from cruddur.domain.erasure import Erasure, LeftConversation
from cruddur.domain.errors import NotFound
from cruddur.domain.item import Key
from cruddur.domain.model import MessageGroup, canonical_uuid
from cruddur.messaging.access import UnreadableGroup, find_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.leave_group import leave_group
from cruddur.messaging.inbox.bring_name import bring_name
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Delete, Put
from cruddur.schema.erasure_items import left_item


@access_pattern(
    "leave_for_good",
    Ceiling("T", "take an erased person out of a conversation of two", write=7, read=1.5),
)
async def leave_for_good(
    messaging: MessagingContext, erasure: Erasure, row_key: Key
) -> Collection[str]:
    """Removes the person's inbox row, and remembers the conversation. It may be done again any time.

    In a direct conversation the person stays a member without name and handle, since the other one goes
    on having it. Returns the people who show the person there. Raises Busy, ConditionFailed,
    TableUnavailable.
    """
    user_uuid, uuid = erasure.user_uuid, canonical_uuid(row_key.sk)
    if uuid is None:  # another program wrote it
        await messaging.table.delete(Delete(row_key))
        return ()
    group = await _find(messaging, uuid)
    people: Collection[str] = ()
    messaging.newest_names.note(erasure.person)  # under this name they leave
    if group is not None and group.kind == "group":
        with suppress(NotFound):  # they left before
            await leave_group(messaging, user_uuid, uuid)
    elif group is not None:
        people = await bring_name(messaging, uuid, erasure.person)
    left = LeftConversation(user_uuid=user_uuid, message_group_uuid=uuid)
    await messaging.table.transact([Put(left_item(left)), Delete(row_key)])
    return people


async def _find(messaging: MessagingContext, message_group_uuid: str) -> MessageGroup | None:
    with suppress(UnreadableGroup):
        return await find_group(messaging, message_group_uuid)
    return None
