"""An address counts once it is confirmed; mails are sent by one of many processes, and none is lost."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from tests.mail_server import Mailbox, html, link_in, mail_server, plain
from tests.stage import Clock, Interrupted, process

from cruddur.domain.email_address import Email
from cruddur.domain.errors import Conflict, Forbidden, Invalid, NotFound, TableUnavailable
from cruddur.domain.model import User
from cruddur.engines.mail.server import server_of
from cruddur.engines.mail.smtp import Sender, SmtpMailer
from cruddur.identity.ask_for_reset import ask_for_reset
from cruddur.identity.confirm_email import confirm_email
from cruddur.identity.context import IdentityContext
from cruddur.identity.count_mail import HOUR_MOST
from cruddur.identity.create_account import create_account
from cruddur.identity.disable_account import disable_account
from cruddur.identity.find_email import find_email
from cruddur.identity.mail_context import MailContext
from cruddur.identity.remove_email import remove_email
from cruddur.identity.reset_password import reset_password
from cruddur.identity.send_mails import TAKEN_FOR_SECONDS, send_mails
from cruddur.identity.set_email import begin_confirmation, set_email
from cruddur.identity.set_password import set_password
from cruddur.identity.sign_in import sign_in
from cruddur.identity.tell_of_password import tell_of_password
from cruddur.ports.mailer import MailUnavailable
from cruddur.ports.table import Query, Table
from cruddur.schema.mail_items import MAIL_PK

pytestmark = pytest.mark.every_engine

PASSWORD, NEW = "correct horse", "battery staple"
PLACE = "https://chat.example.com"
OLD_ADDRESS, ADDRESS = "old@example.com", "Maya@example.com"


@pytest.fixture
def identity(table: Table, clock: Clock) -> IdentityContext:
    return process(table, clock)


@pytest.fixture
async def maya(identity: IdentityContext) -> User:
    return await create_account(identity, "maya", "Visit http://evil.example", PASSWORD)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
async def mails(
    identity: IdentityContext, mailbox: Mailbox, clock: Clock
) -> AsyncIterator[MailContext]:
    async with mail_server(mailbox) as port:
        mailer = SmtpMailer(
            server_of(f"smtp://localhost:{port}"), Sender("", "chat@example.com"), clock=clock
        )
        yield MailContext(identity, mailer, PLACE)
        await mailer.close()


async def token_by_mail(mails: MailContext, mailbox: Mailbox) -> str:
    await send_mails(mails)
    return link_in(mailbox.wait()).partition("#")[2]


async def confirmed(mails: MailContext, mailbox: Mailbox, user: User, address: str) -> Email:
    await begin_confirmation(mails.identity, user.user_uuid, address)
    return await confirm_email(mails.identity, await token_by_mail(mails, mailbox))


async def waiting(identity: IdentityContext) -> int:
    return len((await identity.table.query(Query(MAIL_PK))).items)


async def test_an_address_counts_once_its_link_was_used(
    mails: MailContext, mailbox: Mailbox, maya: User
) -> None:
    set_now = await set_email(mails.identity, maya, f" {ADDRESS} ", PASSWORD)
    assert (set_now.address, set_now.pending) == (None, ADDRESS)
    await send_mails(mails)
    mail = mailbox.wait()
    assert mail["X-To"] == ADDRESS
    assert link_in(mail).startswith(f"{PLACE}/confirm-email#")
    assert "@maya" in plain(mail)
    assert "evil" not in plain(mail) + html(mail) + mail["Subject"]
    token = link_in(mail).partition("#")[2]
    assert (await confirm_email(mails.identity, token)).address == ADDRESS
    email = await find_email(mails.identity, maya.user_uuid)
    assert (email.address, email.pending, email.version) == (ADDRESS, None, 2)
    with pytest.raises(NotFound):  # once
        await confirm_email(mails.identity, token)
    assert await waiting(mails.identity) == 0


async def test_the_password_is_asked_and_a_wrong_address_is_refused(
    identity: IdentityContext, maya: User
) -> None:
    with pytest.raises(Forbidden):
        await set_email(identity, maya, ADDRESS, NEW)
    with pytest.raises(Invalid):
        await set_email(identity, maya, "maya", PASSWORD)
    with pytest.raises(Forbidden):
        await remove_email(identity, maya, NEW)
    assert (await find_email(identity, maya.user_uuid)).version == 0
    assert await waiting(identity) == 0


async def test_another_address_tells_the_old_one_when_it_begins_to_count(
    mails: MailContext, mailbox: Mailbox, maya: User
) -> None:
    await confirmed(mails, mailbox, maya, OLD_ADDRESS)
    await begin_confirmation(mails.identity, maya.user_uuid, ADDRESS)
    token = await token_by_mail(mails, mailbox)
    assert (await find_email(mails.identity, maya.user_uuid)).address == OLD_ADDRESS
    await send_mails(mails)
    assert mailbox.is_empty
    await confirm_email(mails.identity, token)
    await send_mails(mails)
    told = mailbox.wait()
    assert (told["X-To"], told["Subject"]) == (OLD_ADDRESS, "Your e-mail address was changed")
    assert ADDRESS.lower() not in (plain(told) + html(told)).lower()
    await remove_email(mails.identity, maya, PASSWORD)
    await send_mails(mails)
    assert mailbox.wait()["X-To"] == ADDRESS
    assert (await find_email(mails.identity, maya.user_uuid)).address is None


async def test_a_newer_link_or_a_day_ends_a_link(
    mails: MailContext, mailbox: Mailbox, maya: User, clock: Clock
) -> None:
    await begin_confirmation(mails.identity, maya.user_uuid, ADDRESS)
    older = await token_by_mail(mails, mailbox)
    await begin_confirmation(mails.identity, maya.user_uuid, ADDRESS)
    with pytest.raises(NotFound):  # at once, before the newer one is sent
        await confirm_email(mails.identity, older)
    newer = await token_by_mail(mails, mailbox)
    clock.turn(days=1)
    for token in (older, newer, "", "x", newer.swapcase()):
        with pytest.raises(NotFound):
            await confirm_email(mails.identity, token)


async def test_an_address_is_of_one_account_and_free_when_that_leaves_it(
    mails: MailContext, mailbox: Mailbox, maya: User
) -> None:
    other = await create_account(mails.identity, "bayko", "Bayko", PASSWORD)
    await confirmed(mails, mailbox, maya, ADDRESS)
    with pytest.raises(Conflict) as taken:
        await confirmed(mails, mailbox, other, ADDRESS.upper())
    assert taken.value.code == "email_taken"
    await remove_email(mails.identity, maya, PASSWORD)
    await send_mails(mails)
    mailbox.wait()
    assert (await confirmed(mails, mailbox, other, ADDRESS)).user_uuid == other.user_uuid


async def test_of_two_who_confirm_one_address_at_once_one_gets_it(
    mails: MailContext, mailbox: Mailbox, maya: User, clock: Clock
) -> None:
    identity = mails.identity
    other = await create_account(identity, "bayko", "Bayko", PASSWORD)
    tokens = []
    for user in (maya, other):
        await begin_confirmation(identity, user.user_uuid, ADDRESS)
        tokens.append(await token_by_mail(mails, mailbox))

    async def overtake() -> None:
        await confirm_email(identity, tokens[1])

    slow = process(Interrupted(identity.table, "transact", overtake), clock)
    with pytest.raises(NotFound):
        await confirm_email(slow, tokens[0])
    assert (await find_email(identity, other.user_uuid)).address == ADDRESS
    assert (await find_email(identity, maya.user_uuid)).address is None


@pytest.mark.parametrize("who", ["maya", "@Maya", " MAYA ", ADDRESS, ADDRESS.upper()])
async def test_a_forgotten_password_is_set_by_a_link(
    mails: MailContext, mailbox: Mailbox, maya: User, who: str
) -> None:
    await confirmed(mails, mailbox, maya, ADDRESS)
    await ask_for_reset(mails.identity, who)
    await send_mails(mails)
    mail = mailbox.wait()
    assert (mail["X-To"], link_in(mail)[: len(PLACE) + 7]) == (ADDRESS, f"{PLACE}/reset#")
    await reset_password(mails.identity, link_in(mail).partition("#")[2], NEW)
    assert (await sign_in(mails.identity, "maya", NEW)).user.handle == "maya"


@pytest.mark.parametrize(
    "who", ["nobody", "nobody@example.com", "bayko", "new@example.com", "é", "\0"]
)
async def test_where_nobody_has_confirmed_an_address_nothing_is_sent(
    mails: MailContext, mailbox: Mailbox, maya: User, who: str
) -> None:
    await confirmed(mails, mailbox, maya, ADDRESS)
    other = await create_account(mails.identity, "bayko", "Bayko", PASSWORD)
    await begin_confirmation(mails.identity, other.user_uuid, "new@example.com")
    await send_mails(mails)
    mailbox.wait()
    await ask_for_reset(mails.identity, who)
    assert await send_mails(mails) is None
    assert mailbox.is_empty
    assert await waiting(mails.identity) == 0


async def test_people_who_are_disabled_get_no_mail(
    mails: MailContext, mailbox: Mailbox, maya: User
) -> None:
    await confirmed(mails, mailbox, maya, ADDRESS)
    await disable_account(mails.identity, "maya")
    await ask_for_reset(mails.identity, "maya")
    await send_mails(mails)
    assert mailbox.is_empty


async def test_another_password_ends_the_link(
    mails: MailContext, mailbox: Mailbox, maya: User
) -> None:
    await confirmed(mails, mailbox, maya, ADDRESS)
    await ask_for_reset(mails.identity, "maya")
    token = await token_by_mail(mails, mailbox)
    await set_password(mails.identity, "maya", "paper airplane")
    with pytest.raises(NotFound):
        await reset_password(mails.identity, token, NEW)
    assert (await sign_in(mails.identity, "maya", "paper airplane")).user.handle == "maya"


async def test_so_many_mails_an_hour_go_to_one_address_whoevers_it_is(
    mails: MailContext, mailbox: Mailbox, maya: User, clock: Clock
) -> None:
    await confirmed(mails, mailbox, maya, ADDRESS)
    for number in range(HOUR_MOST):
        other = await create_account(mails.identity, f"flood{number}", "F", PASSWORD)
        await begin_confirmation(mails.identity, other.user_uuid, ADDRESS)
    await send_mails(mails)
    arrived = [mailbox.wait() for _ in range(HOUR_MOST - 1)]
    assert mailbox.is_empty
    assert len(arrived) == HOUR_MOST - 1
    assert mails.outcomes["limited"] == 1
    clock.turn(hours=1)
    await ask_for_reset(mails.identity, "maya")
    assert await token_by_mail(mails, mailbox)


async def test_a_link_that_came_stays_good_when_further_ones_are_too_many(
    mails: MailContext, mailbox: Mailbox, maya: User
) -> None:
    await confirmed(mails, mailbox, maya, ADDRESS)
    for _ in range(HOUR_MOST + 3):
        await ask_for_reset(mails.identity, "maya")
    await send_mails(mails)
    mailed = [mailbox.wait() for _ in range(HOUR_MOST - 1)]
    assert mailbox.is_empty
    await reset_password(mails.identity, link_in(mailed[-1]).partition("#")[2], NEW)


async def test_two_processes_send_a_mail_once(
    mails: MailContext, mailbox: Mailbox, maya: User, clock: Clock
) -> None:
    others = [
        MailContext(process(mails.identity.table, clock), mails.mailer, PLACE) for _ in range(3)
    ]
    await confirmed(mails, mailbox, maya, ADDRESS)
    for _ in range(3):
        await tell_of_password(mails.identity, maya.user_uuid)
    await asyncio.gather(*map(send_mails, [mails, *others]))
    assert {mailbox.wait()["Message-ID"] for _ in range(3)}.__len__() == 3
    assert mailbox.is_empty
    assert await waiting(mails.identity) == 0


async def test_a_process_that_dies_leaves_the_mail_to_another(
    mails: MailContext, mailbox: Mailbox, maya: User, clock: Clock
) -> None:
    await begin_confirmation(mails.identity, maya.user_uuid, ADDRESS)

    async def die() -> None:
        raise TableUnavailable("killed")

    dying = process(Interrupted(mails.identity.table, "update", die), clock)
    with pytest.raises(TableUnavailable):
        await send_mails(MailContext(dying, mails.mailer, PLACE))
    assert await send_mails(mails) == TAKEN_FOR_SECONDS
    assert mailbox.is_empty
    clock.turn(seconds=TAKEN_FOR_SECONDS)
    assert await token_by_mail(mails, mailbox)
    assert await waiting(mails.identity) == 0


async def test_a_mail_waits_while_the_server_is_away_and_comes_later(
    mails: MailContext, mailbox: Mailbox, maya: User, clock: Clock
) -> None:
    await begin_confirmation(mails.identity, maya.user_uuid, ADDRESS)
    away = SmtpMailer(server_of("smtp://localhost:1"), Sender("", "chat@example.com"))
    nowhere = MailContext(mails.identity, away, PLACE)
    pauses = []
    for _ in range(4):
        with pytest.raises(MailUnavailable):
            await send_mails(nowhere)
        pauses.append(await send_mails(nowhere) or 0)
        clock.turn(seconds=pauses[-1])
    await away.close()
    for pause, most in zip(pauses, (30, 60, 120, 240), strict=True):
        assert most / 2 - 1 <= pause <= most
    assert await token_by_mail(mails, mailbox)


async def test_a_mail_that_is_put_off_holds_up_no_other(
    mails: MailContext, mailbox: Mailbox, maya: User, clock: Clock
) -> None:
    await confirmed(mails, mailbox, maya, ADDRESS)
    mailbox.to_recipient = "450 4.2.1 later"
    for _ in range(2):
        await tell_of_password(mails.identity, maya.user_uuid)
    seconds = await send_mails(mails)
    assert mailbox.tried == 3  # the link, and each of the two
    assert seconds is not None
    mailbox.to_recipient = None
    clock.turn(seconds=30)
    await send_mails(mails)
    assert [mailbox.wait()["Subject"] for _ in range(2)] == ["Your password was changed"] * 2


async def test_a_mail_that_is_refused_for_good_is_not_sent_again(
    mails: MailContext, mailbox: Mailbox, maya: User
) -> None:
    mailbox.to_recipient = "550 5.1.1 nobody"
    await begin_confirmation(mails.identity, maya.user_uuid, ADDRESS)
    assert await send_mails(mails) is None
    assert (mails.outcomes["refused"], await waiting(mails.identity)) == (1, 0)


async def test_a_mail_of_which_nobody_has_any_use_is_given_up(
    mails: MailContext, mailbox: Mailbox, maya: User, clock: Clock
) -> None:
    await confirmed(mails, mailbox, maya, ADDRESS)
    await ask_for_reset(mails.identity, "maya")
    await tell_of_password(mails.identity, maya.user_uuid)
    clock.turn(hours=1)
    await send_mails(mails)
    assert mailbox.wait()["Subject"] == "Your password was changed"
    assert (mailbox.is_empty, mails.outcomes["given_up"]) == (True, 1)


async def test_no_secret_lies_in_the_table(
    mails: MailContext, mailbox: Mailbox, maya: User
) -> None:
    await confirmed(mails, mailbox, maya, ADDRESS)
    await begin_confirmation(mails.identity, maya.user_uuid, OLD_ADDRESS)
    first = await token_by_mail(mails, mailbox)
    await ask_for_reset(mails.identity, "maya")
    second = await token_by_mail(mails, mailbox)
    stored = str([item async for item in mails.identity.table.scan()])
    assert [token for token in (first, second) if token[22:] in stored] == []


async def test_the_pace_delays_mails_and_loses_none(
    mails: MailContext, mailbox: Mailbox, maya: User
) -> None:
    await confirmed(mails, mailbox, maya, ADDRESS)
    for _ in range(3):
        await tell_of_password(mails.identity, maya.user_uuid)
    paces = iter([0.0, 0.0, 17.0])

    async def pace() -> float:
        return next(paces)

    mails.pace = pace
    assert await send_mails(mails) == 17.0
    assert [mailbox.wait()["X-To"] for _ in range(2)] == [ADDRESS] * 2
    assert await waiting(mails.identity) == 1
