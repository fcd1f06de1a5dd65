"""What an e-mail address costs, and a link that is sent there."""

from functools import partial

from tests.prices.asks_sessions import PASSWORD, elsewhere
from tests.prices.patterns import Stage, asks, cost_of
from tests.stage import beside

from cruddur.domain.model import User
from cruddur.domain.waiting_mail import Mail
from cruddur.identity.ask_for_reset import ask_for_reset
from cruddur.identity.confirm_email import confirm_email
from cruddur.identity.count_mail import count_mail
from cruddur.identity.create_account import create_account
from cruddur.identity.digests import start_digests, stop_digests
from cruddur.identity.find_email import find_email
from cruddur.identity.mail_context import MailContext
from cruddur.identity.promise_digests import promise_digests
from cruddur.identity.remove_email import remove_email
from cruddur.identity.send_mails import send_mails
from cruddur.identity.set_email import begin_confirmation, set_email
from cruddur.identity.tell_of_password import tell_of_password
from cruddur.messaging.people.find_digest import find_digest
from cruddur.ports.metering import Units, measured
from cruddur.ports.table import Delete, Query
from cruddur.schema import keys
from cruddur.schema.digest_items import DIGESTS_PK

OLD, NEW = "vera.moss@example.com", "vera@mail.example.com"


class Printer:
    """Keeps mails: the price is that of the table, whatever takes them."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []

    async def send(self, mail: Mail) -> None:
        self.sent.append(mail)

    async def close(self) -> None:
        self.sent.clear()

    def token(self) -> str:
        return self.sent[-1].text.partition("#")[2].split()[0]


def mails_of(stage: Stage) -> tuple[MailContext, Printer]:
    printer = Printer()
    return MailContext(elsewhere(stage), printer, "https://chat.example.com"), printer


async def account(stage: Stage, handle: str, *addresses: str) -> User:
    """Somebody for whom these addresses were confirmed, one after the other."""
    user = await create_account(stage.identity, handle, "Vera Moss", PASSWORD)
    mails, printer = mails_of(stage)
    for address in addresses:
        await begin_confirmation(stage.identity, user.user_uuid, address)
        await send_mails(mails)
        await confirm_email(stage.identity, printer.token())
    await send_mails(mails)
    return user


@asks("see one's own e-mail address")
async def see(stage: Stage, pattern: str) -> Units:
    user = await account(stage, "mail1", f"1{OLD}")
    return await cost_of(pattern, find_email(stage.identity, user.user_uuid))


@asks("set one's e-mail address")
async def set_(stage: Stage, pattern: str) -> Units:
    user = await account(stage, "mail2", f"2{OLD}")
    with measured() as units:
        await set_email(elsewhere(stage), user, f"2{NEW}", PASSWORD)
    await send_mails(mails_of(stage)[0])
    return units


@asks("confirm an e-mail address in place of another")
async def confirm(stage: Stage, pattern: str) -> Units:
    user = await account(stage, "mail3", f"3{OLD}")
    mails, printer = mails_of(stage)
    await begin_confirmation(stage.identity, user.user_uuid, f"3{NEW}")
    await send_mails(mails)
    with measured() as units:
        await confirm_email(elsewhere(stage), printer.token())
    await send_mails(mails)
    return units


@asks("remove one's e-mail address")
async def remove(stage: Stage, pattern: str) -> Units:
    user = await account(stage, "mail4", f"4{OLD}")
    with measured() as units:
        await remove_email(elsewhere(stage), user, PASSWORD)
    await send_mails(mails_of(stage)[0])
    return units


@asks("ask for a link by mail")
async def ask(stage: Stage, pattern: str) -> Units:
    units = await cost_of(pattern, ask_for_reset(elsewhere(stage), "mail5"))
    await send_mails(mails_of(stage)[0])
    return units


@asks("tell by mail of a changed password")
async def tell(stage: Stage, pattern: str) -> Units:
    units = await cost_of(pattern, tell_of_password(stage.identity, stage.me.user_uuid))
    await send_mails(mails_of(stage)[0])
    return units


@asks("count a mail to an address")
async def count(stage: Stage, pattern: str) -> Units:
    await count_mail(stage.identity, f"6{OLD}")
    return await cost_of(pattern, count_mail(stage.identity, f"6{OLD}"))


@asks("look for mails that are due")
async def look(stage: Stage, pattern: str) -> Units:
    return await cost_of(pattern, send_mails(mails_of(stage)[0]))


@asks("send a link for another password")
async def send(stage: Stage, pattern: str) -> Units:
    await account(stage, "mail7", f"7{OLD}")
    await ask_for_reset(stage.identity, "mail7")
    with measured() as units:
        await send_mails(mails_of(stage)[0])
    return units


@asks("turn mails of what is unread on")
async def turn_on(stage: Stage, pattern: str) -> Units:
    user = await account(stage, "mail8", f"8{OLD}")
    await stop_digests(stage.identity, user.user_uuid)
    with measured() as units:
        await start_digests(stage.identity, user.user_uuid)
    return units


@asks("look after one person's unread mail, with nothing unread")
async def look_after(stage: Stage, pattern: str) -> Units:
    for digest in (await stage.table.query(Query(DIGESTS_PK))).items:
        await stage.table.delete(Delete(keys.key_of(digest)))
    await account(stage, "mail9", f"9{OLD}")
    stage.clock.turn(hours=2)
    mails = mails_of(stage)[0]
    mails.unread = partial(find_digest, beside(stage.messaging))
    with measured() as units:
        assert await promise_digests(mails) == 0
    return units


@asks("find what has stayed unread")
async def find_unread(stage: Stage, pattern: str) -> Units:
    stage.clock.turn(hours=2)
    with measured() as units:
        await find_digest(beside(stage.messaging), stage.me.user_uuid, "")
    return units
