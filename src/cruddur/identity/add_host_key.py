"""Make a key for the back end of a host product."""

from collections.abc import Iterable

from cruddur.domain.errors import ConditionFailed
from cruddur.domain.host_key import HostKey, checked_key_name, checked_scopes
from cruddur.domain.model import timestamp
from cruddur.identity.context import IdentityContext
from cruddur.identity.host_keys import HostKeyMade, key_exists, read_host_keys
from cruddur.identity.host_tokens import new_host_token
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import IF_NEW, Put
from cruddur.schema import keys
from cruddur.schema.host_key_items import host_key_item


@access_pattern("manage_host_keys", Ceiling("W", "make a key for a host", write=1, read=1))
async def add_host_key(
    identity: IdentityContext, name: str, scopes: Iterable[str] = ()
) -> HostKeyMade:
    """Returns the new key and its token; without scopes it is for all of them.

    Raises Invalid, Conflict if there is a key of this name, and TableUnavailable.
    """
    checked_key_name(name)
    wanted = checked_scopes(scopes)
    if await read_host_keys(identity, keys.host_key_prefix(name)):
        raise key_exists(name)
    token = new_host_token(name, 1)
    key = HostKey(
        name=name,
        number=token.number,
        secret_digest=token.digest,
        scopes=wanted,
        created_at=timestamp(identity.clock()),
    )
    try:
        await identity.table.put(Put(host_key_item(key), IF_NEW))
    except ConditionFailed:
        raise key_exists(name) from None
    return HostKeyMade(key, token.text)
