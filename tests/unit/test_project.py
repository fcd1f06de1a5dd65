"""The projector's one step: a batch of changes, of however many conversations."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from tests.stage import Stream, beside, person

from cruddur.messaging.ports import Item, Key, Table
from cruddur.messaging.project import CONVERSATIONS_AT_ONCE, project
from cruddur.messaging.send_message import send_message
from cruddur.messaging.service import Messaging
from cruddur.messaging.start_direct_group import start_direct_group
from cruddur.messaging.verify_inboxes import verify_inboxes
from cruddur.model import User

MANY = 3 * CONVERSATIONS_AT_ONCE


class Doorkeeper:
    """A real table that counts how many ask for rows at the same time."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._inside = 0
        self.most = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)

    async def get_many(self, keys: Sequence[Key]) -> Mapping[Key, Item]:
        self._inside += 1
        self.most = max(self.most, self._inside)
        found = await self._table.get_many(keys)
        self._inside -= 1
        return found


async def test_a_batch_of_many_conversations_does_not_take_every_connection(
    messaging: Messaging, table: Table, stream: Stream, andrew: User
) -> None:
    for n in range(MANY):
        first = await start_direct_group(messaging, andrew, person(f"person{n}"), "1")
        await send_message(messaging, andrew, first.message_group_uuid, "2")
    door = Doorkeeper(table)
    async with asyncio.timeout(20):
        assert not await project(beside(messaging, door), await stream.take())
    assert door.most == CONVERSATIONS_AT_ONCE
    assert [difference async for difference in verify_inboxes(messaging)] == []
