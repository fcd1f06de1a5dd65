"""Confirm an e-mail address by the link that was sent there."""

import hmac

from msgspec.structs import replace

from cruddur.domain.email_address import Email
from cruddur.domain.errors import Conflict, NotFound, TransactionFailed, declare_code
from cruddur.domain.model import timestamp
from cruddur.identity.context import IdentityContext
from cruddur.identity.digests import new_digest
from cruddur.identity.farewell import farewell
from cruddur.identity.find_email import find_email, find_owner
from cruddur.identity.link_tokens import LinkToken, token_from
from cruddur.identity.set_email import as_read, waiting_for
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import IF_NEW, Check, Condition, Equals, Exists, Put, Write
from cruddur.schema import keys
from cruddur.schema.email_items import address_owner_item, email_item

_INVALID = declare_code(
    "confirmation_link_invalid",
    "The link was used, replaced by a newer one, or is older than a day.",
)
_TAKEN = declare_code("email_taken", "Another account has this e-mail address.")


@access_pattern(
    "confirm_email", Ceiling("H", "confirm an e-mail address in place of another", write=10, read=3)
)
async def confirm_email(identity: IdentityContext, text: str) -> Email:
    """Makes the address of the link the one that counts. Returns it with its person.

    The address that counted before is told, by a mail that the same transaction promises. Raises
    NotFound for any link that does not work, Conflict if another account has the address, and
    TableUnavailable.
    """
    token = token_from(text)
    if token is None:
        raise _not_working()
    before = await find_email(identity, token.user_uuid)
    address = before.pending
    if address is None or not _is_right(identity, before, token):
        raise _not_working()
    owner = await find_owner(identity, address)
    if owner not in {None, before.user_uuid}:
        # Only the reader of that mailbox learns it.
        raise Conflict(_TAKEN, "Another account has this e-mail address.")
    after = replace(
        waiting_for(before, None), address=address, confirmed_at=timestamp(identity.clock())
    )
    is_theirs: Condition = [Equals("user_uuid", before.user_uuid)] if owner else IF_NEW
    try:
        await identity.table.transact(await _writes(identity, before, after, is_theirs))
    except TransactionFailed:
        # It was used or changed at the same moment.
        raise _not_working() from None
    return after


def _is_right(identity: IdentityContext, email: Email, token: LinkToken) -> bool:
    if email.pending_until <= identity.clock().timestamp():
        return False
    return hmac.compare_digest(email.pending_digest or "", token.digest)


async def _writes(
    identity: IdentityContext, before: Email, after: Email, is_theirs: Condition
) -> list[Write]:
    user_uuid, address = after.user_uuid, after.address or ""
    return [
        Put(email_item(after), as_read(before)),
        Put(address_owner_item(address, user_uuid), is_theirs),
        # Nothing of a person may appear after their erasure.
        Check(keys.user_key(user_uuid), [Exists(keys.PARTITION_KEY)]),
        *([] if before.address else [new_digest(identity, user_uuid)]),
        *await farewell(identity, before, "address_changed", following=address),
    ]


def _not_working() -> NotFound:
    return NotFound(
        _INVALID,
        "This link no longer works: it was used, a newer one was sent, or a day is over. "
        "Set the address again in the settings.",
    )
