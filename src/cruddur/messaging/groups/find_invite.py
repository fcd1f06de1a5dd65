"""Find the group to which a link leads, for somebody who has the link."""

from typing import NamedTuple

from cruddur.domain.errors import NotFound, declare_code
from cruddur.domain.invites import Invite
from cruddur.domain.model import MessageGroup
from cruddur.messaging.access import access_group, find_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.make_invite import digest_of
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.schema.invite_items import invite_from, invite_key
from cruddur.schema.readable import one_from

_NOT_FOUND = declare_code("invite_not_found", "There is no such link, or it works no more.")


class InviteFound(NamedTuple):
    """A link that works, and its group."""

    invite: Invite
    group: MessageGroup


@access_pattern("change_group", Ceiling("N", "look at a link to a group of three", write=0, read=2))
async def find_invite(messaging: MessagingContext, token: str) -> InviteFound:
    """Returns the link and its group. Raises NotFound with one answer for a link that is wrong, over,
    used up or revoked, and for one to a group that all have left.
    """
    invite = await read_invite(messaging, digest_of(token))
    group = await find_group(messaging, invite.message_group_uuid) if invite else None
    if invite is None or group is None or not works(messaging, invite, group):
        raise invite_not_found()
    return InviteFound(invite, group)


async def find_open_invite(
    messaging: MessagingContext, user_uuid: str, message_group_uuid: str
) -> Invite | None:
    """Returns the link to a member's group that works, or None. Raises NotFound."""
    group = await access_group(messaging, user_uuid, message_group_uuid)
    invite = await read_invite(messaging, group.invite_digest) if group.invite_digest else None
    return invite if invite and works(messaging, invite, group) else None


async def read_invite(messaging: MessagingContext, digest: str) -> Invite | None:
    """Returns the link with this digest, strongly, or None."""
    return one_from(invite_from, await messaging.table.get(invite_key(digest), consistent=True))


def works(messaging: MessagingContext, invite: Invite, group: MessageGroup) -> bool:
    """Whether people may come in by the link. Only the one that the group names is open."""
    is_open = group.invite_digest == invite.digest and bool(group.members)
    is_over = invite.uses_left <= 0 or invite.expires_at <= messaging.clock().timestamp()
    return is_open and not is_over


def invite_not_found() -> NotFound:
    """The error for a link that does not work, whatever the reason."""
    return NotFound(
        _NOT_FOUND, "This link works no more. Ask somebody in the group for another one."
    )
