"""Find a person of a host product, with what the host says of them."""

from typing import NamedTuple

from cruddur.domain.errors import Invalid, NotFound
from cruddur.domain.external_user import EXTERNAL_PREFIX, ExternalUser, checked_external_id
from cruddur.domain.model import User
from cruddur.identity.context import IdentityContext
from cruddur.identity.find_user import external_user_not_found
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.schema import items, keys
from cruddur.schema.external_items import external_from
from cruddur.schema.readable import one_from


class KnownUser(NamedTuple):
    """A person, and what their host says of them."""

    user: User
    external: ExternalUser


@access_pattern("find_external_user", Ceiling("W", "look a host's person up", write=0, read=2))
async def find_external_user(identity: IdentityContext, external_id: str) -> KnownUser:
    """Returns the person as they are now. Raises NotFound, also for an invalid id."""
    try:
        external, user = await read_external_user(identity, checked_external_id(external_id))
    except Invalid:
        raise _not_found(external_id) from None
    if external is None or user is None:
        raise _not_found(external_id)
    return KnownUser(user, external)


def _not_found(external_id: str) -> NotFound:
    error = external_user_not_found("external_id")
    if external_id.startswith(EXTERNAL_PREFIX):
        error.detail += f" Where only an id may stand, leave out {EXTERNAL_PREFIX} before it."
    return error


async def read_external_user(
    identity: IdentityContext, external_id: str
) -> tuple[ExternalUser | None, User | None]:
    """Returns what the table has of a person, as far as it is there. Raises TableUnavailable."""
    item = await identity.table.get(keys.external_key(external_id), consistent=True)
    external = one_from(external_from, item)
    if external is None:
        return None, None
    profile = await identity.table.get(keys.user_key(external.user_uuid), consistent=True)
    return external, one_from(items.user_from, profile)
