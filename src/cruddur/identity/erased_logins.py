"""What keeps the issuer's login of somebody who was erased from making an account again."""

import hashlib

from cruddur.domain.item import Key
from cruddur.identity.context import IdentityContext
from cruddur.identity.secret import derived_key
from cruddur.ports.table import Absent, Check, Put
from cruddur.schema.erasure_items import erased_login_item
from cruddur.schema.erasure_keys import erased_login_key


def login_is_not_erased(identity: IdentityContext, login: str) -> Check:
    """Returns the check, for a transaction, that nobody who was erased had this login."""
    return Check(erased_key_of(identity, login), [Absent()])


def remembered_login(identity: IdentityContext, login: str, user_uuid: str) -> Put:
    """Returns the write that remembers the login of somebody who is erased. It holds a digest of it."""
    return Put(erased_login_item(_digest(identity, login), user_uuid))


def erased_key_of(identity: IdentityContext, login: str) -> Key:
    """Returns the key of what remembers the login."""
    return erased_login_key(_digest(identity, login))


def _digest(identity: IdentityContext, login: str) -> str:
    # With a key: of a plain digest, a reader of the table would find the login by trying all.
    key = derived_key(identity.secret, "erased logins")
    return hashlib.blake2b(login.encode(), key=key, digest_size=16).hexdigest()
