"""What becomes of an e-mail address that no longer counts."""

from typing import Literal

from cruddur.domain.email_address import Email, fold_address
from cruddur.identity.context import IdentityContext
from cruddur.identity.find_email import find_owner
from cruddur.identity.promise_mail import promised_mail
from cruddur.ports.table import Delete, Equals, Write
from cruddur.schema.email_items import address_owner_key


async def farewell(
    identity: IdentityContext,
    before: Email,
    kind: Literal["address_changed", "address_removed"],
    *,
    following: str = "",
) -> list[Write]:
    """Returns the writes by which the address that counted is free for others, and is told so.

    There are none if there was none, or the one that follows is the same. Raises TableUnavailable.
    """
    old = before.address
    if old is None or fold_address(old) == fold_address(following):
        return []
    told = promised_mail(identity, kind, user_uuid=before.user_uuid, to=old)
    if await find_owner(identity, old) != before.user_uuid:
        return [told]
    return [Delete(address_owner_key(old), [Equals("user_uuid", before.user_uuid)]), told]
