"""Logins: what belongs to a handle and its password, and who may try the password."""

import hashlib
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import NamedTuple

from cruddur.domain.errors import Invalid
from cruddur.domain.handles import checked_handle
from cruddur.domain.item import Key
from cruddur.domain.model import User, fold
from cruddur.identity.context import LOCAL_ISSUER, IdentityContext
from cruddur.identity.secret import derived_key
from cruddur.schema import items, keys
from cruddur.schema.items import Login
from cruddur.schema.readable import one_from


class Attempt(NamedTuple):
    """A password check that a guard may refuse. `user_uuid` is None if nobody has the handle."""

    user_uuid: str | None
    is_from_known_address: bool
    """Whether this user has signed in from this address before."""


Guard = Callable[[Attempt], AbstractAsyncContextManager[object]]
"""Returns a context in which the password is checked. It may refuse the attempt by raising."""


def unguarded(_: Attempt) -> AbstractAsyncContextManager[object]:
    """Lets every attempt through."""
    return nullcontext()


def address_digest(identity: IdentityContext, address: str, user_uuid: str) -> str:
    """Returns what a login remembers of an address from which its person has signed in."""
    # The hash is keyed, so that a reader of the table cannot learn the addresses.
    text = f"{user_uuid}\n{address}".encode(errors="replace")
    key = derived_key(identity.secret, "addresses")
    return hashlib.blake2b(text, key=key, digest_size=9).hexdigest()


async def find_login(identity: IdentityContext, handle: str) -> Login | None:
    """Returns the login of a person who has a password here. Raises TableUnavailable."""
    item = await identity.table.get(login_key_of(handle), consistent=True)
    login = one_from(items.login_from, item)
    return login if login and login.password_hash else None


async def find_own_login(identity: IdentityContext, user: User) -> Login | None:
    """Returns the login of this person, if they have a password here. Raises TableUnavailable."""
    login = await find_login(identity, user.handle)
    return login if login and login.user_uuid == user.user_uuid else None


def login_key_of(handle: str) -> Key:
    """Returns the key of the login for a handle, also for one that cannot be."""
    try:
        return keys.login_key(LOCAL_ISSUER, fold(checked_handle(handle)))
    except Invalid:
        # This login does not exist. It is read so that an invalid handle takes the same time.
        return keys.login_key(LOCAL_ISSUER, "-")
