"""Come into a group by its link, or ask its admins for that."""

from typing import NamedTuple

from cruddur.domain.errors import Busy, TransactionFailed
from cruddur.domain.invites import Invite, JoinRequest
from cruddur.domain.model import MessageGroup, User
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.change_group import GroupChange, change_group
from cruddur.messaging.groups.find_invite import (
    InviteFound,
    find_invite,
    invite_not_found,
    read_invite,
    works,
)
from cruddur.messaging.groups.joining import with_joined
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import IF_NEW, Check, Equals, Put, Update
from cruddur.schema import keys
from cruddur.schema.invite_items import invite_key, join_request_item, join_request_key

_ATTEMPTS = 5


class Joined(NamedTuple):
    """The group, and whether the person is a member. Otherwise its admins were asked."""

    group: MessageGroup
    is_member: bool


@access_pattern("change_group", Ceiling("N", "join a group of two by its link", write=9, read=4.5))
async def join_by_invite(messaging: MessagingContext, user: User, token: str) -> Joined:
    """Lets the person in, or asks the admins where the link says so. A member stays as they are.

    Raises NotFound for a link that does not work, Invalid for a full group, Busy.
    """
    found = await find_invite(messaging, token)
    if user.user_uuid in found.group.members:
        return Joined(found.group, is_member=True)
    if found.invite.needs_approval:
        return await _ask(messaging, user, token, found)

    async def step(group: MessageGroup, last_seq: int) -> GroupChange | None:
        if user.user_uuid in group.members:
            return None
        invite = await read_invite(messaging, found.invite.digest)
        if invite is None or not works(messaging, invite, group):
            raise invite_not_found()
        joined = with_joined(group, user, last_seq)
        return GroupChange(joined.group, joined.events, [_used(invite)])

    uuid = found.group.message_group_uuid
    group = await change_group(messaging, user.user_uuid, uuid, step, is_coming=True)
    return Joined(group, is_member=True)


async def _ask(messaging: MessagingContext, user: User, token: str, found: InviteFound) -> Joined:
    uuid = found.group.message_group_uuid
    asked = join_request_key(uuid, user.user_uuid)
    request = JoinRequest(
        message_group_uuid=uuid,
        user_uuid=user.user_uuid,
        handle=user.handle,
        display_name=user.display_name,
        name_version=user.name_version,
        picture=user.picture,
        asked_at=messaging.now(),
        expires_at=found.invite.expires_at,
    )
    for _ in range(_ATTEMPTS):
        if await messaging.table.get(asked, consistent=True) is not None:
            return Joined(found.group, is_member=False)
        invite, group = found
        # A link that was revoked meanwhile is no longer the group's.
        is_open = Check(keys.group_key(uuid), [Equals("invite_digest", invite.digest)])
        try:
            await messaging.table.transact(
                [Put(join_request_item(request), IF_NEW), _used(invite), is_open]
            )
        except TransactionFailed:
            found = await find_invite(messaging, token)
            continue
        return Joined(group, is_member=False)
    raise Busy("Many people use this link just now. Please try again.")


def _used(invite: Invite) -> Update:
    # Of two people who use it up at once, one has to try again, and finds it used up.
    left = invite.uses_left
    return Update(
        invite_key(invite.digest), {"uses_left": left - 1}, condition=[Equals("uses_left", left)]
    )
