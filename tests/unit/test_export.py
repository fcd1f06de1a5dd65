"""An export holds every conversation, whatever happens while it is written."""

import asyncio

import pytest
from tests.stage import Clock, Stream, person

from cruddur.domain.model import Message, User
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.leave_group import leave_group
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.export_messages import export_messages, exported_rows
from cruddur.messaging.messages.send_message import send_message, uuid7

pytestmark = pytest.mark.every_engine

MANY = 250


async def test_a_conversation_that_moves_meanwhile_is_exported_all_the_same(
    messaging: MessagingContext, stream: Stream, clock: Clock, andrew: User
) -> None:
    people = [person(f"p{number}") for number in range(MANY)]
    starts = (start_direct_group(messaging, other, andrew, "Hello") for other in people)
    first, *others = await asyncio.gather(*starts)
    exported: list[Message] = []
    async for _, message in export_messages(
        messaging, await exported_rows(messaging, andrew.user_uuid)
    ):
        if not exported:
            clock.turn(hours=2)
            for one in (first, *others[::20]):
                await send_message(messaging, andrew, one.message_group_uuid, "And you?")
            await stream.project(messaging)
        exported.append(message)
    assert len({message.message_group_uuid for message in exported}) == MANY


async def test_a_group_that_one_leaves_meanwhile_is_passed_by(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    groups = [await start_group(messaging, bayko, [andrew], title) for title in "abc"]
    for row in groups:
        await send_message(messaging, bayko, row.message_group_uuid, row.title or "")
    rows = await exported_rows(messaging, andrew.user_uuid)
    await leave_group(messaging, andrew.user_uuid, rows[1].message_group_uuid)
    exported = [message async for _, message in export_messages(messaging, rows)]
    assert [one.message for one in exported if one.kind == "text"] == [
        row.title for row in (rows[0], rows[2])
    ]


async def test_the_newest_conversation_comes_first(
    messaging: MessagingContext, clock: Clock, andrew: User
) -> None:
    for name in ("zoe", "adam", "mona"):
        clock.turn(minutes=1)
        await start_direct_group(messaging, person(name), andrew, name, message_uuid=uuid7())
    rows = await exported_rows(messaging, andrew.user_uuid)
    assert [row.user_handle for row in rows] == ["mona", "adam", "zoe"]
