"""Sign in with handle and password."""

from contextlib import suppress
from typing import NamedTuple

from cruddur.domain.errors import (
    ConditionFailed,
    Forbidden,
    NotFound,
    TableError,
    Unauthenticated,
    declare_code,
)
from cruddur.domain.model import User
from cruddur.identity import passwords
from cruddur.identity.context import IdentityContext
from cruddur.identity.demo_accounts import is_kept_out
from cruddur.identity.end_session import end_session
from cruddur.identity.find_user import account_gone, check_is_enabled, find_user
from cruddur.identity.logins import (
    Attempt,
    Guard,
    address_digest,
    find_login,
    login_key_of,
    unguarded,
)
from cruddur.identity.open_session import open_session
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Equals, Exists, Update
from cruddur.schema.items import Login

CREDENTIALS_WRONG = declare_code(
    "credentials_wrong", "Handle or password is wrong; which of them is not told."
)
DEMO_OFF = declare_code(
    "demo_off", "This account is one of the demo's, and the service runs without --demo."
)

ADDRESSES_MAX = 16
"""The number of a user's last addresses that are remembered."""


class SignedIn(NamedTuple):
    """The user who signed in and their new token."""

    token: str
    user: User

    def __repr__(self) -> str:
        return f"SignedIn({self.user!r})"


@access_pattern("sign_in", Ceiling("H", "sign in from a known address", write=1, read=3))
async def sign_in(
    identity: IdentityContext,
    handle: str,
    password: str,
    *,
    address: str = "",
    device: str = "",
    guard: Guard = unguarded,
) -> SignedIn:
    """Checks the password and opens a session. `address` is the client's, or empty if it is unknown,
    and `device` what the client is, in words.

    Raises Unauthenticated, with the same text and after the same time for an unknown handle and a
    wrong password; Forbidden for the demo's accounts if there is no demo; Busy; and what the guard
    raises.
    """
    login = await find_login(identity, handle)
    known = login.known_addresses if login else []
    place = address_digest(identity, address, login.user_uuid if login else "")
    async with guard(Attempt(login.user_uuid if login else None, place in known)):
        login = await _checked(identity, handle, login, password)
    password_hash = await _rehash_if_outdated(identity, handle, login.password_hash or "", password)
    if address and place not in known:
        await _remember_address(identity, handle, [*known, place][-ADDRESSES_MAX:])
    try:
        user = await find_user(identity, login.user_uuid)
    except NotFound:
        raise account_gone() from None
    check_is_enabled(user)
    session_id, token = await open_session(identity, user.user_uuid, device, address)
    if not await _is_still_right(identity, handle, password_hash, password):
        await end_session(identity, user.user_uuid, session_id)
        raise wrong_credentials()
    return SignedIn(token, user)


async def _is_still_right(
    identity: IdentityContext, handle: str, password_hash: str, password: str
) -> bool:
    """Whether the password still is the person's, now that the session is there.

    A change of the password ends the sessions that it finds: not one that is opened a moment later, by
    the password that was right when it was checked.
    """
    login = await find_login(identity, handle)
    if login is None or login.password_hash == password_hash:
        return login is not None
    return await passwords.is_password(login.password_hash or "", password)


async def _checked(
    identity: IdentityContext, handle: str, login: Login | None, password: str
) -> Login:
    # An unknown handle is checked against a hash, too. A faster answer would tell which handles exist.
    password_hash = (login and login.password_hash) or passwords.nobodys_hash(
        identity.password_cost
    )
    is_right = await passwords.is_password(password_hash, password)
    if login is None or not is_right or len(password) > passwords.PASSWORD_MAX_CHARS:
        raise wrong_credentials()
    if is_kept_out(identity, handle, password):
        raise Forbidden(DEMO_OFF, "This account is the demo's: the service must run with --demo.")
    return login


def wrong_credentials() -> Unauthenticated:
    """The error for a wrong password and for a handle that nobody has."""
    return Unauthenticated(CREDENTIALS_WRONG, "Handle or password is wrong.")


async def _remember_address(identity: IdentityContext, handle: str, known: list[str]) -> None:
    key = login_key_of(handle)
    # A correct password is accepted even if the address cannot be stored.
    with suppress(TableError):
        await identity.table.update(
            Update(key, {"known_addresses": known}, condition=[Exists("password_hash")])
        )


async def _rehash_if_outdated(
    identity: IdentityContext, handle: str, old: str, password: str
) -> str:
    """Returns the hash that the login has now, as far as is known."""
    if not passwords.is_outdated(old, identity.password_cost):
        return old
    new = await passwords.hash_password(password, identity.password_cost)
    key = login_key_of(handle)
    try:
        # The condition keeps a password that was changed meanwhile.
        await identity.table.update(
            Update(key, {"password_hash": new}, condition=[Equals("password_hash", old)])
        )
    except ConditionFailed:
        return old
    return new
