"""Remove a person's passkeys and their second factor, for the operator of the service."""

from typing import NamedTuple

from cruddur.domain.model import User
from cruddur.identity.context import IdentityContext
from cruddur.identity.end_sessions import end_sessions
from cruddur.identity.find_user import find_user, find_user_by_handle
from cruddur.identity.list_passkeys import list_passkeys
from cruddur.identity.short_passwords import remove_factor
from cruddur.ports.metering import access_pattern
from cruddur.ports.table import Delete
from cruddur.schema.passkey_items import passkey_key


class FactorsRemoved(NamedTuple):
    """Whose they were, and how many passkeys."""

    user: User
    passkeys: int


@access_pattern("remove_factors")
async def remove_factors(identity: IdentityContext, handle: str) -> FactorsRemoved:
    """Lets the person sign in by the password alone, and ends all their sessions.

    Raises NotFound, Conflict if the password is too short to stand alone, Busy, and TableUnavailable,
    after which it is safe to repeat.
    """
    found = await find_user_by_handle(identity, handle)
    user = await find_user(identity, found.user_uuid)
    passkeys = await list_passkeys(identity, user.user_uuid)
    # The factor goes first: without it the person's password is enough, whatever happens after that.
    await remove_factor(identity, user, _refusal(user.handle))
    for passkey in passkeys:
        await identity.table.delete(Delete(passkey_key(user.user_uuid, passkey.passkey_id)))
    await end_sessions(identity, user.user_uuid)
    return FactorsRemoved(user, len(passkeys))


def _refusal(handle: str) -> str:
    return (
        f"The password of @{handle} has fewer than 12 characters, which is enough only beside a "
        "passkey. Let them set a longer one first, by the link of `cruddur users reset-link "
        f"{handle}`, or set one: `cruddur users set-password {handle}`."
    )
