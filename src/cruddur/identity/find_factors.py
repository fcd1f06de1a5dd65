"""Find by what a person signs in: the password, passkeys, and whether both are needed."""

from typing import NamedTuple

from cruddur.domain.model import User
from cruddur.domain.passkey import Passkey, SecondFactor
from cruddur.identity.context import IdentityContext
from cruddur.identity.list_passkeys import list_passkeys
from cruddur.identity.logins import login_key_of
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.schema import items
from cruddur.schema.passkey_items import second_factor_from, second_factor_key
from cruddur.schema.readable import one_from


class Factors(NamedTuple):
    """By what a person signs in here. Without `second_factor` the password alone is enough."""

    has_password: bool
    passkeys: list[Passkey]
    second_factor: SecondFactor | None


@access_pattern("find_factors", Ceiling("H", "see one's own passkeys", write=0, read=3))
async def find_factors(identity: IdentityContext, user: User) -> Factors:
    """Returns what is stored now, passkeys in the order in which they were made.

    Raises TableUnavailable.
    """
    login_key, factor_key = login_key_of(user.handle), second_factor_key(user.user_uuid)
    found = await identity.table.get_many([login_key, factor_key], consistent=True)
    login = one_from(items.login_from, found.get(login_key))
    is_theirs = login is not None and login.user_uuid == user.user_uuid
    return Factors(
        has_password=is_theirs and bool(login and login.password_hash),
        passkeys=await list_passkeys(identity, user.user_uuid),
        second_factor=one_from(second_factor_from, found.get(factor_key)),
    )
