"""List a person's passkeys."""

from cruddur.domain.passkey import Passkey
from cruddur.identity.context import IdentityContext
from cruddur.ports.paging import all_items
from cruddur.ports.table import Query, Range
from cruddur.schema import keys
from cruddur.schema.passkey_items import PASSKEY_PREFIX, passkey_from
from cruddur.schema.readable import one_from


async def list_passkeys(identity: IdentityContext, user_uuid: str) -> list[Passkey]:
    """Returns the passkeys in the order in which they were made. Raises TableUnavailable."""
    # Strongly consistent, so that a passkey that was just removed is no longer listed.
    partition = keys.user_key(user_uuid).pk
    query = Query(partition, Range(prefix=PASSKEY_PREFIX), consistent=True)
    found = [one_from(passkey_from, item) for item in await all_items(identity.table, query)]
    return sorted(filter(None, found), key=lambda one: (one.created_at, one.passkey_id))
