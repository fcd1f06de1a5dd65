"""Mails reach a real server: with TLS, with a password, and not where either is wrong."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.mail_server import (
    PASSWORD,
    USER,
    Mailbox,
    html,
    mail_server,
    make_certificate,
    plain,
    silent_server,
)
from tests.stage import Clock

from cruddur.domain.waiting_mail import Mail
from cruddur.engines.mail.server import server_of
from cruddur.engines.mail.smtp import Sender, SmtpMailer
from cruddur.ports.mailer import MailDeferred, MailRefused, MailUnavailable

MAIL = Mail(
    mail_id="0192",
    to="maya@example.com",
    subject="Grüße",
    text="Hello,\n\n.a line that begins with a dot\n",
    html="<p>Hello</p>\n",
)
SENDER = Sender("Crüddur", "chat@example.com")
AS_USER = f"{USER}:{quote(PASSWORD, safe='')}@"


@asynccontextmanager
async def opened(url: str, seconds: float = 30) -> AsyncIterator[SmtpMailer]:
    mailer = SmtpMailer(server_of(url), SENDER, clock=Clock(), mail_seconds=seconds)
    yield mailer
    await mailer.close()


async def failure(url: str, seconds: float = 30) -> str:
    async with opened(url, seconds) as mailer:
        with pytest.raises(MailUnavailable) as error:
            await mailer.send(MAIL)
    assert PASSWORD not in str(error.value)
    assert MAIL.to not in str(error.value)
    return str(error.value)


async def test_a_mail_arrives_with_all_that_a_mail_has(mailbox: Mailbox) -> None:
    async with mail_server(mailbox) as port, opened(f"smtp://localhost:{port}") as mailer:
        await mailer.send(MAIL)
    mail = mailbox.wait()
    assert (mail["X-From"], mail["X-To"]) == ("chat@example.com", "maya@example.com")
    assert (mail["From"], mail["To"]) == ("Crüddur <chat@example.com>", "maya@example.com")
    assert (mail["Subject"], mail["Message-ID"]) == ("Grüße", "<0192@example.com>")
    assert mail["Date"] == "Mon, 23 Nov 2026 09:00:00 +0000"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "multipart/alternative"
    assert (plain(mail), html(mail)) == (MAIL.text, MAIL.html)


@pytest.mark.parametrize("at_once", [True, False], ids=["smtps", "STARTTLS"])
async def test_the_password_is_given_over_tls(
    mailbox: Mailbox, trusted: Path, at_once: bool
) -> None:
    url = "smtps://{}localhost:{}" if at_once else "smtp://{}localhost:{}?tls=always"
    async with mail_server(mailbox, certificate=trusted, at_once=at_once, auth=True) as port:
        async with opened(url.format(AS_USER, port)) as mailer:
            await mailer.send(MAIL)
            await mailer.send(MAIL)
        wrong = await failure(url.format(f"{USER}:wrong@", port))
    assert wrong == "the mail server refused the user: 535"
    assert [mailbox.wait()["Message-ID"] for _ in range(2)] == ["<0192@example.com>"] * 2
    assert mailbox.is_empty


@pytest.mark.parametrize("at_once", [True, False], ids=["smtps", "STARTTLS"])
async def test_a_certificate_of_another_is_not_believed(
    mailbox: Mailbox, trusted: Path, tmp_path: Path, at_once: bool
) -> None:
    others = make_certificate(tmp_path)
    url = "smtps://{}localhost:{}" if at_once else "smtp://{}localhost:{}?tls=always"
    async with mail_server(mailbox, certificate=others, at_once=at_once, auth=True) as port:
        why = await failure(url.format(AS_USER, port))
    assert why.startswith("the mail server's certificate is not valid: ")
    assert mailbox.is_empty


async def test_a_certificate_for_another_name_is_not_believed(
    mailbox: Mailbox, trusted: Path
) -> None:
    async with mail_server(mailbox, certificate=trusted, at_once=True, auth=True) as port:
        why = await failure(f"smtps://{AS_USER}127.0.0.1:{port}")
    assert "127.0.0.1" in why


async def test_without_starttls_nothing_is_sent_where_it_must_be(mailbox: Mailbox) -> None:
    async with mail_server(mailbox) as port:
        why = await failure(f"smtp://{AS_USER}localhost:{port}?tls=always")
    assert why == "the mail server offers no STARTTLS, or no way of signing in"
    assert mailbox.is_empty


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("550 5.1.1 maya@example.com: nobody", MailRefused),
        ("450 4.2.1 come back", MailDeferred),
        ("421 4.3.2 going down", MailDeferred),
    ],
)
async def test_an_answer_to_the_recipient_counts_for_this_mail_alone(
    mailbox: Mailbox, answer: str, expected: type[Exception]
) -> None:
    mailbox.to_recipient = answer
    async with mail_server(mailbox) as port, opened(f"smtp://localhost:{port}") as mailer:
        with pytest.raises(expected) as error:
            await mailer.send(MAIL)
        mailbox.to_recipient = None
        await mailer.send(MAIL)
    assert str(error.value) == f"the mail server answered {answer[:9]}"


@pytest.mark.parametrize(
    ("answer", "expected"), [("554 5.7.1 spam", MailRefused), ("452 4.3.1 full", MailDeferred)]
)
async def test_an_answer_to_the_mail_does_too(
    mailbox: Mailbox, answer: str, expected: type[Exception]
) -> None:
    mailbox.to_mail = answer
    async with mail_server(mailbox) as port, opened(f"smtp://localhost:{port}") as mailer:
        with pytest.raises(expected):
            await mailer.send(MAIL)


async def test_a_server_that_says_nothing_is_given_up(mailbox: Mailbox) -> None:
    for greeting in (b"", b"220 mail.test\r\n", b"220-mail"):
        async with silent_server(greeting) as port:
            why = await failure(f"smtp://localhost:{port}", seconds=0.2)
        assert why == "the mail server is too slow"


async def test_a_server_that_drops_or_is_away_is_told_apart(mailbox: Mailbox) -> None:
    async with silent_server(b"220 mail.test\r\n", drops=True) as port:
        assert await failure(f"smtp://localhost:{port}") == "the mail server ended the connection"
    assert "cannot be reached" in await failure(f"smtp://localhost:{port}")


async def test_a_stop_ends_a_mail_that_stalls(mailbox: Mailbox) -> None:
    reached = asyncio.Event()
    async with silent_server(b"220 mail.test\r\n", reached=reached) as port:
        mailer = SmtpMailer(server_of(f"smtp://localhost:{port}"), SENDER)
        sending = asyncio.create_task(mailer.send(MAIL))
        await reached.wait()
        sending.cancel()
        await asyncio.wait([sending])
        async with asyncio.timeout(10):
            await mailer.close()
        with pytest.raises(MailUnavailable, match="the service stops"):
            await mailer.send(MAIL)


@pytest.mark.parametrize("name", ["subject", "to"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
async def test_no_header_can_hold_another(mailbox: Mailbox, name: str, end: str) -> None:
    fields = {**{one: getattr(MAIL, one) for one in MAIL.__struct_fields__}}
    fields[name] += f"{end}Bcc: mallory@example.com"
    async with mail_server(mailbox) as port, opened(f"smtp://localhost:{port}") as mailer:
        with pytest.raises(ValueError, match=r"."):
            await mailer.send(Mail(**fields))
    assert mailbox.is_empty
    assert mailbox.tried == 0
