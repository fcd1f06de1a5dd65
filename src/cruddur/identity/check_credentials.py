"""Check a handle and its password, and what is needed besides."""

from typing import NamedTuple

from cruddur.domain.errors import Forbidden, Unauthenticated, declare_code
from cruddur.identity import passwords
from cruddur.identity.context import IdentityContext
from cruddur.identity.demo_accounts import is_kept_out
from cruddur.identity.logins import Attempt, Guard, address_digest, find_login, unguarded
from cruddur.identity.second_factors import (
    find_second_factor,
    second_factor_needed,
    use_recovery_code,
)
from cruddur.schema.items import Login

CREDENTIALS_WRONG = declare_code(
    "credentials_wrong", "Handle or password is wrong; which of them is not told."
)
DEMO_OFF = declare_code(
    "demo_off", "This account is one of the demo's, and the service runs without --demo."
)


class Checked(NamedTuple):
    """A login whose password is right, the digest of where it is used, and what a recovery code left.

    `codes_left` is None if none was used.
    """

    login: Login
    place: str
    codes_left: int | None


async def check_credentials(
    identity: IdentityContext,
    handle: str,
    password: str,
    *,
    recovery_code: str | None = None,
    may_need_more: bool = False,
    address: str = "",
    guard: Guard = unguarded,
) -> Checked:
    """Checks the password. With `may_need_more` it is enough, since the caller asks for more.

    Raises Unauthenticated, with the same text and after the same time for an unknown handle and a
    wrong password, and with another code if the password is right and opens nothing alone; Forbidden
    for the demo's accounts if there is no demo; Busy; and what the guard raises.
    """
    login = await find_login(identity, handle)
    place = address_digest(identity, address, login.user_uuid if login else "")
    is_known = login is not None and place in login.known_addresses
    async with guard(Attempt(login.user_uuid if login else None, is_known)):
        right = await _with_password(identity, handle, login, password)
        left = None
        if not may_need_more:
            left = await _check_second_factor(identity, right, recovery_code)
    return Checked(right, place, left)


async def _with_password(
    identity: IdentityContext, handle: str, login: Login | None, password: str
) -> Login:
    # An unknown handle is checked against a hash, too. A faster answer would tell which handles exist.
    password_hash = (login and login.password_hash) or passwords.nobodys_hash(
        identity.password_cost
    )
    is_right = await passwords.is_password(password_hash, password)
    if login is None or not is_right:
        raise wrong_credentials()
    if is_kept_out(identity, handle, password):
        raise Forbidden(DEMO_OFF, "This account is the demo's: the service must run with --demo.")
    return login


async def _check_second_factor(
    identity: IdentityContext, login: Login, recovery_code: str | None
) -> int | None:
    # It is read once more, strongly, when the session is there: half the price is enough here.
    is_consistent = recovery_code is not None
    factor = await find_second_factor(identity, login.user_uuid, consistent=is_consistent)
    if factor is None:
        return None
    if not recovery_code:
        raise second_factor_needed()
    return await use_recovery_code(identity, factor, recovery_code)


def wrong_credentials() -> Unauthenticated:
    """The error for a wrong password and for a handle that nobody has."""
    return Unauthenticated(CREDENTIALS_WRONG, "Handle or password is wrong.")
