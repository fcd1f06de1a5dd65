"""Remove one's e-mail address, or the one that waits for its confirmation."""

from cruddur.domain.email_address import Email
from cruddur.domain.errors import Busy, TransactionFailed
from cruddur.domain.model import User
from cruddur.identity.check_own_password import check_own_password
from cruddur.identity.context import IdentityContext
from cruddur.identity.farewell import farewell
from cruddur.identity.find_email import find_email
from cruddur.identity.logins import Guard, unguarded
from cruddur.identity.set_email import as_read
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Delete, Put
from cruddur.schema.digest_items import digest_key
from cruddur.schema.email_items import email_item


@access_pattern("remove_email", Ceiling("H", "remove one's e-mail address", write=8, read=3))
async def remove_email(
    identity: IdentityContext,
    user: User,
    password: str,
    *,
    client: str = "",
    guard: Guard = unguarded,
) -> Email:
    """Returns the account without any address. The one that counted is told.

    `client` is the caller's network address. Raises Forbidden for a wrong password, Conflict if the user
    has none, Busy, and what the guard raises.
    """
    await check_own_password(
        identity, user, password, field="current_password", address=client, guard=guard
    )
    before = await find_email(identity, user.user_uuid)
    if not before.version:
        return before
    after = Email(user_uuid=user.user_uuid, version=before.version + 1)
    try:
        await identity.table.transact(
            [
                Put(email_item(after), as_read(before)),
                Delete(digest_key(user.user_uuid)),
                *await farewell(identity, before, "address_removed"),
            ]
        )
    except TransactionFailed:
        raise Busy("Your e-mail address is being changed elsewhere. Please try again.") from None
    return after
