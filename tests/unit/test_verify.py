"""`verify` finds what is wrong and nothing else, beside a service that is at work; `rebuild` mends."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from tests.stage import Interrupted, Stream, beside

from cruddur.domain.item import Item
from cruddur.domain.model import User
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.leave_group import leave_group
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.mark_read import mark_read
from cruddur.messaging.inbox.rebuild_inboxes import rebuild_inboxes
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.table import Delete, Put, Table, Update
from cruddur.schema import items, keys


class Lively:
    """A real table, but before each query something happens."""

    def __init__(self, table: Table, happens: Callable[[], Awaitable[object]]) -> None:
        self._table = table
        self._happens = happens

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)

    async def query(self, *given: Any) -> Any:
        await self._happens()
        return await self._table.query(*given)


async def verified(messaging: MessagingContext) -> list[str]:
    return [difference.what async for difference in verify_inboxes(messaging)]


async def rebuilt(messaging: MessagingContext) -> list[tuple[str, bool]]:
    return [(d.what, d.is_mended) async for d in rebuild_inboxes(messaging)]


@pytest.fixture
async def group(messaging: MessagingContext, stream: Stream, andrew: User, bayko: User) -> str:
    """Three messages of two people, all projected."""
    group = (await start_direct_group(messaging, andrew, bayko, "1")).message_group_uuid
    for text in ("2", "3"):
        await send_message(messaging, andrew, group, text)
    await stream.project(messaging)
    return group


@pytest.fixture
def talk(
    messaging: MessagingContext, stream: Stream, andrew: User, group: str
) -> Callable[[], Awaitable[object]]:
    async def talk() -> None:
        message = await send_message(messaging, andrew, group, "And another thing")
        await edit_message(messaging, andrew.user_uuid, group, message.seq - 1, "Or not")
        await stream.project(messaging)

    return talk


async def test_what_is_said_meanwhile_is_no_difference(
    messaging: MessagingContext, table: Table, talk: Callable[[], Awaitable[object]]
) -> None:
    assert await verified(beside(messaging, Lively(table, talk))) == []


async def test_who_reads_what_is_not_yet_projected_has_not_read_ahead(
    messaging: MessagingContext, andrew: User, bayko: User, group: str
) -> None:
    sent = await send_message(messaging, andrew, group, "Read at once")
    await mark_read(messaging, bayko.user_uuid, group, sent.seq)
    found = {d.where.split("/")[0]: d.what async for d in verify_inboxes(messaging)}
    assert "read_seq" not in found[bayko.user_uuid]


async def test_a_row_that_stands_still_is_behind(
    messaging: MessagingContext, andrew: User, group: str
) -> None:
    await send_message(messaging, andrew, group, "4")
    assert ["last_seq is 3 instead of 4" in what for what in await verified(messaging)] == [
        True
    ] * 2


async def test_a_wrong_row_of_a_lively_conversation_is_found(
    messaging: MessagingContext,
    table: Table,
    bayko: User,
    talk: Callable[[], Awaitable[object]],
    group: str,
) -> None:
    key = keys.inbox_row_key(bayko.user_uuid, group)
    await table.update(Update(key, {"user_handle": "mallory"}))
    found = await verified(beside(messaging, Lively(table, talk)))
    assert found == ["user_handle is 'mallory' instead of 'andrew'"]


async def test_a_number_read_that_is_not_there_yet_is_found_and_mended(
    messaging: MessagingContext, table: Table, bayko: User, group: str
) -> None:
    key = keys.inbox_row_key(bayko.user_uuid, group)
    await table.update(Update(key, {"read_seq": 9}))
    assert await verified(messaging) == ["read_seq is 9 instead of 3"]
    assert await rebuilt(messaging) == [("read_seq is 9 instead of 3", True)]
    row = await table.get(key)
    assert row is not None
    assert items.inbox_row_from(row).read_seq == 3
    assert await verified(messaging) == []


async def test_a_missing_number_is_told_and_not_called_mended(
    messaging: MessagingContext, table: Table, bayko: User, group: str
) -> None:
    await table.delete(Delete(keys.message_key(group, 2)))
    await table.delete(Delete(keys.inbox_row_key(bayko.user_uuid, group)))
    missing = "message 2 is missing: 3 follows"
    assert await rebuilt(messaging) == [(missing, False), ("the row is missing", True)]
    assert await verified(messaging) == [missing]


async def test_who_leaves_meanwhile_is_no_stranger(
    messaging: MessagingContext, table: Table, stream: Stream, andrew: User, bayko: User
) -> None:
    group = (await start_group(messaging, andrew, [bayko], "Lunch")).message_group_uuid

    async def leave() -> None:
        await leave_group(messaging, bayko.user_uuid, group)
        await stream.project(messaging)

    assert await verified(beside(messaging, Interrupted(table, "get", leave))) == []


async def test_who_leaves_while_a_lost_row_is_mended_gets_none(
    messaging: MessagingContext, table: Table, andrew: User, bayko: User
) -> None:
    group = (await start_group(messaging, andrew, [bayko], "Lunch")).message_group_uuid
    key = keys.inbox_row_key(bayko.user_uuid, group)
    await table.delete(Delete(key))

    async def leave() -> None:
        await leave_group(messaging, bayko.user_uuid, group)

    assert await rebuilt(beside(messaging, Interrupted(table, "transact", leave))) == []
    assert await table.get(key) is None


async def test_dead_letters_are_cleared_once_all_is_mended(
    messaging: MessagingContext, table: Table, group: str
) -> None:
    key = keys.dead_letter_key("17")
    letter = {"pk": key.pk, "sk": key.sk, "change_pk": keys.messages_pk(group), "change_sk": "3"}
    await table.put(Put(letter))
    assert await rebuilt(messaging) == [("dead letter for 3", True)]
    assert await verified(messaging) == []


async def test_it_tells_of_each_item_that_it_has_looked_at(
    messaging: MessagingContext, table: Table, group: str
) -> None:
    looked: list[Item] = []
    assert [d async for d in verify_inboxes(messaging, looked.append)] == []
    assert len(looked) == await table.count()


async def test_a_row_of_somebody_who_is_no_member_is_taken_away(
    messaging: MessagingContext, table: Table, group: str, bayko: User
) -> None:
    row = await table.get(keys.inbox_row_key(bayko.user_uuid, group))
    assert row is not None
    strangers = keys.inbox_row_key("a stranger", group)
    await table.put(Put({**row, "pk": strangers.pk}))
    assert [is_mended for _, is_mended in await rebuilt(messaging)] == [True]
    assert await table.get(strangers) is None


async def test_a_preview_that_an_older_version_left_its_marks_in_is_right(
    messaging: MessagingContext, stream: Stream, andrew: User, group: str
) -> None:
    await send_message(messaging, andrew, group, "*4* _is_ > 3")
    await stream.project(messaging)
    key = keys.inbox_row_key(andrew.user_uuid, group)
    row = await messaging.table.get(key)
    assert row is not None
    assert row["message"] == "4 is > 3"
    await messaging.table.put(Put({**row, "message": "*4* _is_ > 3"}))
    assert await verified(messaging) == []
    await messaging.table.put(Put({**row, "message": "*4* is > 3"}))
    assert [what for what in await verified(messaging) if "message is" in what]
