"""What a message to a group costs is what the model of cost says, measured on the engine."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.prices.patterns import cost_of
from tests.stage import Clock, Stream, beside, person, rename_group

from cruddur.domain.model import User
from cruddur.engines.bus.memory import MemoryBus
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.change_role import change_role
from cruddur.messaging.groups.remove_member import remove_member
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.find_own_row import find_own_row
from cruddur.messaging.inbox.project import project
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.metering import Units
from cruddur.ports.table import Put
from cruddur.schema import items
from cruddur.tools.capacity.estimate import lines
from cruddur.tools.capacity.load import Load

QUIET = Load(sends=1, users=10**9, inbox_reads=0, conversation_reads=0, marks=0, starts=0, cold=0)
"""One message a second, of people so many that no conversation gets two within an hour."""


class Group:
    """People in one conversation, and the projector that remembers nothing."""

    def __init__(self, table: DynamoTable, members: int) -> None:
        self.clock, self.table = Clock(), table
        self.messaging = MessagingContext(table=table, bus=MemoryBus(), clock=self.clock)
        self.people: list[User] = [person(f"person-{n:02d}") for n in range(members)]
        self.stream = Stream(table)
        self.uuid = ""

    async def start(self) -> None:
        for user in self.people:
            await self.table.transact([Put(item) for item in items.person_items(user)])
        first, *others = self.people
        self.uuid = (await start_group(self.messaging, first, others, "All")).message_group_uuid
        await self.project()

    async def project(self) -> Units:
        """Sends a message, and returns what projecting it cost."""
        await self.stream.take()
        await send_message(self.messaging, self.people[0], self.uuid, "Hello")
        changes = await self.stream.take()
        return await cost_of("project", project(beside(self.messaging), changes))


def modelled(members: int, moving: float) -> Units:
    """What the model says of projecting one message, if this many conversations of each move an hour."""
    load = replace(QUIET, members=members, moving=moving)
    (found,) = (line.demand for line in lines(load) if line.letter == "D" and line.calls > 0.5)
    return found


@pytest.mark.parametrize("members", [3, 50])
async def test_a_change_of_a_group_reads_no_row_however_many_members_it_has(
    table: DynamoTable, members: int
) -> None:
    group = Group(table, members)
    await group.start()
    cold, me, other = beside(group.messaging), group.people[0].user_uuid, group.people[1].user_uuid
    renamed = await cost_of("change_group", rename_group(cold, me, group.uuid, "Renamed"))
    admin = await cost_of("change_group", change_role(cold, me, group.uuid, other, "admin"))
    removed = await cost_of("change_group", remove_member(cold, me, group.uuid, other))
    # The group has 7 KB with fifty members, and only its own item and the newest messages are read.
    most = 1.5 if members == 3 else 3.5
    assert [units.read <= most for units in (renamed, admin, removed)] == [True] * 3


async def test_a_title_that_comes_without_its_event_reaches_fifty_rows_unread(
    table: DynamoTable,
) -> None:
    group = Group(table, 50)
    await group.start()
    await group.stream.take()
    await rename_group(group.messaging, group.people[0].user_uuid, group.uuid, "Renamed")
    (change,) = [one for one in await group.stream.take() if one.key.sk == "GROUP"]
    units = await cost_of("project", project(beside(group.messaging), [change]))
    assert (units.write, units.index_write) == (50, 0)
    assert units.read <= 2  # the group alone, of 7 KB
    rows = [await find_own_row(group.messaging, one.user_uuid, group.uuid) for one in group.people]
    assert {row and row.title for row in rows} == {"Renamed"}


@pytest.mark.parametrize("members", [3, 50])
async def test_projecting_to_a_group_costs_what_the_model_says(
    table: DynamoTable, members: int
) -> None:
    group = Group(table, members)
    await group.start()
    group.clock.moment += timedelta(seconds=20)
    busy, expected = await group.project(), modelled(members, 0)
    assert (busy.write, busy.index_write) == (members, 0)
    assert (expected.write, expected.index_write) == (members, 0)
    assert busy.read <= expected.read <= busy.read + 1
    group.clock.moment += timedelta(hours=1)
    idle, expected = await group.project(), modelled(members, 5)
    assert (idle.write, idle.index_write) == (3 * members, 2 * members)
    assert (expected.write, expected.index_write) == (3 * members, 2 * members)
    assert idle.read <= expected.read <= idle.read + 1
