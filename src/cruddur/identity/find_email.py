"""Find a person's e-mail address, and the person who has confirmed an address."""

from cruddur.domain.email_address import Email, is_email_address
from cruddur.identity.context import IdentityContext
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.schema.email_items import address_owner_key, email_from, email_key
from cruddur.schema.readable import one_from


@access_pattern("find_email", Ceiling("H", "see one's own e-mail address", write=0, read=1))
async def find_email(identity: IdentityContext, user_uuid: str) -> Email:
    """Returns what is known of the person's address. Raises TableUnavailable."""
    item = await identity.table.get(email_key(user_uuid), consistent=True)
    return one_from(email_from, item) or Email(user_uuid=user_uuid)


async def find_owner(identity: IdentityContext, address: str) -> str | None:
    """Returns the uuid of the person who has confirmed this address. Raises TableUnavailable."""
    if not is_email_address(address):
        return None
    item = await identity.table.get(address_owner_key(address), consistent=True)
    found = item.get("user_uuid") if item else None
    return found if isinstance(found, str) else None
