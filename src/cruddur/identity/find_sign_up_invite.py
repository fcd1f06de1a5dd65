"""Find the invitation of a link, for somebody who wants to make an account."""

from typing import NamedTuple

from cruddur.domain.errors import NotFound, declare_code
from cruddur.domain.model import User
from cruddur.domain.sign_up_invites import SignUpInvite
from cruddur.identity.context import IdentityContext
from cruddur.identity.find_user import read_user
from cruddur.identity.link_tokens import token_from
from cruddur.identity.make_sign_up_invite import NO_MEMBER, id_of
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.schema.readable import one_from
from cruddur.schema.sign_up_items import sign_up_invite_from, sign_up_invite_key

_INVALID = declare_code(
    "sign_up_invite_invalid",
    "The invitation was used up or ended, or the person who made it has left.",
)


class InvitedBy(NamedTuple):
    """An invitation that works, and the member who made it; None where an operator did."""

    invite: SignUpInvite
    member: User | None


@access_pattern(
    "sign_up_invites", Ceiling("H", "look at an invitation to make an account", write=0, read=2)
)
async def find_sign_up_invite(identity: IdentityContext, text: str) -> InvitedBy:
    """Returns the invitation of a token. Raises NotFound with one answer for one that is wrong, used up
    or over, and for one of a member who was erased or disabled.
    """
    return await read_sign_up_invite(identity, text)


async def read_sign_up_invite(identity: IdentityContext, text: str) -> InvitedBy:
    """Like `find_sign_up_invite`, as a part of another access pattern."""
    token = token_from(text)
    if token is None:
        raise invite_invalid()
    made_by = None if token.user_uuid == NO_MEMBER else token.user_uuid
    key = sign_up_invite_key(made_by, id_of(token))
    invite = one_from(sign_up_invite_from, await identity.table.get(key, consistent=True))
    if invite is None or not invite.works(identity.clock().timestamp()):
        raise invite_invalid()
    return InvitedBy(invite, await _member(identity, made_by) if made_by else None)


async def _member(identity: IdentityContext, user_uuid: str) -> User:
    try:
        user = await read_user(identity, user_uuid)
    except NotFound:
        raise invite_invalid() from None
    if user.disabled_at is not None:
        raise invite_invalid()
    return user


def invite_invalid() -> NotFound:
    """The error for an invitation that does not work, whatever the reason."""
    return NotFound(_INVALID, "This invitation works no more. Ask for another one.")
