"""A real mail server on loopback, that keeps what it gets, and can refuse, stall and drop."""

import asyncio
import queue
import ssl
import subprocess
import threading
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

PATIENCE_SECONDS = 20
USER, PASSWORD = "mailer", "p@ss/word:%"


class Mailbox:
    """What the server got, in order. `to_recipient` and `to_mail` are its answers, if not 250."""

    def __init__(self) -> None:
        self.to_recipient: str | None = None
        self.to_mail: str | None = None
        self.tried = 0
        self._mails: queue.Queue[EmailMessage] = queue.Queue()

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.tried += 1
        if self.to_recipient is not None:
            return self.to_recipient
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.to_mail is not None:
            return self.to_mail
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=default)
        assert isinstance(mail, EmailMessage)
        mail["X-To"] = ",".join(envelope.rcpt_tos)
        mail["X-From"] = str(envelope.mail_from)
        self._mails.put(mail)
        return "250 2.0.0 OK"

    def wait(self) -> EmailMessage:
        """The next mail. Raises queue.Empty if none comes."""
        return self._mails.get(timeout=PATIENCE_SECONDS)

    async def next(self) -> EmailMessage:
        return await asyncio.to_thread(self.wait)

    @property
    def is_empty(self) -> bool:
        return self._mails.empty()


def plain(mail: EmailMessage) -> str:
    """The plain text of a mail, with the line ends of this machine."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def html(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def link_in(mail: EmailMessage) -> str:
    """The one line of the text that is a link, and the same as in the HTML."""
    (link,) = [line for line in plain(mail).splitlines() if line.startswith("http")]
    assert f'<a href="{link}">' in html(mail)
    return link


def _checked(
    _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any
) -> AuthResult:
    is_right = (given.login, given.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, handled=False)


@asynccontextmanager
async def mail_server(
    mailbox: Mailbox, *, certificate: Path | None = None, at_once: bool = False, auth: bool = False
) -> AsyncIterator[int]:
    """Serves on loopback and gives its port. With a certificate it offers STARTTLS, or TLS at once."""
    loop = asyncio.get_running_loop()
    context = tls_of(certificate) if certificate else None

    def protocol() -> SMTP:
        with warnings.catch_warnings():
            # It warns of a password without STARTTLS: here it is for connections that begin with TLS.
            warnings.simplefilter("ignore")
            return SMTP(
                mailbox,
                tls_context=None if at_once else context,
                require_starttls=context is not None and not at_once,
                auth_required=auth,
                auth_require_tls=not at_once and context is not None,
                authenticator=_checked if auth else None,
                hostname="mail.test",
                ident="test",
                loop=loop,
            )

    server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=context if at_once else None)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@contextmanager
def mail_server_beside(mailbox: Mailbox) -> Iterator[int]:
    """A server with an event loop in a thread of its own, for tests that have none."""
    ports: queue.Queue[int] = queue.Queue()
    loop, ending = asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        async with mail_server(mailbox) as port:
            ports.put(port)
            await ending.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        yield ports.get(timeout=PATIENCE_SECONDS)
    finally:
        loop.call_soon_threadsafe(ending.set)
        thread.join()
        loop.close()


@asynccontextmanager
async def silent_server(
    greeting: bytes = b"", *, drops: bool = False, reached: asyncio.Event | None = None
) -> AsyncIterator[int]:
    """A server that says no more than its greeting, or drops the connection then.

    It sets `reached` once the client has said something.
    """

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        if reached is not None:
            await reader.readline()
            reached.set()
        if not drops:
            await reader.read()  # until the client hangs up
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def make_certificate(folder: Path, name: str = "localhost") -> Path:
    """A new certificate for this name, which signs itself, with its key in one file."""
    path, key = folder / f"{name}.pem", folder / f"{name}.key"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    subprocess.run(
        [*command, "-keyout", str(key), "-out", str(path)], check=True, capture_output=True
    )
    path.write_text(path.read_text() + key.read_text())
    return path


def tls_of(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
