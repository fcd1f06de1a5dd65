"""Runs every access pattern once and says what it cost."""

import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from tests.stage import CHEAP_PASSWORDS, Clock, Stream, beside, person

from cruddur.domain.model import Message, User
from cruddur.engines.bus.memory import MemoryBus
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.identity.context import IdentityContext
from cruddur.identity.create_account import create_account
from cruddur.identity.find_user import find_user_by_handle
from cruddur.identity.search_people import search_people
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.inbox.mark_read import mark_read
from cruddur.messaging.inbox.missed_events import MissedEvents
from cruddur.messaging.inbox.project import project
from cruddur.messaging.inbox.search_inbox import search_inbox
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.change_feed import Change
from cruddur.ports.metering import Ceiling, Units, measured, on_units
from cruddur.ports.table import Put
from cruddur.schema import items
from cruddur.tools.capacity.ceilings import ceilings

PEOPLE = 61
CONVERSATION = 40
MOST_CHARACTERS = 700  # of a message whose item has 1 KB
SENDS = 60  # of which a mean is taken
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
        self.messaging = MessagingContext(table=table, bus=MemoryBus(), clock=self.clock)
        self.identity = IdentityContext(table, bytes(32), self.clock, password_cost=CHEAP_PASSWORDS)
        self.people = [person(f"person-{number:02d}") for number in range(PEOPLE)]
        self.chance = random.Random(1)
        self.stream = Stream(table)
        self.group = ""

    @classmethod
    async def set(cls, table: DynamoTable, text_of: TextOf = as_people_write) -> "Stage":
        stage = cls(table, text_of)
        for user in stage.people:
            await table.transact([Put(item) for item in items.person_items(user)])
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

    async def send(self, messaging: MessagingContext) -> Message:
        self.clock.turn(seconds=20)
        return await send_message(messaging, self.me, self.group, self.text())

    async def new_changes(self) -> list[Change]:
        """Of the messages sent last: the stream's, told by their items."""
        return (await self.stream.all())[-1:]

    async def project_new(self, messaging: MessagingContext) -> None:
        assert not await project(messaging, await self.new_changes())


Run = Callable[[Stage, str], Awaitable[Units]]

RUNS: dict[str, Run] = {}
"""What asks each question once, and says what that cost."""


def asks(question: str) -> Callable[[Run], Run]:
    """Decorates the run of a question."""

    def decorate(run: Run) -> Run:
        RUNS[question] = run
        return run

    return decorate


async def measure(stage: Stage) -> list[Price]:
    """All questions, in the order of their letters. Files named `asks_…` have some of the runs."""
    for file in Path(__file__).parent.glob("asks_*.py"):
        import_module(f"tests.prices.{file.stem}")
    return [
        Price(ceiling, await RUNS[question](stage, ceiling.pattern))
        for question, ceiling in ceilings().items()
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


@asks("a conversation's 20 newest messages")
async def _newest_messages(stage: Stage, pattern: str) -> Units:
    cold = beside(stage.messaging)
    return await cost_of(pattern, list_messages(cold, stage.me.user_uuid, stage.group))


@asks("the 20 newest of an inbox")
async def _inbox(stage: Stage, pattern: str) -> Units:
    return await cost_of(pattern, list_inbox(beside(stage.messaging), stage.me.user_uuid))


@asks("send a message")
async def _send_warm(stage: Stage, pattern: str) -> Units:
    await stage.send(stage.messaging)
    return await cost_of(pattern, stage.send(stage.messaging))


@asks("send a message, nothing remembered")
async def _send_cold(stage: Stage, pattern: str) -> Units:
    return await cost_of(pattern, stage.send(beside(stage.messaging)))


@asks("send a message, one of 2 processes")
async def _send_by_2(stage: Stage, pattern: str) -> Units:
    return await _send_by(2, stage, pattern)


@asks("send a message, one of 20 processes")
async def _send_by_20(stage: Stage, pattern: str) -> Units:
    return await _send_by(20, stage, pattern)


async def _send_by(count: int, stage: Stage, pattern: str) -> Units:
    """The mean of many sends, each by the process that a balancer happens to choose."""
    chance = random.Random(1)  # of its own, so that other patterns keep their texts
    processes = [beside(stage.messaging) for _ in range(count)]
    last = 0

    async def send(process: MessagingContext) -> int:
        text = stage.text_of(chance)
        return (await send_message(process, stage.me, stage.group, text, after=last)).seq

    for process in processes:
        last = await send(process)

    async def send_many() -> None:
        nonlocal last
        for _ in range(SENDS):
            last = await send(chance.choice(processes))

    total = await cost_of(pattern, send_many())
    return Units(*(getattr(total, field) / SENDS for field in Units.__slots__))


@asks("project it")
async def _project(stage: Stage, pattern: str) -> Units:
    await stage.send(stage.messaging)
    changes = await stage.new_changes()
    return await cost_of(pattern, project(beside(stage.messaging), changes))


@asks("project it and refresh the index, once an hour")
async def _refresh(stage: Stage, pattern: str) -> Units:
    stage.clock.moment += timedelta(hours=1)
    return await _project(stage, pattern)


@asks("start a conversation")
async def _start(stage: Stage, pattern: str) -> Units:
    one, other = stage.people[3:5]
    text = stage.text()
    return await cost_of(pattern, start_direct_group(beside(stage.messaging), one, other, text))


@asks("mark read")
async def _read(stage: Stage, pattern: str) -> Units:
    reader = beside(stage.messaging)
    page = await list_messages(reader, stage.other.user_uuid, stage.group)
    seq = page.messages[-1].seq
    return await cost_of(pattern, mark_read(reader, stage.other.user_uuid, stage.group, seq))


@asks("find a person by handle")
async def _find(stage: Stage, pattern: str) -> Units:
    return await cost_of(pattern, find_user_by_handle(stage.identity, stage.other.handle))


@asks("people whose handle or name begins so")
async def _search(stage: Stage, pattern: str) -> Units:
    return await cost_of(pattern, search_people(stage.identity, "person"))


@asks("search sixty of them by name")
async def _search_inbox(stage: Stage, pattern: str) -> Units:
    return await cost_of(pattern, search_inbox(stage.messaging, stage.me.user_uuid, "person"))


@asks("make an account, of a name of two words")
async def _sign_up(stage: Stage, pattern: str) -> Units:
    made = create_account(stage.identity, "maya", "Maya Lindqvist", "correct horse")
    return await cost_of(pattern, made)


@asks("resume a stream, one conversation moved")
async def _resume(stage: Stage, pattern: str) -> Units:
    since = stage.messaging.now()
    for _ in range(3):
        await stage.send(stage.messaging)
    await stage.project_new(stage.messaging)
    missed = MissedEvents(beside(stage.messaging), stage.other.user_uuid, since)
    return await cost_of(pattern, missed.find())


@asks("resume it, nothing moved")
async def _resume_idle(stage: Stage, pattern: str) -> Units:
    stage.clock.turn(hours=2)
    since = stage.messaging.now()
    missed = MissedEvents(beside(stage.messaging), stage.other.user_uuid, since)
    return await cost_of(pattern, missed.find())
