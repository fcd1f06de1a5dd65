"""List the keys of host products."""

from collections.abc import Sequence

from cruddur.domain.host_key import HostKey
from cruddur.identity.context import IdentityContext
from cruddur.identity.host_keys import read_host_keys
from cruddur.ports.metering import access_pattern


@access_pattern("manage_host_keys")
async def list_host_keys(identity: IdentityContext) -> Sequence[HostKey]:
    """Returns every secret of every key, by name and number. Raises TableUnavailable."""
    return await read_host_keys(identity)
