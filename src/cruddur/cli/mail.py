"""`cruddur mail`: try the mail server, and see how many mails wait."""

import uuid

import rich_click as click

from cruddur.bootstrap import Application
from cruddur.cli.runtime import TABLE_FLAGS, fail, run, setting_flags
from cruddur.domain.email_address import checked_email_address
from cruddur.domain.waiting_mail import Mail
from cruddur.identity.count_waiting_mails import count_waiting_mails
from cruddur.identity.mail_texts import trial_mail
from cruddur.ports.mailer import MailError


@click.group()
def mail() -> None:
    """Mails that the service sends."""


@mail.command()
@click.argument("address")
@setting_flags(*TABLE_FLAGS, "mail_from", "public_url")
def test(address: str, **given: str | None) -> None:
    """Send a mail to ADDRESS now, by the mail server of the settings.

    It says in one line why the server does not take it. That it takes a mail does not mean that it
    arrives: look there, and in the spam folder.
    """

    async def work(application: Application) -> None:
        to = checked_email_address(address)
        if application.mails is None:
            fail("CRUDDUR_SMTP_URL is not set: no mail is sent")
        text = trial_mail(application.mails.public_url)
        sent = Mail(
            mail_id=str(uuid.uuid4()),
            to=to,
            subject=text.subject,
            text=text.text,
            html=text.html,
        )
        try:
            await application.mails.mailer.send(sent)
        except MailError as error:
            fail(str(error))

    run(given, work)
    click.echo("the mail server has taken the mail")


@mail.command()
@setting_flags(*TABLE_FLAGS)
def waiting(**given: str | None) -> None:
    """Count the mails that were promised and are not sent yet."""

    async def work(application: Application) -> int:
        return await count_waiting_mails(application.identity)

    click.echo(f"{run(given, work):,} mails wait")
