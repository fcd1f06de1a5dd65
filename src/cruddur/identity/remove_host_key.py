"""Remove a key, or those of its secrets that the newest one replaced."""

from collections.abc import Sequence

from cruddur.domain.host_key import HostKey
from cruddur.identity.context import IdentityContext
from cruddur.identity.host_keys import announce_host_keys, secrets_of
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Delete
from cruddur.schema import keys


@access_pattern("manage_host_keys", Ceiling("W", "remove a host's key", write=1, read=1))
async def remove_host_key(
    identity: IdentityContext, name: str, *, old_only: bool = False
) -> Sequence[HostKey]:
    """Ends the key here at once, elsewhere when the event arrives, or within a minute.

    With `old_only` the newest secret stays. Returns what ended. Raises NotFound, and TableUnavailable,
    after which it may be called again.
    """
    found = await secrets_of(identity, name)
    ended = found[:-1] if old_only else found
    # The newest one last: after a crash the key is still found, and can be removed again.
    for key in ended:
        await identity.table.delete(Delete(keys.host_key_key(name, key.number)))
    await announce_host_keys(identity, name)
    return ended
