"""The mailer port: hands one mail to a mail server."""

from typing import Protocol

from cruddur.domain.waiting_mail import Mail


class MailError(Exception):
    """A mail was not sent. The text is for operators, and holds neither an address nor a password."""


class MailUnavailable(MailError):
    """The mail server is down, too slow, or takes nothing from us now. It holds for every mail."""


class MailDeferred(MailError):
    """The mail server does not take this mail now, and may take it later."""


class MailRefused(MailError):
    """The mail server refused this mail for good: nobody has the address, say."""


class Mailer(Protocol):
    """Sends mails, one at a time."""

    async def send(self, mail: Mail) -> None:
        """Returns once the server has taken the mail over.

        Raises MailUnavailable, MailDeferred, MailRefused. After MailUnavailable the server may have it
        all the same, if only its answer was lost.
        """
        ...

    async def close(self) -> None:
        """Ends a mail that is being sent, and the connection."""
        ...
