"""Make the link to a group, of which one is open at a time."""

import hashlib
import secrets
from datetime import timedelta
from typing import NamedTuple

import msgspec

from cruddur.domain.group_rules import require_right
from cruddur.domain.invites import Invite
from cruddur.domain.model import MessageGroup
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.change_group import GroupChange, change_group
from cruddur.messaging.groups.revoke_invite import without_invite
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Put
from cruddur.schema.invite_items import invite_item

_TOKEN_BYTES = 18


class InviteMade(NamedTuple):
    """A link, and its token, which can be read here and nowhere else."""

    invite: Invite
    token: str

    def __repr__(self) -> str:
        return f"InviteMade({self.invite!r})"


def digest_of(token: str) -> str:
    """Returns what the table holds of a token. From it nobody finds the token, which has 144 random
    bits.
    """
    return hashlib.sha256(token.encode()).hexdigest()


@access_pattern("change_group", Ceiling("N", "make a link to a group of three", write=4, read=1.5))
async def make_invite(
    messaging: MessagingContext,
    user_uuid: str,
    message_group_uuid: str,
    *,
    uses: int,
    days: int,
    needs_approval: bool,
) -> InviteMade:
    """Returns the new link. The one before it works no more. Those who may add people may make it.

    Raises NotFound, Forbidden, Conflict for a direct conversation, Busy.
    """
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    ends = messaging.clock() + timedelta(days=days)
    invite = Invite(
        digest=digest_of(token),
        message_group_uuid=message_group_uuid,
        made_by=user_uuid,
        made_at=messaging.now(),
        uses_left=uses,
        expires_at=int(ends.timestamp()),
        needs_approval=needs_approval,
    )

    async def step(group: MessageGroup, _: int) -> GroupChange:
        require_right(group, user_uuid, "add")
        closed = without_invite(group)
        changed = msgspec.structs.replace(closed.group, invite_digest=invite.digest)
        named = msgspec.structs.replace(invite, message_group_uuid=group.message_group_uuid)
        return GroupChange(changed, writes=[*closed.writes, Put(invite_item(named))])

    await change_group(messaging, user_uuid, message_group_uuid, step)
    return InviteMade(invite, token)
