"""The projector's one step: a batch of changes, of however many conversations."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from tests.stage import Interrupted, Stream, beside, person

from cruddur.domain.item import Item, Key
from cruddur.domain.model import User
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.inbox.project import CONVERSATIONS_AT_ONCE, project
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.table import Table
from cruddur.schema import keys

MANY = 3 * CONVERSATIONS_AT_ONCE


class Doorkeeper:
    """A real table that counts how many ask for rows at the same time."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._inside = 0
        self.most = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)

    async def get_many(
        self, wanted: Sequence[Key], *, consistent: bool = False
    ) -> Mapping[Key, Item]:
        self._inside += 1
        self.most = max(self.most, self._inside)
        found = await self._table.get_many(wanted, consistent=consistent)
        self._inside -= 1
        return found


async def test_a_batch_of_many_conversations_does_not_take_every_connection(
    messaging: MessagingContext, table: Table, stream: Stream, andrew: User
) -> None:
    for n in range(MANY):
        first = await start_direct_group(messaging, andrew, person(f"person{n}"), "1")
        await send_message(messaging, andrew, first.message_group_uuid, "2")
    door = Doorkeeper(table)
    async with asyncio.timeout(20):
        assert not await project(beside(messaging, door), await stream.take())
    assert door.most == CONVERSATIONS_AT_ONCE
    assert [difference async for difference in verify_inboxes(messaging)] == []


class Lagging:
    """A real table that answers reads of rows which need not be consistent with earlier rows."""

    def __init__(self, table: Table, earlier: Mapping[Key, Item]) -> None:
        self._table = table
        self._earlier = earlier
        self.gets: list[Key] = []
        self.rounds = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)

    async def get(self, key: Key, *, consistent: bool = False) -> Item | None:
        self.gets.append(key)
        return await self._table.get(key, consistent=consistent)

    async def get_many(
        self, wanted: Sequence[Key], *, consistent: bool = False
    ) -> Mapping[Key, Item]:
        self.rounds += 1
        return await self._table.get_many(wanted, consistent=True) if consistent else self._earlier


async def test_after_conflicts_a_group_is_read_once_for_all_its_members(
    messaging: MessagingContext, table: Table, stream: Stream, andrew: User
) -> None:
    others = [person(f"person{n}") for n in range(5)]
    uuid = (await start_group(messaging, andrew, others, "Lunch")).message_group_uuid
    rows = [keys.inbox_row_key(owner.user_uuid, uuid) for owner in (andrew, *others)]
    earlier = await table.get_many(rows)
    await send_message(messaging, andrew, uuid, "1")
    await stream.project(messaging)
    await send_message(messaging, andrew, uuid, "2")
    lagging = Lagging(table, earlier)
    assert not await project(beside(messaging, lagging), await stream.take())
    assert (lagging.gets, lagging.rounds) == ([keys.group_key(uuid)] * 2, 2)
    assert [difference async for difference in verify_inboxes(messaging)] == []


async def test_of_two_projectors_the_one_with_the_older_text_has_not_the_last_word(
    messaging: MessagingContext, table: Table, stream: Stream, andrew: User, bayko: User
) -> None:
    group = (await start_direct_group(messaging, andrew, bayko, "Tea?")).message_group_uuid
    await stream.project(messaging)
    await edit_message(messaging, andrew.user_uuid, group, 1, "Coffee?")
    older = await stream.take()
    await edit_message(messaging, andrew.user_uuid, group, 1, "Water?")
    newer = await stream.take()

    async def the_other_is_faster() -> None:
        assert not await project(messaging, newer)

    slow = beside(messaging, Interrupted(table, "update", the_other_is_faster))
    assert not await project(slow, older)
    (row,) = (await list_inbox(messaging, bayko.user_uuid)).rows
    assert row.message == "Water?"
