"""Change one's own password."""

from functools import partial

from cruddur.domain.errors import Busy, Invalid, TransactionFailed, declare_code
from cruddur.domain.model import User
from cruddur.identity.check_own_password import check_own_password
from cruddur.identity.checked_password import (
    PASSWORD_MIN_CHARS,
    SHORT_PASSWORD_MIN_CHARS,
    checked_password,
    is_short,
)
from cruddur.identity.context import IdentityContext, Session, SessionsEnded
from cruddur.identity.end_sessions import end_sessions_around
from cruddur.identity.logins import Guard, login_key_of, unguarded
from cruddur.identity.passwords import composed, hash_password, is_password
from cruddur.identity.second_factors import find_second_factor
from cruddur.identity.store_short_password import store_short_password
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Equals, Update

_FIELD = "new_password"
_SAME = declare_code("password_unchanged", "The new password is the current one.")


@access_pattern(
    "change_password",
    Ceiling("H", "change one's password, with another session open", write=7, read=3),
)
async def change_password(
    identity: IdentityContext,
    user: User,
    session: Session,
    present: str,
    new: str,
    *,
    address: str = "",
    guard: Guard = unguarded,
) -> SessionsEnded:
    """Gives the user another password, and ends all their sessions but this one.

    With a second factor it may have eight characters. Raises Invalid, Forbidden for a wrong current
    password, Conflict if the user has none, Busy, and what the guard raises. After TableUnavailable
    other sessions may have ended while the password is the old one.
    """
    new = await _checked(identity, user, new)
    login = await check_own_password(
        identity, user, present, field="current_password", address=address, guard=guard
    )
    password_hash = login.password_hash or ""
    if await is_password(password_hash, new):
        raise Invalid(_SAME, "This is your current password already.", field=_FIELD)
    store = partial(_store, identity, user, password_hash, new)
    return await end_sessions_around(identity, user.user_uuid, session, store)


async def _checked(identity: IdentityContext, user: User, new: str) -> str:
    min_chars = PASSWORD_MIN_CHARS
    # Only a short one costs the look whether something else is asked for besides.
    if is_short(composed(new)) and await find_second_factor(identity, user.user_uuid):
        min_chars = SHORT_PASSWORD_MIN_CHARS
    return checked_password(new, user.handle, field=_FIELD, min_chars=min_chars)


async def _store(
    identity: IdentityContext, user: User, old_hash: str, new: str, one_way_less: Update
) -> None:
    new_hash = await hash_password(new, identity.password_cost)
    # Of two changes at once only one may find the current password right.
    unchanged = [Equals("password_hash", old_hash)]
    update = Update(login_key_of(user.handle), {"password_hash": new_hash}, ["is_short"], unchanged)
    try:
        if is_short(new):
            await store_short_password(identity, user.user_uuid, update, one_way_less, field=_FIELD)
        else:
            await identity.table.transact([update, one_way_less])
    except TransactionFailed:
        raise Busy("Your password was changed just now. Please try again.") from None
