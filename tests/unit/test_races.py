"""What happens between two steps of somebody else's work."""

import pytest
from tests.stage import Interrupted, Stream, beside

from cruddur.errors import TableUnavailable
from cruddur.messaging.add_members import add_members
from cruddur.messaging.edit_message import edit_message
from cruddur.messaging.leave_group import leave_group
from cruddur.messaging.list_inbox import list_inbox
from cruddur.messaging.list_messages import list_messages
from cruddur.messaging.ports import Delete, Table
from cruddur.messaging.project import project
from cruddur.messaging.rename_group import rename_group
from cruddur.messaging.send_message import send_message, uuid7
from cruddur.messaging.service import Messaging
from cruddur.messaging.start_direct_group import start_direct_group
from cruddur.messaging.start_group import start_group
from cruddur.messaging.verify_inboxes import verify_inboxes
from cruddur.model import User
from cruddur.table import keys

pytestmark = pytest.mark.every_engine


async def differences(messaging: Messaging) -> list[str]:
    return [difference.what async for difference in verify_inboxes(messaging)]


async def titles(messaging: Messaging, user: User) -> list[str | None]:
    return [row.title for row in (await list_inbox(messaging, user.user_uuid)).rows]


async def test_a_member_who_leaves_while_a_row_is_written_gets_no_row_back(
    messaging: Messaging, table: Table, stream: Stream, andrew: User, bayko: User
) -> None:
    group = (await start_group(messaging, andrew, [bayko], "Lunch")).message_group_uuid
    await send_message(messaging, andrew, group, "Soup?")

    async def leave() -> None:
        await leave_group(messaging, bayko.user_uuid, group)

    between = beside(messaging, Interrupted(table, "update", leave))
    assert not await project(between, await stream.take())
    assert await titles(messaging, bayko) == []
    assert await differences(messaging) == []


async def test_a_member_who_leaves_while_a_lost_row_is_made_gets_none(
    messaging: Messaging, table: Table, stream: Stream, andrew: User, bayko: User
) -> None:
    group = (await start_group(messaging, andrew, [bayko], "Lunch")).message_group_uuid
    await send_message(messaging, andrew, group, "Soup?")
    await table.delete(Delete(keys.inbox_row_key(bayko.user_uuid, group)))

    async def leave() -> None:
        await leave_group(messaging, bayko.user_uuid, group)

    between = beside(messaging, Interrupted(table, "transact", leave))
    assert not await project(between, await stream.take())
    assert await titles(messaging, bayko) == []
    assert await differences(messaging) == []


async def test_a_message_sent_while_somebody_joins_is_in_their_inbox(
    messaging: Messaging, table: Table, stream: Stream, andrew: User, bayko: User
) -> None:
    group = (await start_group(messaging, andrew, [], "Lunch")).message_group_uuid
    await send_message(messaging, andrew, group, "Before")

    async def send() -> None:
        await send_message(messaging, andrew, group, "Meanwhile")
        await stream.project(messaging)

    between = beside(messaging, Interrupted(table, "transact", send))
    await add_members(between, andrew.user_uuid, group, [bayko])
    (row,) = (await list_inbox(messaging, bayko.user_uuid)).rows
    assert (row.message, row.unread) == ("Meanwhile", 1)
    assert await differences(messaging) == []


async def test_an_edit_of_what_was_said_before_they_came_shows_newcomers_nothing(
    messaging: Messaging, stream: Stream, andrew: User, bayko: User
) -> None:
    group = (await start_group(messaging, andrew, [], "Lunch")).message_group_uuid
    await send_message(messaging, andrew, group, "Secret")
    await add_members(messaging, andrew.user_uuid, group, [bayko])
    await edit_message(messaging, andrew.user_uuid, group, 1, "Still secret")
    await stream.project(messaging)
    (row,) = (await list_inbox(messaging, bayko.user_uuid)).rows
    assert row.message == ""
    assert await differences(messaging) == []


async def test_two_changes_of_a_group_at_once_both_stand(
    messaging: Messaging, table: Table, andrew: User, bayko: User
) -> None:
    group = (await start_group(messaging, andrew, [], "Lunch")).message_group_uuid

    async def rename() -> None:
        await rename_group(messaging, andrew.user_uuid, group, "Dinner")

    between = beside(messaging, Interrupted(table, "transact", rename))
    await add_members(between, andrew.user_uuid, group, [bayko])
    assert await titles(messaging, andrew) == ["Dinner"]
    assert await titles(messaging, bayko) == ["Dinner"]


async def test_two_edits_at_once_end_in_one_text_everywhere(
    messaging: Messaging, table: Table, stream: Stream, andrew: User, bayko: User
) -> None:
    first = await start_direct_group(messaging, andrew, bayko, "Tea?")
    group = first.message_group_uuid

    async def edit() -> None:
        await edit_message(messaging, andrew.user_uuid, group, 1, "Coffee?")

    between = beside(messaging, Interrupted(table, "update", edit))
    await edit_message(between, andrew.user_uuid, group, 1, "Water?")
    await stream.project(messaging)
    (row,) = (await list_inbox(messaging, bayko.user_uuid)).rows
    assert row.message == "Water?"


async def test_a_put_whose_answer_was_lost_is_stored_once_by_the_retry(
    messaging: Messaging, table: Table, andrew: User, bayko: User
) -> None:
    group = (await start_direct_group(messaging, andrew, bayko, "Tea?")).message_group_uuid
    uuid = uuid7()

    async def store_and_say_nothing() -> None:
        await send_message(beside(messaging), andrew, group, "Once", message_uuid=uuid)
        raise TableUnavailable("the answer was lost")

    between = beside(messaging, Interrupted(table, "put", store_and_say_nothing))
    try:
        await send_message(between, andrew, group, "Once", message_uuid=uuid)
    except TableUnavailable:
        again = await send_message(between, andrew, group, "Once", message_uuid=uuid)
    assert again.seq == 2
    page = await list_messages(messaging, andrew.user_uuid, group)
    assert [message.seq for message in page.messages] == [1, 2]
