"""What it costs to erase somebody: their account, a conversation, and its messages."""

from tests.prices.patterns import Stage, asks, cost_of
from tests.stage import Clock, beside

from cruddur.domain.erasure import Erasure, LeftConversation
from cruddur.domain.model import User
from cruddur.engines.bus.memory import MemoryBus
from cruddur.identity.begin_erasure import begin_erasure
from cruddur.identity.create_account import create_account
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.inbox.project import project
from cruddur.messaging.messages.send_message import send_message
from cruddur.messaging.people.erase_in_conversation import erase_in_conversation
from cruddur.messaging.people.erase_in_reports import erase_in_reports
from cruddur.messaging.people.leave_for_good import leave_for_good
from cruddur.messaging.people.report_message import report_message
from cruddur.ports.metering import Units, measured
from cruddur.schema import keys

MESSAGES, THEIRS = 40, 10
PASSWORD = "correct horse battery"


async def _account(stage: Stage, handle: str) -> User:
    return await create_account(stage.identity, handle, "Vera Moss", PASSWORD)


async def _begun(stage: Stage, user: User) -> Erasure:
    return await begin_erasure(stage.identity, user.user_uuid, "blank")


async def _conversation(stage: Stage, user: User) -> str:
    messaging = beside(stage.messaging)
    first = await start_direct_group(messaging, user, stage.people[9], stage.text())
    uuid = first.message_group_uuid
    for number in range(1, MESSAGES):
        sender = user if number < THEIRS else stage.people[9]
        await send_message(messaging, sender, uuid, stage.text())
    assert not await project(messaging, (await stage.stream.all())[-MESSAGES:])
    return uuid


@asks("end an account for good, of a name of two words")
async def end(stage: Stage, pattern: str) -> Units:
    user = await _account(stage, "vera1")
    return await cost_of(pattern, _begun(stage, user))


@asks("take an erased person out of a conversation of two")
async def leave(stage: Stage, _pattern: str) -> Units:
    user = await _account(stage, "vera2")
    uuid = await _conversation(stage, user)
    erasure, row = await _begun(stage, user), keys.inbox_row_key(user.user_uuid, uuid)
    with measured() as units:  # the name goes as another name would
        await leave_for_good(beside(stage.messaging), erasure, row)
    return units


@asks("erase ten of a conversation's forty messages")
async def erase(stage: Stage, pattern: str) -> Units:
    user = await _account(stage, "vera3")
    uuid = await _conversation(stage, user)
    erasure = await _begun(stage, user)
    left = LeftConversation(user_uuid=user.user_uuid, message_group_uuid=uuid)
    erased = erase_in_conversation(beside(stage.messaging), erasure, left)
    return await cost_of(pattern, erased)


@asks("look through the reports of 24 days, and blank one")
async def erase_reports(stage: Stage, pattern: str) -> Units:
    user = await _account(stage, "vera4")
    messaging = MessagingContext(table=stage.table, bus=MemoryBus(), clock=Clock())
    first = await start_direct_group(messaging, user, stage.people[9], stage.text())
    reporter, uuid = stage.people[9].user_uuid, first.message_group_uuid
    await report_message(messaging, reporter, uuid, first.seq, "spam")
    return await cost_of(pattern, erase_in_reports(messaging, await _begun(stage, user)))
