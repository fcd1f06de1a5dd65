"""Set a user's password, for the operator of the service."""

from contextlib import suppress

from cruddur.domain.errors import ConditionFailed, Conflict, Unauthenticated
from cruddur.domain.item import Item
from cruddur.domain.model import User, fold
from cruddur.identity.checked_password import checked_password
from cruddur.identity.context import LOCAL_ISSUER, IdentityContext
from cruddur.identity.end_sessions import end_sessions
from cruddur.identity.find_user import find_user_by_handle
from cruddur.identity.new_account import HANDLE_TAKEN
from cruddur.identity.passwords import hash_password
from cruddur.ports.metering import access_pattern
from cruddur.ports.table import IF_NEW, Equals, Put
from cruddur.schema import items, keys
from cruddur.schema.readable import one_from


@access_pattern("set_password")
async def set_password(identity: IdentityContext, handle: str, password: str) -> User:
    """Lets the user sign in with this password only, and ends all their sessions. Returns the user.

    Raises Invalid, NotFound, and Conflict if the handle's login belongs to another user.
    """
    password = checked_password(password, handle)
    user = await find_user_by_handle(identity, handle)
    password_hash = await hash_password(password, identity.password_cost)
    login = items.login_item(LOCAL_ISSUER, fold(user.handle), user.user_uuid, password_hash)
    try:
        await identity.table.put(Put(login, IF_NEW))
    except ConditionFailed:
        await _replace(identity, login)
    # Somebody else may have had the old password. An adopted person may have no profile yet.
    with suppress(Unauthenticated):
        await end_sessions(identity, user.user_uuid)
    return user


async def _replace(identity: IdentityContext, login: Item) -> None:
    found = await identity.table.get(keys.key_of(login), consistent=True)
    # Nobody can sign in by an unreadable login. This command replaces it.
    is_readable = one_from(items.login_from, found) is not None
    own = [Equals("user_uuid", login["user_uuid"])] if is_readable else []
    try:
        await identity.table.put(Put(login, own))
    except ConditionFailed:
        raise Conflict(
            HANDLE_TAKEN, "Somebody else signs in by this handle.", field="handle"
        ) from None
