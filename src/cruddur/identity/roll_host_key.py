"""Give a key another secret. The one before goes on working, so that a back end can change over."""

from cruddur.domain.errors import Busy, TransactionFailed
from cruddur.domain.host_key import HostKey
from cruddur.domain.model import timestamp
from cruddur.identity.context import IdentityContext
from cruddur.identity.host_keys import HostKeyMade, announce_host_keys, secrets_of
from cruddur.identity.host_tokens import new_host_token
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import IF_NEW, Check, Delete, Exists, Put
from cruddur.schema import keys
from cruddur.schema.host_key_items import host_key_item


@access_pattern("manage_host_keys", Ceiling("W", "roll a host's key", write=4, read=1))
async def roll_host_key(identity: IdentityContext, name: str) -> HostKeyMade:
    """Returns the key's new secret and its token. Secrets older than the one before end.

    Raises NotFound, Busy if the key was changed at the same time, and TableUnavailable.
    """
    *older, newest = await secrets_of(identity, name)
    token = new_host_token(name, newest.number + 1)
    key = HostKey(
        name=name,
        number=token.number,
        secret_digest=token.digest,
        scopes=newest.scopes,
        created_at=timestamp(identity.clock()),
    )
    try:
        await identity.table.transact(
            [
                # Without it, a key that is removed at this moment would be there again.
                Check(keys.host_key_key(name, newest.number), [Exists(keys.PARTITION_KEY)]),
                Put(host_key_item(key), IF_NEW),
                *(Delete(keys.host_key_key(name, old.number)) for old in older),
            ]
        )
    except TransactionFailed:
        raise Busy("The key is being changed elsewhere. Please try again.") from None
    await announce_host_keys(identity, name)
    return HostKeyMade(key, token.text)
