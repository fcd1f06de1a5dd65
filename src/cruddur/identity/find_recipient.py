"""Find whom a mail that was promised goes to, at the moment at which it is to be sent."""

from typing import NamedTuple

from cruddur.domain.email_address import Email
from cruddur.domain.errors import NotFound
from cruddur.domain.model import User
from cruddur.domain.waiting_mail import WaitingMail
from cruddur.identity.context import IdentityContext
from cruddur.identity.find_email import find_email, find_owner
from cruddur.identity.find_user import find_user_by_handle, read_user


class Recipient(NamedTuple):
    """The person whom a mail is about, what is known of their address, and the address it goes to."""

    user: User
    email: Email
    to: str

    def __repr__(self) -> str:
        return f"Recipient({self.user.user_uuid!r})"


async def find_recipient(identity: IdentityContext, waiting: WaitingMail) -> Recipient | None:
    """Returns whom the mail goes to; None if there is nobody, or no such address any more.

    People who are disabled get none. Raises TableUnavailable.
    """
    user_uuid = await _forgetful(identity, waiting.who) if waiting.who else waiting.user_uuid
    try:
        # Not from memory: the account may have been disabled or erased a moment ago.
        user = await read_user.plain(identity, user_uuid or "")
    except NotFound:
        return None
    email = await find_email(identity, user.user_uuid)
    waits = email.pending if waiting.kind == "confirm_address" else email.address
    to = waiting.to or waits
    return Recipient(user, email, to) if to and user.disabled_at is None else None


async def _forgetful(identity: IdentityContext, who: str) -> str | None:
    """The uuid of the person whose handle, or confirmed address, somebody has typed."""
    if "@" in who[1:]:
        return await find_owner(identity, who)
    try:
        return (await find_user_by_handle(identity, who)).user_uuid
    except NotFound:
        return None
