"""Runs every access pattern once and says what it cost."""

import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, NamedTuple

from tests.stage import Clock, Stream, beside, person

from cruddur.bus.memory import MemoryBus
from cruddur.identity.find_user import find_user_by_handle
from cruddur.identity.search_handles import search_handles
from cruddur.identity.service import Identity
from cruddur.messaging.list_inbox import list_inbox
from cruddur.messaging.list_messages import list_messages
from cruddur.messaging.mark_read import mark_read
from cruddur.messaging.ports import Change, Put
from cruddur.messaging.project import project
from cruddur.messaging.send_message import send_message
from cruddur.messaging.service import Messaging
from cruddur.messaging.start_direct_group import start_direct_group
from cruddur.model import Message, User
from cruddur.prices import CEILINGS, Ceiling
from cruddur.table import items
from cruddur.table.dynamodb import DynamoTable
from cruddur.table.metering import Units, measured, on_units

PEOPLE = 61
CONVERSATION = 40
MOST_CHARACTERS = 700  # of a message whose item has 1 KB
WORDS = "the lake was so still this morning that one could hear the boats turn at their ropes"


TextOf = Callable[[random.Random], str]


class Price(NamedTuple):
    """What a run of a pattern cost, beside what it may."""

    ceiling: Ceiling
    units: Units


def as_people_write(chance: random.Random) -> str:
    """Mostly a line, now and then a paragraph. The mean is some 80 characters."""
    words = WORDS.split()
    count = chance.choice([2, 4, 8, 12, 16, 20, 30, 40])
    return " ".join(chance.choice(words) for _ in range(count))


def as_long_as_one_unit(_chance: random.Random) -> str:
    return "x" * MOST_CHARACTERS


class Stage:
    """One person with sixty conversations, one of them long."""

    def __init__(self, table: DynamoTable, text_of: TextOf) -> None:
        self.table = table
        self.text_of = text_of
        self.clock = Clock()
        self.messaging = Messaging(table=table, bus=MemoryBus(), clock=self.clock)
        self.identity = Identity(table, b"", self.clock)
        self.people = [person(f"person-{number:02d}") for number in range(PEOPLE)]
        self.chance = random.Random(1)
        self.group = ""

    @classmethod
    async def set(cls, table: DynamoTable, text_of: TextOf = as_people_write) -> "Stage":
        stage = cls(table, text_of)
        for user in stage.people:
            await table.transact([Put(items.user_item(user)), Put(items.handle_item(user))])
        for other in stage.people[2:]:
            stage.clock.turn(hours=2)
            await start_direct_group(stage.messaging, stage.me, other, stage.text())
        stage.clock.turn(hours=2)
        first = await start_direct_group(stage.messaging, stage.me, stage.other, "Hello")
        stage.group = first.message_group_uuid
        for _ in range(CONVERSATION):
            await stage.send(stage.messaging)
        await stage.project_new(stage.messaging)
        return stage

    @property
    def me(self) -> User:
        return self.people[0]

    @property
    def other(self) -> User:
        return self.people[1]

    def text(self) -> str:
        return self.text_of(self.chance)

    async def send(self, messaging: Messaging) -> Message:
        self.clock.turn(seconds=20)
        return await send_message(messaging, self.me, self.group, self.text())

    async def new_changes(self) -> list[Change]:
        """Of the messages sent last: the stream's, told by their items."""
        return (await Stream(self.table).all())[-1:]

    async def project_new(self, messaging: Messaging) -> None:
        assert not await project(messaging, await self.new_changes())


async def measure(stage: Stage) -> list[Price]:
    """All patterns, in the order of CEILINGS."""
    runs = (
        _newest_messages, _inbox, _send_warm, _send_cold, _project, _refresh, _start, _read,
        _find, _search,
    )  # fmt: skip
    return [
        Price(ceiling, await run(stage, ceiling.pattern))
        for ceiling, run in zip(CEILINGS, runs, strict=True)
    ]


async def cost_of(pattern: str, work: Awaitable[Any]) -> Units:
    """What the work cost; all of it must have been counted under the pattern's name."""
    names: set[str] = set()
    stop = on_units(lambda name, _: names.add(name))
    try:
        with measured() as units:
            await work
    finally:
        stop()
    assert names <= {pattern}, names
    return units


async def _newest_messages(stage: Stage, pattern: str) -> Units:
    cold = beside(stage.messaging)
    return await cost_of(pattern, list_messages(cold, stage.me.user_uuid, stage.group))


async def _inbox(stage: Stage, pattern: str) -> Units:
    return await cost_of(pattern, list_inbox(beside(stage.messaging), stage.me.user_uuid))


async def _send_warm(stage: Stage, pattern: str) -> Units:
    await stage.send(stage.messaging)
    return await cost_of(pattern, stage.send(stage.messaging))


async def _send_cold(stage: Stage, pattern: str) -> Units:
    return await cost_of(pattern, stage.send(beside(stage.messaging)))


async def _project(stage: Stage, pattern: str) -> Units:
    await stage.send(stage.messaging)
    changes = await stage.new_changes()
    return await cost_of(pattern, project(beside(stage.messaging), changes))


async def _refresh(stage: Stage, pattern: str) -> Units:
    stage.clock.moment += timedelta(hours=1)
    return await _project(stage, pattern)


async def _start(stage: Stage, pattern: str) -> Units:
    one, other = stage.people[3:5]
    text = stage.text()
    return await cost_of(pattern, start_direct_group(beside(stage.messaging), one, other, text))


async def _read(stage: Stage, pattern: str) -> Units:
    reader = beside(stage.messaging)
    page = await list_messages(reader, stage.other.user_uuid, stage.group)
    seq = page.messages[-1].seq
    return await cost_of(pattern, mark_read(reader, stage.other.user_uuid, stage.group, seq))


async def _find(stage: Stage, pattern: str) -> Units:
    return await cost_of(pattern, find_user_by_handle(stage.identity, stage.other.handle))


async def _search(stage: Stage, pattern: str) -> Units:
    return await cost_of(pattern, search_handles(stage.identity, "person"))
