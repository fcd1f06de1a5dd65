"""What the use cases of hosts' keys share: one key's secrets, and the event when they change."""

from collections.abc import Sequence
from typing import NamedTuple

from cruddur.domain.errors import Conflict, NotFound, declare_code
from cruddur.domain.host_key import HostKey
from cruddur.identity.context import HostKeysChanged, IdentityContext
from cruddur.ports.paging import all_items
from cruddur.ports.table import Query, Range
from cruddur.schema import keys
from cruddur.schema.host_key_items import host_key_from
from cruddur.schema.readable import one_from

_EXISTS = declare_code("key_exists", "There is a key of this name already.")
_NOT_FOUND = declare_code("key_not_found", "There is no key of this name.")


class HostKeyMade(NamedTuple):
    """A new secret of a key, and the token that nobody can be shown again."""

    key: HostKey
    token: str

    def __repr__(self) -> str:
        return f"HostKeyMade({self.key!r})"


async def secrets_of(identity: IdentityContext, name: str) -> Sequence[HostKey]:
    """Returns the secrets of a key, the oldest first. Raises NotFound, and TableUnavailable."""
    found = await read_host_keys(identity, keys.host_key_prefix(name))
    if not found:
        raise NotFound(_NOT_FOUND, f"There is no key {name}.", field="name")
    return found


def key_exists(name: str) -> Conflict:
    """The error for a name that a key has already."""
    return Conflict(_EXISTS, f"There is a key {name} already: roll or remove it.", field="name")


async def read_host_keys(identity: IdentityContext, prefix: str = "") -> list[HostKey]:
    """Returns all secrets whose sort keys begin so, by name and number. Raises TableUnavailable."""
    # Strongly consistent, so that a key that was just removed is no longer listed.
    among = Range(prefix=prefix) if prefix else Range()
    query = Query(keys.host_keys_pk(), among, consistent=True)
    found = [one_from(host_key_from, item) for item in await all_items(identity.table, query)]
    known = [key for key in found if key is not None]
    return sorted(known, key=lambda key: (key.name, key.number))


async def announce_host_keys(identity: IdentityContext, name: str) -> None:
    """Makes this process and the others look at this key again."""
    note_host_keys_changed(identity)
    if identity.announce is not None:
        await identity.announce(HostKeysChanged(name))


def note_host_keys_changed(identity: IdentityContext) -> None:
    """Notes that a key was rolled or removed, here or in another process: all are read anew."""
    identity.memory.host_keys.clear()
    identity.memory.host_keys_changed += 1
