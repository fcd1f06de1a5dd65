"""Sign in with handle and password."""

from typing import NamedTuple

from cruddur.errors import ConditionFailed, Invalid, Unauthenticated
from cruddur.identity import passwords
from cruddur.identity.find_user import find_user
from cruddur.identity.service import LOCAL_ISSUER, Identity
from cruddur.identity.tokens import issue_token
from cruddur.messaging.ports import Equals, Item, Key, Update
from cruddur.model import User, checked_handle, fold
from cruddur.table import keys
from cruddur.table.metering import counted_as


class SignedIn(NamedTuple):
    """Who signed in, and the token that says so from now on."""

    token: str
    user: User


@counted_as("sign_in")
async def sign_in(identity: Identity, handle: str, password: str) -> SignedIn:
    """Raises Unauthenticated, the same and after the same time whatever was wrong; Busy."""
    login = await _find_login(identity, handle)
    # Without a hash to check, a wrong handle would answer sooner and so tell which handles exist.
    password_hash = login["password_hash"] if login else passwords.NOBODYS_HASH
    is_right = await passwords.is_password(password_hash, password)
    if login is None or not is_right or len(password) > passwords.PASSWORD_MAX_CHARS:
        raise Unauthenticated("credentials_wrong", "Handle or password is wrong.")
    if passwords.is_outdated(password_hash):
        await _rehash(identity, login, password)
    user = await find_user(identity, login["user_uuid"])
    return SignedIn(issue_token(identity, user.user_uuid), user)


async def _find_login(identity: Identity, handle: str) -> Item | None:
    try:
        subject = fold(checked_handle(handle))
    except Invalid:
        subject = "-"  # nobody's: asked for all the same, for the time that it takes
    login = await identity.table.get(keys.login_key(LOCAL_ISSUER, subject), consistent=True)
    return login if login and "password_hash" in login else None


async def _rehash(identity: Identity, login: Item, password: str) -> None:
    old, new = login["password_hash"], await passwords.hash_password(password)
    key = Key(login["pk"], login["sk"])
    try:
        # Equals: a password changed in the meantime must not be changed back.
        await identity.table.update(
            Update(key, {"password_hash": new}, condition=[Equals("password_hash", old)])
        )
    except ConditionFailed:
        return
