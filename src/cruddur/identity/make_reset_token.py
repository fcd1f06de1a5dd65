"""Make the secret of a link by which a person sets another password."""

from datetime import timedelta
from typing import NamedTuple

from cruddur.domain.model import User
from cruddur.domain.password_reset import PasswordReset
from cruddur.identity.context import IdentityContext
from cruddur.identity.find_user import find_user, find_user_by_handle
from cruddur.identity.link_tokens import new_token, password_digest
from cruddur.identity.logins import find_login
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Put
from cruddur.schema.reset_items import reset_item

WORKS_FOR = timedelta(hours=1)


class ResetMade(NamedTuple):
    """Whose password the token resets, and the token."""

    user: User
    token: str

    def __repr__(self) -> str:
        return f"ResetMade({self.user!r})"


@access_pattern(
    "reset_password", Ceiling("H", "make a link for another password", write=1, read=2.5)
)
async def make_reset_token(identity: IdentityContext, handle: str) -> ResetMade:
    """Returns a token for one use, within an hour. An earlier one of the same person works no more.

    Raises NotFound, and TableUnavailable.
    """
    found = await find_user_by_handle(identity, handle)
    return await reset_token_of(identity, await find_user(identity, found.user_uuid))


async def reset_token_of(identity: IdentityContext, user: User) -> ResetMade:
    """Returns a token for this person, as `make_reset_token` does. Raises TableUnavailable."""
    token = new_token(user.user_uuid)
    login = await find_login(identity, user.handle)
    reset = PasswordReset(
        user_uuid=user.user_uuid,
        handle=user.handle,
        secret_digest=token.digest,
        expires_at=int((identity.clock() + WORKS_FOR).timestamp()),
        password_digest=password_digest(login.password_hash if login else None),
    )
    await identity.table.put(Put(reset_item(reset)))
    return ResetMade(user, token.text)
