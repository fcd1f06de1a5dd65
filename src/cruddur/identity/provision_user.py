"""Make a person at first sight of their token, and follow the name that newer tokens say."""

from cruddur.domain.errors import Busy, Conflict, Invalid
from cruddur.domain.external_user import checked_avatar_url, checked_external_id
from cruddur.identity.claimed_names import NAMELESS, claimed_handle, claimed_name
from cruddur.identity.context import IdentityContext
from cruddur.identity.find_external_user import KnownUser, read_external_user
from cruddur.identity.put_external_user import WantedUser, put_external_user
from cruddur.identity.token_claims import Claims
from cruddur.identity.token_errors import claim_wrong
from cruddur.ports.metering import access_pattern


@access_pattern("provision_user")
async def provision_user(identity: IdentityContext, external_id: str, claims: Claims) -> str:
    """Returns the uuid of the person of a token that we signed. Raises TokenRefused, Busy.

    A name is followed if the token that says it is younger than the one that said the last.
    """
    try:
        checked_external_id(external_id)
    except Invalid:
        raise claim_wrong("sub") from None
    external, user = await read_external_user(identity, external_id)
    if external is None or user is None:
        return (await _make(identity, external_id, claims)).user.user_uuid
    name = claimed_name(claims.name)
    is_younger = claims.says_when and claims.made_at > external.named_at
    if name and is_younger and name != user.display_name:
        wanted = WantedUser(external_id=external_id, display_name=name, named_at=claims.made_at)
        await put_external_user(identity, wanted)
    return user.user_uuid


async def _make(identity: IdentityContext, external_id: str, claims: Claims) -> KnownUser:
    wanted = WantedUser(
        external_id=external_id,
        display_name=claimed_name(claims.name) or NAMELESS,
        handle=claimed_handle(claims.handle),
        avatar_url=_picture_in(claims),
        named_at=claims.made_at if claims.says_when else 0,
    )
    try:
        return (await put_external_user(identity, wanted)).known
    except Conflict:  # somebody else has the handle, or another token has made the person meanwhile
        pass
    without = WantedUser(
        external_id=external_id, display_name=wanted.display_name, avatar_url=wanted.avatar_url
    )
    try:
        return (await put_external_user(identity, without)).known
    except Conflict:
        raise Busy("This person is being made elsewhere. Please try again.") from None


def _picture_in(claims: Claims) -> str | None:
    try:
        return checked_avatar_url(claims.picture)
    except Invalid:
        return None
