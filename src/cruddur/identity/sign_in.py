"""Sign in with handle and password."""

from contextlib import suppress
from functools import partial
from typing import NamedTuple

from cruddur.domain.errors import ConditionFailed, TableError
from cruddur.domain.model import User
from cruddur.identity import passwords
from cruddur.identity.check_credentials import Checked, check_credentials, wrong_credentials
from cruddur.identity.context import IdentityContext
from cruddur.identity.find_user import find_person_signing_in
from cruddur.identity.logins import Guard, login_key_of, unguarded
from cruddur.identity.open_session import open_checked_session
from cruddur.identity.second_factors import second_factor_needed
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Equals, Exists, Update
from cruddur.schema import items
from cruddur.schema.items import Login
from cruddur.schema.passkey_items import second_factor_key
from cruddur.schema.readable import one_from

ADDRESSES_MAX = 16
"""The number of a user's last addresses that are remembered."""


class SignedIn(NamedTuple):
    """The user who signed in, their new token, and how many recovery codes a used one has left."""

    token: str
    user: User
    codes_left: int | None = None

    def __repr__(self) -> str:
        return f"SignedIn({self.user!r})"


@access_pattern("sign_in", Ceiling("H", "sign in from a known address", write=1, read=4.5))
async def sign_in(
    identity: IdentityContext,
    handle: str,
    password: str,
    *,
    recovery_code: str | None = None,
    address: str = "",
    device: str = "",
    guard: Guard = unguarded,
) -> SignedIn:
    """Checks the password and opens a session. `address` is the client's, or empty if it is unknown,
    and `device` what the client is, in words. A recovery code stands in for a lost device.

    Raises what `check_credentials` raises.
    """
    checked = await check_credentials(
        identity, handle, password, recovery_code=recovery_code, address=address, guard=guard
    )
    login = checked.login
    password_hash = await _rehash_if_outdated(identity, handle, login.password_hash or "", password)
    await _remember_address(identity, handle, checked, address)
    user = await find_person_signing_in(identity, login.user_uuid)
    still_enough = partial(_check_still_enough, identity, handle, password_hash, password, checked)
    token = await open_checked_session(identity, user, device, address, still_enough)
    return SignedIn(token, user, checked.codes_left)


async def _check_still_enough(
    identity: IdentityContext, handle: str, password_hash: str, password: str, checked: Checked
) -> None:
    """Checks that the password still is the person's, and enough, now that the session is there."""
    login_key, factor_key = login_key_of(handle), second_factor_key(checked.login.user_uuid)
    found = await identity.table.get_many([login_key, factor_key], consistent=True)
    login = one_from(items.login_from, found.get(login_key))
    if login is None or not await _is_password(login, password_hash, password):
        raise wrong_credentials()
    if factor_key in found and checked.codes_left is None:
        raise second_factor_needed()


async def _is_password(login: Login, password_hash: str, password: str) -> bool:
    if login.password_hash == password_hash:
        return True
    return await passwords.is_password(login.password_hash or "", password)


async def _remember_address(
    identity: IdentityContext, handle: str, checked: Checked, address: str
) -> None:
    known = checked.login.known_addresses
    if not address or checked.place in known:
        return
    values = {"known_addresses": [*known, checked.place][-ADDRESSES_MAX:]}
    # A correct password is accepted even if the address cannot be stored.
    with suppress(TableError):
        await identity.table.update(
            Update(login_key_of(handle), values, condition=[Exists("password_hash")])
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
