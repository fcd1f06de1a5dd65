"""Opens what sends mails, if the settings name a mail server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from cruddur.config import Settings, WrongSetting
from cruddur.domain.email_address import is_email_address
from cruddur.engines.mail.server import MailServer, server_of
from cruddur.identity.context import IdentityContext
from cruddur.identity.mail_context import MailContext

if TYPE_CHECKING:
    from cruddur.engines.mail.smtp import Sender


@asynccontextmanager
async def open_mail(
    settings: Settings, identity: IdentityContext
) -> AsyncIterator[MailContext | None]:
    """Opens the mailer; None where no mail server is named. It connects only to send.

    Raises WrongSetting.
    """
    server = mail_server_of(settings)
    if server is None:
        yield None
        return
    from cruddur.engines.mail.smtp import SmtpMailer  # noqa: PLC0415  slow

    mailer = SmtpMailer(server, sender_of(settings), clock=identity.clock)
    try:
        yield MailContext(identity, mailer, public_url_of(settings))
    finally:
        await mailer.close()


def mail_server_of(settings: Settings) -> MailServer | None:
    """Returns the mail server. Raises WrongSetting, whose line holds nothing of the URL."""
    if settings.smtp_url is None:
        return None
    try:
        return server_of(settings.smtp_url)
    except ValueError as error:
        raise WrongSetting(f"CRUDDUR_SMTP_URL {error}") from None


def sender_of(settings: Settings) -> "Sender":
    """Returns the address from which mails come. Raises WrongSetting."""
    name, address = "", (settings.mail_from or "").strip()
    if address.endswith(">"):
        name, _, address = address[:-1].rpartition("<")
    if not is_email_address(address):
        raise WrongSetting(
            "CRUDDUR_MAIL_FROM must be an address like chat@example.com or Cruddur <chat@example.com>, "
            "since CRUDDUR_SMTP_URL is set"
        )
    from cruddur.engines.mail.smtp import Sender  # noqa: PLC0415  slow

    return Sender(name.strip(), address)


def public_url_of(settings: Settings) -> str:
    """Returns what links begin with. Raises WrongSetting."""
    if settings.public_url is None:
        raise WrongSetting(
            "CRUDDUR_PUBLIC_URL must say where people open the service, since mails hold links to it "
            "(CRUDDUR_SMTP_URL is set)"
        )
    return settings.public_url
