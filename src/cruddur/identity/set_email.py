"""Set one's e-mail address: it counts once it is confirmed by the link that is sent there."""

from collections.abc import Sequence

from msgspec.structs import replace

from cruddur.domain.email_address import Email, checked_email_address, fold_address
from cruddur.domain.errors import Busy, TransactionFailed
from cruddur.domain.model import User
from cruddur.identity.check_own_password import check_own_password
from cruddur.identity.context import IdentityContext
from cruddur.identity.find_email import find_email
from cruddur.identity.find_user import account_gone
from cruddur.identity.logins import Guard, unguarded
from cruddur.identity.promise_mail import promised_mail
from cruddur.ports.backoff import FULL_JITTER, Backoff
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import IF_NEW, Check, Condition, Equals, Exists, Put, Write
from cruddur.schema import keys
from cruddur.schema.email_items import email_item

_ATTEMPTS = 8
_PAUSE_SECONDS = 0.01


@access_pattern("set_email", Ceiling("H", "set one's e-mail address", write=6, read=2))
async def set_email(
    identity: IdentityContext,
    user: User,
    address: str,
    password: str,
    *,
    client: str = "",
    guard: Guard = unguarded,
) -> Email:
    """Stores the address as one that waits, and promises the mail with the link. Returns both addresses.

    An address that was confirmed goes on counting until then. `client` is the caller's network address.
    Raises Invalid, Forbidden for a wrong password, Conflict if the user has none, Busy, and what the
    guard raises.
    """
    address = checked_email_address(address)
    await check_own_password(
        identity, user, password, field="current_password", address=client, guard=guard
    )
    return await begin_confirmation(identity, user.user_uuid, address)


async def begin_confirmation(identity: IdentityContext, user_uuid: str, address: str) -> Email:
    """Stores a checked address as one that waits, unless it counts already.

    Raises Unauthenticated if the account was removed, Busy, and TableUnavailable.
    """
    backoff = Backoff(_PAUSE_SECONDS, jitter=FULL_JITTER)
    for _ in range(_ATTEMPTS):
        before = await find_email(identity, user_uuid)
        counts_already = fold_address(before.address or "") == fold_address(address)
        if counts_already and before.pending is None:
            return before
        after = waiting_for(before, None if counts_already else address)
        try:
            await identity.table.transact(_writes(identity, before, after))
        except TransactionFailed as error:
            if 0 in error.failed:
                raise account_gone() from None
            await backoff.pause()
            continue
        return after
    raise Busy("Your e-mail address is being changed elsewhere. Please try again.")


def waiting_for(before: Email, pending: str | None) -> Email:
    """Returns the address of the account with another one that waits, for which there is no link yet."""
    return replace(
        before, pending=pending, pending_digest=None, pending_until=0, version=before.version + 1
    )


def _writes(identity: IdentityContext, before: Email, after: Email) -> Sequence[Write]:
    told = [promised_mail(identity, "confirm_address", user_uuid=after.user_uuid)]
    return [
        # Nothing of a person may appear after their erasure.
        Check(keys.user_key(after.user_uuid), [Exists(keys.PARTITION_KEY)]),
        Put(email_item(after), as_read(before)),
        *(told if after.pending else ()),
    ]


def as_read(email: Email) -> Condition:
    """The condition that the item is as it was read, or that there is still none."""
    return [Equals("version", email.version)] if email.version else IF_NEW
