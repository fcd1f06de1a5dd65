"""Whether this service sends mails, for routes that need it."""

from contextlib import suppress

from cruddur.domain.errors import Conflict, TableError, declare_code
from cruddur.domain.waiting_mail import FactorMail
from cruddur.identity.tell_of_factor import tell_of_factor
from cruddur.identity.tell_of_password import tell_of_password
from cruddur.web.http.context import Context

_OFF = declare_code("mail_off", "This service sends no e-mail: CRUDDUR_SMTP_URL is not set.")


def require_mail(context: Context) -> None:
    """Raises Conflict if no mail server is named."""
    if context.mails is None:
        raise Conflict(_OFF, "This service sends no e-mail. Ask the people who run it.")


async def mail_of_password(context: Context, user_uuid: str) -> None:
    """Promises a mail that the password was changed, if mails are sent. The change itself is done."""
    if context.mails is not None:
        with suppress(TableError):
            await tell_of_password(context.identity, user_uuid)
        context.mail_promised.set()


async def mail_of_factor(context: Context, user_uuid: str, kind: FactorMail) -> None:
    """Promises a mail that the ways in were changed, if mails are sent. The change itself is done."""
    if context.mails is not None:
        with suppress(TableError):
            await tell_of_factor(context.identity, user_uuid, kind)
        context.mail_promised.set()
