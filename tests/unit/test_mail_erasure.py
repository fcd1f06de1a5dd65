"""An erasure leaves nothing of a person's e-mail address, nor a mail that waits for them."""

import pytest
from tests.stage import Clock, process

from cruddur.domain.model import User
from cruddur.identity.ask_for_reset import ask_for_reset
from cruddur.identity.begin_erasure import begin_erasure
from cruddur.identity.context import IdentityContext
from cruddur.identity.create_account import create_account
from cruddur.identity.set_email import begin_confirmation
from cruddur.identity.tell_of_password import tell_of_password
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.people.erase_person import erase_person
from cruddur.ports.table import Put, Query, Table
from cruddur.schema import keys
from cruddur.schema.email_items import (
    SentTo,
    address_owner_item,
    address_owner_key,
    email_from,
    email_item,
    email_key,
    sent_to_item,
)
from cruddur.schema.mail_items import MAIL_PK

pytestmark = pytest.mark.every_engine

ADDRESS, NEXT, OTHERS = "maya@example.com", "next@example.com", "bayko@example.com"


@pytest.fixture
def identity(table: Table, clock: Clock) -> IdentityContext:
    return process(table, clock)


async def confirmed(identity: IdentityContext, user: User, address: str) -> None:
    """As by the link of a mail."""
    await begin_confirmation(identity, user.user_uuid, address)
    item = await identity.table.get(email_key(user.user_uuid))
    assert item is not None
    waits = email_from(item)
    await identity.table.put(Put({**email_item(waits), "address": address}))
    await identity.table.put(Put(address_owner_item(address, user.user_uuid)))
    sent = SentTo(times=[1], expires_at=2_000_000_000)
    await identity.table.put(Put(sent_to_item(address, sent)))


async def test_nothing_is_left_of_an_address_and_of_mails(
    identity: IdentityContext, messaging: MessagingContext, clock: Clock
) -> None:
    maya = await create_account(identity, "maya", "Maya", "correct horse")
    bayko = await create_account(identity, "bayko", "Bayko", "correct horse")
    await confirmed(identity, maya, ADDRESS)
    await confirmed(identity, bayko, OTHERS)
    await begin_confirmation(identity, maya.user_uuid, NEXT)
    for who in ("@Maya", "maya", ADDRESS.upper(), "bayko"):
        await ask_for_reset(identity, who)
    await tell_of_password(identity, maya.user_uuid)
    erasure = await begin_erasure(identity, maya.user_uuid, "blank")
    await erase_person(messaging, erasure)
    clock.turn(minutes=10)
    assert await erase_person(messaging, erasure)
    left = [dict(item) async for item in identity.table.scan()]
    text = str(left).lower()
    assert (ADDRESS in text, NEXT in text) == (False, False)
    assert [one for one in left if one["pk"] == keys.user_key(maya.user_uuid).pk] == []
    mails = (await identity.table.query(Query(MAIL_PK))).items
    assert {item.get("who") or item["user_uuid"] for item in mails} == {"bayko", bayko.user_uuid}
    assert await identity.table.get(address_owner_key(OTHERS)) is not None


async def test_an_address_that_waited_here_stays_the_owners(
    identity: IdentityContext, messaging: MessagingContext, clock: Clock
) -> None:
    maya = await create_account(identity, "maya", "Maya", "correct horse")
    bayko = await create_account(identity, "bayko", "Bayko", "correct horse")
    await confirmed(identity, bayko, OTHERS)
    await begin_confirmation(identity, maya.user_uuid, OTHERS)
    erasure = await begin_erasure(identity, maya.user_uuid, "blank")
    await erase_person(messaging, erasure)
    owner = await identity.table.get(address_owner_key(OTHERS))
    assert owner is not None
    assert owner["user_uuid"] == bayko.user_uuid
