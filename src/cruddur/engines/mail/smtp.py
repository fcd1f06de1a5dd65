"""Sends mails by SMTP (RFC 5321), with the standard library's client in a thread of its own.

The client is blocking. Its thread serves nothing else, so that a server that stalls holds up neither a
request nor a password. A mail that takes too long is ended by closing its connection.
"""

import asyncio
import smtplib
import socket
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from typing import NamedTuple

from cruddur.domain.waiting_mail import Mail
from cruddur.engines.mail.server import MailServer
from cruddur.ports.clock import utc_now
from cruddur.ports.mailer import MailDeferred, MailError, MailRefused, MailUnavailable

STEP_SECONDS = 20.0
"""The longest wait for one answer of the server."""

MAIL_SECONDS = 60.0
"""The longest time for a whole mail. A server that answers letter by letter would never be too slow."""

_PERMANENT = 500


class Sender(NamedTuple):
    """The address from which mails come, and the name before it, which may be empty."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """The domain of the address: that of the ids of mails as well."""
        return self.address.rpartition("@")[2]


class SmtpMailer:
    """Sends each mail over a connection of its own. It is the port `Mailer`."""

    def __init__(
        self,
        server: MailServer,
        sender: Sender,
        *,
        clock: Callable[[], datetime] = utc_now,
        mail_seconds: float = MAIL_SECONDS,
    ) -> None:
        self._server = server
        self._sender = sender
        self._clock = clock
        self._mail_seconds = mail_seconds
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail")
        self._connection: smtplib.SMTP | None = None
        self._is_closed = False

    async def send(self, mail: Mail) -> None:
        if self._is_closed:
            raise MailUnavailable("the service stops")
        message = self._message(mail)
        loop = asyncio.get_running_loop()
        sending = loop.run_in_executor(self._thread, self._send, mail.to, message)
        sending.add_done_callback(_look_at)
        try:
            async with asyncio.timeout(self._mail_seconds):
                await asyncio.shield(sending)
        except TimeoutError:
            self._hang_up()
            await asyncio.wait([sending])  # the next mail must not begin in the middle of this one
            raise MailUnavailable("the mail server is too slow") from None
        except asyncio.CancelledError:
            self._hang_up()
            raise

    async def close(self) -> None:
        self._is_closed = True
        self._hang_up()
        await asyncio.to_thread(self._thread.shutdown)

    def _message(self, mail: Mail) -> EmailMessage:
        """Builds the mail (RFC 5322). Python's policy refuses a line break in any header."""
        message = EmailMessage(policy=SMTP_POLICY)
        message["From"] = Address(self._sender.name, addr_spec=self._sender.address)
        message["To"] = Address(addr_spec=mail.to)
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(self._clock())
        message["Message-ID"] = f"<{mail.mail_id}@{self._sender.domain}>"
        # RFC 3834, 5: no program that is away on holiday answers it.
        message["Auto-Submitted"] = "auto-generated"
        for name, value in mail.headers.items():
            message[name] = value
        message.set_content(mail.text)
        message.add_alternative(mail.html, subtype="html")
        return message

    def _send(self, to: str, message: EmailMessage) -> None:
        try:
            smtp = self._connect()
            try:
                smtp.send_message(message, self._sender.address, [to])
                with suppress(smtplib.SMTPException, OSError, ValueError):
                    smtp.quit()  # the mail is the server's by now, however it takes its leave
            finally:
                smtp.close()
        except smtplib.SMTPRecipientsRefused as error:
            raise _refusal(*error.recipients[to]) from None
        except smtplib.SMTPDataError as error:
            raise _refusal(error.smtp_code, error.smtp_error) from None
        except smtplib.SMTPAuthenticationError as error:
            raise MailUnavailable(f"the mail server refused the user: {error.smtp_code}") from None
        except smtplib.SMTPResponseException as error:
            raise MailUnavailable(f"the mail server answered {error.smtp_code}") from None
        except (smtplib.SMTPException, OSError, ValueError) as error:
            # ValueError: the connection was closed while the client was in the middle of it.
            raise MailUnavailable(_words_of(error)) from None
        finally:
            self._connection = None

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        if self._is_closed:
            raise MailUnavailable("the service stops")
        smtp = _client(server)
        self._connection = smtp
        try:
            smtp.connect(server.host, server.port)
            if server.tls == "starttls":
                smtp.starttls(context=ssl.create_default_context())
            if server.user:
                smtp.login(server.user, server.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _hang_up(self) -> None:
        """Ends the connection from this thread: what the other one waits for fails at once."""
        connection = self._connection
        sock = connection.sock if connection is not None else None
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


def _client(server: MailServer) -> smtplib.SMTP:
    """Returns a client that has not connected yet, so that its connection can be ended from outside."""
    name = "localhost"  # what EHLO says: the real name of a container is nobody's business
    smtp: smtplib.SMTP
    if server.tls == "at once":
        context = ssl.create_default_context()
        smtp = smtplib.SMTP_SSL(local_hostname=name, timeout=STEP_SECONDS, context=context)
    else:
        smtp = smtplib.SMTP(local_hostname=name, timeout=STEP_SECONDS)
    # The name that the certificate must have. The client knows it only if its constructor connects.
    smtp._host = server.host  # type: ignore[attr-defined]  # noqa: SLF001
    return smtp


def _look_at(sending: asyncio.Future[None]) -> None:
    """Asyncio would log the failure of a mail for whose end nobody waits."""
    if not sending.cancelled():
        sending.exception()


def _refusal(code: int, answer: bytes | str) -> MailError:
    """What an answer to the recipient or to the mail itself means (RFC 5321, 4.2.1).

    Only the code of it is repeated: servers write the address into their text.
    """
    enhanced = answer if isinstance(answer, str) else answer.decode("ascii", "replace")
    status = enhanced.split(" ")[0]
    shown = f"{code} {status}" if status.count(".") == 2 and len(status) <= 9 else str(code)  # noqa: PLR2004  RFC 3463
    kind = MailRefused if code >= _PERMANENT else MailDeferred
    return kind(f"the mail server answered {shown}")


def _words_of(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the mail server's certificate is not valid: {error.verify_message}"
    if isinstance(error, TimeoutError):
        return "the mail server is too slow"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "the mail server ended the connection"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "the mail server offers no STARTTLS, or no way of signing in"
    return f"the mail server cannot be reached: {getattr(error, 'strerror', None) or error!r}"
