"""Make a token for a person, as their host's back end or the operator of the service asks for it."""

from datetime import timedelta
from typing import NamedTuple

from cruddur.domain.errors import Forbidden
from cruddur.domain.external_user import EXTERNAL_PREFIX
from cruddur.domain.model import User
from cruddur.identity.context import IdentityContext
from cruddur.identity.find_user import ACCOUNT_DISABLED, find_user, find_user_by_handle
from cruddur.identity.tokens import IssuedToken, sign_token
from cruddur.ports.metering import Ceiling, access_pattern


class TokenMade(NamedTuple):
    """Whose token it is, and the token."""

    user: User
    issued: IssuedToken


@access_pattern("find_user", Ceiling("W", "make a token for a host's person", write=0, read=2))
async def make_token(identity: IdentityContext, external_id: str, lasts: timedelta) -> TokenMade:
    """Returns a token of the person with this id of a host. The table holds nothing of it.

    Raises NotFound, and Forbidden for a disabled account.
    """
    return await make_token_for(identity, EXTERNAL_PREFIX + external_id, lasts, field="external_id")


async def make_token_for(
    identity: IdentityContext, name: str, lasts: timedelta, *, field: str = "handle"
) -> TokenMade:
    """Does so for a handle, or `ext:` and an id. Raises NotFound, and Forbidden."""
    found = await find_user_by_handle(identity, name, field=field)
    user = await find_user(identity, found.user_uuid)
    if user.disabled_at is not None:
        raise Forbidden(ACCOUNT_DISABLED, "This account is disabled.", field=field)
    # One of the second in which all tokens of the person were ended would have ended as well.
    after = user.tokens_after or 0
    issued = sign_token(identity, user.user_uuid, has_item=False, lasts=lasts, after=after)
    return TokenMade(user, issued)
