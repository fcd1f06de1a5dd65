"""Check a person's password before they do what cannot be undone."""

from cruddur.domain.errors import Conflict, Forbidden, declare_code
from cruddur.domain.model import User
from cruddur.identity.context import IdentityContext
from cruddur.identity.logins import Attempt, Guard, address_digest, find_own_login, unguarded
from cruddur.identity.passwords import is_password
from cruddur.schema.items import Login

PASSWORD_WRONG = declare_code("password_wrong", "The current password is wrong.")
_NONE = declare_code("password_missing", "The caller signs in elsewhere, and has no password here.")


async def check_own_password(
    identity: IdentityContext,
    user: User,
    password: str,
    *,
    field: str,
    address: str = "",
    guard: Guard = unguarded,
) -> Login:
    """Returns the user's login if this is the password. `field` names the input.

    Raises Forbidden for a wrong password, Conflict if the user has none, Busy, and what the guard
    raises.
    """
    login = await find_own_login(identity, user)
    if login is None:
        raise no_password()
    is_known = address_digest(identity, address, user.user_uuid) in login.known_addresses
    async with guard(Attempt(user.user_uuid, is_known)):
        if not await is_password(login.password_hash or "", password):
            raise Forbidden(PASSWORD_WRONG, "This is not your current password.", field=field)
    return login


def no_password() -> Conflict:
    """The error for somebody who has no password here."""
    return Conflict(_NONE, "You have no password here: you sign in elsewhere.")
