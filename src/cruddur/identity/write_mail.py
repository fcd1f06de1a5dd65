"""Write a mail that was promised, at the moment at which it is sent.

Only now a link is made: so the mail that waits holds no secret, and the hour of a link begins when the
mail leaves. A mail that is sent once more has a newer link, which replaces the one before.
"""

from datetime import timedelta

from cruddur.domain.errors import ConditionFailed
from cruddur.domain.waiting_mail import WaitingMail
from cruddur.identity import mail_texts
from cruddur.identity.digests import stop_token_of, wants_digests
from cruddur.identity.find_recipient import Recipient
from cruddur.identity.link_tokens import new_token
from cruddur.identity.mail_context import MailContext
from cruddur.identity.mail_texts import MailText
from cruddur.identity.make_reset_token import reset_token_of
from cruddur.ports.table import Equals, Update
from cruddur.schema.email_items import email_key

CONFIRM_WITHIN = timedelta(days=1)


async def write_mail(
    mails: MailContext, waiting: WaitingMail, recipient: Recipient
) -> MailText | None:
    """Returns the text, or None if it is of no use any more. Raises TableUnavailable."""
    place = mails.public_url
    match waiting.kind:
        case "confirm_address":
            return await _confirm_address(mails, recipient)
        case "password_forgotten":
            made = await reset_token_of(mails.identity, recipient.user)
            link = f"{place}/reset#{made.token}"
            return mail_texts.password_forgotten(recipient.user, place, link)
        case "digest":
            return await _digest(mails, waiting, recipient)
        case _:
            return mail_texts.told(waiting.kind, recipient.user, place)


async def _digest(
    mails: MailContext, waiting: WaitingMail, recipient: Recipient
) -> MailText | None:
    user_uuid = recipient.user.user_uuid
    if not await wants_digests(mails.identity, user_uuid):  # they stopped them just now
        return None
    found = await mails.unread(user_uuid, waiting.after)
    if found is None:  # they have read it meanwhile
        return None
    stop = f"{mails.public_url}/stop-mails/{stop_token_of(mails.identity, user_uuid)}"
    return mail_texts.digest(found, mails.public_url, stop)


async def _confirm_address(mails: MailContext, recipient: Recipient) -> MailText | None:
    user, place = recipient.user, mails.public_url
    token = new_token(user.user_uuid)
    until = int((mails.identity.clock() + CONFIRM_WITHIN).timestamp())
    values = {"pending_digest": token.digest, "pending_until": until}
    still_waits = [Equals("pending", recipient.to)]
    try:
        await mails.identity.table.update(
            Update(email_key(user.user_uuid), values, condition=still_waits)
        )
    except ConditionFailed:  # it was changed just now: another mail is on its way
        return None
    link = f"{place}/confirm-email#{token.text}"
    return mail_texts.confirm_address(user, place, link)
