"""Mails of what stayed unread: after an hour, once a day, never twice, and not of what is quiet."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest
from tests.mail_server import Mailbox, html, mail_server, plain
from tests.stage import Clock, Stream, beside, process

from cruddur.domain.errors import Conflict, NotFound
from cruddur.domain.model import User
from cruddur.domain.row_settings import RowSettings
from cruddur.engines.mail.server import server_of
from cruddur.engines.mail.smtp import Sender, SmtpMailer
from cruddur.identity.confirm_email import confirm_email
from cruddur.identity.context import IdentityContext
from cruddur.identity.create_account import create_account
from cruddur.identity.digests import (
    start_digests,
    stop_digests,
    stop_token_of,
    user_of_stop_token,
    wants_digests,
)
from cruddur.identity.mail_context import MailContext
from cruddur.identity.promise_digests import promise_digests
from cruddur.identity.remove_email import remove_email
from cruddur.identity.send_mails import send_mails
from cruddur.identity.set_email import begin_confirmation
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.inbox.change_row_settings import change_row_settings
from cruddur.messaging.inbox.mark_read import mark_read
from cruddur.messaging.messages.send_message import send_message
from cruddur.messaging.people.block_person import block_person
from cruddur.messaging.people.find_digest import find_digest
from cruddur.ports.table import Table

PASSWORD = "correct horse"
PLACE = "https://chat.example.com"
pytestmark = pytest.mark.every_engine


@pytest.fixture
def identity(table: Table, clock: Clock) -> IdentityContext:
    return process(table, clock)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
async def mails(
    identity: IdentityContext, messaging: MessagingContext, mailbox: Mailbox, clock: Clock
) -> AsyncIterator[MailContext]:
    async with mail_server(mailbox) as port:
        server = server_of(f"smtp://localhost:{port}")
        mailer = SmtpMailer(server, Sender("", "chat@example.com"), clock=clock)
        unread = partial(find_digest, messaging)
        yield MailContext(identity, mailer, PLACE, unread=unread)
        await mailer.close()


@pytest.fixture
async def maya(mails: MailContext, mailbox: Mailbox) -> User:
    """Somebody whose address is confirmed."""
    user = await create_account(mails.identity, "maya", "Maya", PASSWORD)
    await begin_confirmation(mails.identity, user.user_uuid, "maya@example.com")
    await send_mails(mails)
    token = plain(mailbox.wait()).partition("#")[2].split()[0]
    await confirm_email(mails.identity, token)
    return user


@pytest.fixture
async def tomas(identity: IdentityContext) -> User:
    return await create_account(identity, "tomas", "Tomás <b>", PASSWORD)


def world(mails: MailContext) -> tuple[MessagingContext, Clock]:
    """What lies behind the mails: the messages, and the time."""
    messaging, clock = mails.unread.args[0], mails.identity.clock  # type: ignore[attr-defined]
    assert isinstance(messaging, MessagingContext)
    assert isinstance(clock, Clock)
    return messaging, clock


async def looked(mails: MailContext) -> int:
    promised = await promise_digests(mails)
    await send_mails(mails)
    return promised


async def test_a_mail_tells_of_what_stayed_unread_for_an_hour_once_a_day(
    mails: MailContext, mailbox: Mailbox, stream: Stream, maya: User, tomas: User
) -> None:
    messaging, clock = world(mails)
    first = await start_direct_group(messaging, tomas, maya, "The secret plan")
    await send_message(messaging, tomas, first.message_group_uuid, "And more")
    await stream.project(messaging)
    clock.turn(minutes=59)
    assert await looked(mails) == 0
    clock.turn(minutes=1)
    assert await looked(mails) == 1
    mail = mailbox.wait()
    assert (mail["X-To"], mail["Subject"]) == ("maya@example.com", "You have 2 unread messages")
    assert "2 from Tomás <b>" in plain(mail)
    assert "2 from Tomás &lt;b&gt;" in html(mail)
    assert "secret" not in plain(mail) + html(mail)
    for _ in range(23):
        clock.turn(hours=1)
        assert await looked(mails) == 0
    clock.turn(hours=1)
    assert await looked(mails) == 0  # of these it has told
    await send_message(messaging, tomas, first.message_group_uuid, "Are you there?")
    await stream.project(messaging)
    clock.turn(hours=1)
    assert await looked(mails) == 1
    assert mailbox.wait()["Subject"] == "You have 3 unread messages"


async def test_the_mail_stops_by_its_header_and_a_link(
    mails: MailContext, mailbox: Mailbox, stream: Stream, maya: User, tomas: User
) -> None:
    messaging, clock = world(mails)
    await start_direct_group(messaging, tomas, maya, "Hello")
    clock.turn(hours=1)
    await looked(mails)
    mail = mailbox.wait()
    link = f"{PLACE}/stop-mails/{stop_token_of(mails.identity, maya.user_uuid)}"
    assert mail["List-Unsubscribe"] == f"<{link}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in plain(mail)
    assert f'href="{link}"' in html(mail)
    assert user_of_stop_token(mails.identity, link.rpartition("/")[2]) == maya.user_uuid


async def test_what_is_quiet_read_or_blocked_is_not_told_of(
    mails: MailContext, messaging: MessagingContext, clock: Clock, maya: User, tomas: User
) -> None:
    muted = (await start_direct_group(messaging, tomas, maya, "Hello")).message_group_uuid
    others = [await create_account(mails.identity, n, n, PASSWORD) for n in ("ada", "ben", "cleo")]
    groups = [
        (await start_direct_group(messaging, one, maya, "Hello")).message_group_uuid
        for one in others
    ]
    cold = beside(messaging)
    await change_row_settings(cold, maya.user_uuid, muted, RowSettings(muted_until="always"))
    await change_row_settings(cold, maya.user_uuid, groups[0], RowSettings(archived=True))
    await mark_read(cold, maya.user_uuid, groups[1], 1)
    await block_person(cold, maya, others[2])
    clock.turn(hours=2)
    assert await find_digest(cold, maya.user_uuid, "") is None
    assert await looked(mails) == 0


async def test_a_conversation_that_goes_on_is_told_of_too(
    mails: MailContext, mailbox: Mailbox, stream: Stream, maya: User, tomas: User
) -> None:
    messaging, clock = world(mails)
    first = await start_direct_group(messaging, tomas, maya, "Hello")
    is_told = []
    for _ in range(3):
        clock.turn(minutes=20)
        await send_message(messaging, tomas, first.message_group_uuid, "And more")
        await stream.project(messaging)
        found = await find_digest(beside(messaging), maya.user_uuid, "")
        is_told.append(found is not None)
    assert is_told == [False, False, True]


async def test_what_is_read_before_the_mail_leaves_is_not_told(
    mails: MailContext, mailbox: Mailbox, stream: Stream, maya: User, tomas: User
) -> None:
    messaging, clock = world(mails)
    first = await start_direct_group(messaging, tomas, maya, "Hello")
    clock.turn(hours=1)
    assert await promise_digests(mails) == 1
    await mark_read(messaging, maya.user_uuid, first.message_group_uuid, 1)
    await send_mails(mails)
    assert mailbox.is_empty


async def test_of_many_processes_one_promises(
    mails: MailContext, messaging: MessagingContext, clock: Clock, maya: User, tomas: User
) -> None:
    await start_direct_group(messaging, tomas, maya, "Hello")
    clock.turn(hours=1)
    assert sum(await asyncio.gather(*(promise_digests(mails) for _ in range(4)))) == 1


async def test_they_are_on_with_an_address_and_end_with_it_or_by_a_word(
    mails: MailContext, mailbox: Mailbox, maya: User, tomas: User
) -> None:
    identity = mails.identity
    assert await wants_digests(identity, maya.user_uuid)
    await stop_digests(identity, maya.user_uuid)
    assert not await wants_digests(identity, maya.user_uuid)
    await start_digests(identity, maya.user_uuid)
    await start_digests(identity, maya.user_uuid)
    await remove_email(identity, maya, PASSWORD)
    assert not await wants_digests(identity, maya.user_uuid)
    with pytest.raises(Conflict):
        await start_digests(identity, tomas.user_uuid)


async def test_a_stop_link_that_was_changed_works_for_nobody(
    identity: IdentityContext, maya: User
) -> None:
    token = stop_token_of(identity, maya.user_uuid)
    other = ("B" if token[0] == "A" else "A") + token[1:]
    for wrong in ("", "x", "é", token[:-1], token.swapcase(), other, token + "A"):
        with pytest.raises(NotFound):
            user_of_stop_token(identity, wrong)
    before = IdentityContext(identity.table, b"1" * 32, secret_before=identity.secret)
    assert user_of_stop_token(before, token) == maya.user_uuid
