"""What admins see of those who ask to be let in, and how they answer."""

from collections.abc import Sequence

import msgspec

from cruddur.domain.errors import NotFound, declare_code
from cruddur.domain.group_event import GroupEvent
from cruddur.domain.group_rules import require_admin
from cruddur.domain.invites import JoinRequest
from cruddur.domain.member import Member
from cruddur.domain.model import MessageGroup
from cruddur.messaging.access import access_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.change_group import GroupChange, change_group
from cruddur.messaging.groups.start_group import check_size
from cruddur.ports.metering import access_pattern
from cruddur.ports.paging import pages
from cruddur.ports.table import Delete, Query, Range
from cruddur.schema import keys
from cruddur.schema.invite_items import (
    REQUEST_PREFIX,
    join_request_from,
    join_request_key,
)
from cruddur.schema.readable import one_from

_NOT_FOUND = declare_code("join_request_not_found", "This person does not ask to be let in.")


@access_pattern("join_requests")
async def list_join_requests(
    messaging: MessagingContext, user_uuid: str, message_group_uuid: str
) -> Sequence[JoinRequest]:
    """Returns the requests, the oldest first. Raises NotFound, and Forbidden for one who is no admin."""
    group = await access_group(messaging, user_uuid, message_group_uuid)
    require_admin(group, user_uuid)
    query = Query(
        keys.messages_pk(group.message_group_uuid),
        range=Range(prefix=REQUEST_PREFIX),
        consistent=True,
    )
    found = [item async for page in pages(messaging.table, query) for item in page.items]
    requests = [one for item in found if (one := one_from(join_request_from, item))]
    return sorted(requests, key=lambda one: one.asked_at)


@access_pattern("change_group")
async def approve_join_request(
    messaging: MessagingContext, user_uuid: str, message_group_uuid: str, asker_uuid: str
) -> MessageGroup:
    """Lets the person in. Raises NotFound, Forbidden, Invalid for a full group, Conflict, Busy."""

    async def step(group: MessageGroup, last_seq: int) -> GroupChange:
        require_admin(group, user_uuid)
        key = join_request_key(group.message_group_uuid, asker_uuid)
        item = await messaging.table.get(key, consistent=True)
        request = one_from(join_request_from, item)
        if request is None:
            raise _request_not_found()
        if asker_uuid in group.members:
            return GroupChange(group, writes=[Delete(key)])
        check_size(len(group.members) + 1)
        member = Member(
            handle=request.handle,
            display_name=request.display_name,
            name_version=request.name_version,
            picture=request.picture,
            joined_seq=last_seq,
        )
        changed = msgspec.structs.replace(group, members={**group.members, asker_uuid: member})
        added = GroupEvent(type="added", user_uuids=(asker_uuid,))
        return GroupChange(changed, [added], [Delete(key)])

    return await change_group(messaging, user_uuid, message_group_uuid, step)


@access_pattern("join_requests")
async def refuse_join_request(
    messaging: MessagingContext, user_uuid: str, message_group_uuid: str, asker_uuid: str
) -> None:
    """Removes the request. Nobody tells the person. Raises NotFound, Forbidden."""
    group = await access_group(messaging, user_uuid, message_group_uuid, fresh=True)
    require_admin(group, user_uuid)
    await messaging.table.delete(Delete(join_request_key(group.message_group_uuid, asker_uuid)))


def _request_not_found() -> NotFound:
    return NotFound(_NOT_FOUND, "This person does not ask to be let in.")
