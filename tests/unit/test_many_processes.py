"""Several processes write to one conversation, and know of each other by hints that may be wrong."""

import asyncio
import uuid
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.folders import temporary_folder
from tests.stage import Clock, Counted, beside, person

from cruddur.domain.model import User
from cruddur.engines.bus.memory import MemoryBus
from cruddur.engines.sqlite import SqliteTable
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.messaging.messages.send_message import send_message, uuid7
from cruddur.ports.bus import Event
from cruddur.ports.table import Page, Query, Table
from cruddur.web.sse.encoding import encode_event

FAR = 10**12 - 2
ANDREW = person("andrew")


@pytest.fixture
async def group(messaging: MessagingContext, andrew: User, bayko: User) -> str:
    return (await start_direct_group(messaging, andrew, bayko, "1")).message_group_uuid


def event_of(group: str, seq: int) -> Event:
    return Event("message", b"{}", "", seq, group)


async def fall_behind(
    messaging: MessagingContext, group: str, by: int
) -> tuple[MessagingContext, Counted]:
    """A process that has sent, and then another one has: `by` messages."""
    counted = Counted(messaging.table)
    behind = beside(messaging, counted)
    await send_message(behind, ANDREW, group, "2")
    for _ in range(by):
        await send_message(messaging, ANDREW, group, "x")
    counted.calls.clear()
    return behind, counted


def calls_of(counted: Counted) -> list[str]:
    return [call for call in counted.calls if call in {"put", "query", "transact"}]


@pytest.mark.parametrize("by", [1, 4, 5, 30, 63])
async def test_after_says_that_another_process_wrote(
    messaging: MessagingContext, group: str, by: int
) -> None:
    behind, counted = await fall_behind(messaging, group, by)
    sent = await send_message(behind, ANDREW, group, "x", after=2 + by)
    assert (sent.seq, calls_of(counted)) == (3 + by, ["query", "put"])


async def test_so_says_an_event_of_the_bus(messaging: MessagingContext, group: str) -> None:
    behind, counted = await fall_behind(messaging, group, 1)
    behind.tails.on_event(event_of(group, 3))
    sent = await send_message(behind, ANDREW, group, "x")
    assert (sent.seq, calls_of(counted)) == (4, ["query", "put"])


async def test_so_say_messages_that_were_listed(messaging: MessagingContext, group: str) -> None:
    behind, counted = await fall_behind(messaging, group, 1)
    await list_messages(behind, ANDREW.user_uuid, group)
    counted.calls.clear()
    assert (await send_message(behind, ANDREW, group, "x")).seq == 4
    assert calls_of(counted) == ["query", "put"]


async def test_a_number_that_was_taken_is_read_on_from_what_is_known(
    messaging: MessagingContext, table: Table, group: str
) -> None:
    watched = Queries(table)
    behind = beside(messaging, watched)
    await send_message(behind, ANDREW, group, "2")
    await send_message(messaging, ANDREW, group, "3")
    watched.first.clear()
    assert (await send_message(behind, ANDREW, group, "x")).seq == 4
    assert watched.first == ["000000000003"]


async def test_those_who_wait_together_are_read_on_for_once(
    messaging: MessagingContext, group: str
) -> None:
    behind, counted = await fall_behind(messaging, group, 3)
    sends = [send_message(behind, ANDREW, group, "x", after=5) for _ in range(10)]
    assert sorted(message.seq for message in await asyncio.gather(*sends)) == [*range(6, 16)]
    assert calls_of(counted) == ["query", "put", "transact"]


@pytest.mark.parametrize("after", [FAR, -1, -FAR, 40])
async def test_a_hostile_after_costs_a_read_and_makes_no_gap(
    messaging: MessagingContext, group: str, after: int
) -> None:
    behind, counted = await fall_behind(messaging, group, 0)
    sent = await send_message(behind, ANDREW, group, "x", after=after)
    assert sent.seq == 3
    assert len(calls_of(counted)) <= 3
    counted.calls.clear()
    assert (await send_message(behind, ANDREW, group, "x", after=3)).seq == 4
    assert calls_of(counted) == ["put"]


async def test_an_event_of_a_number_that_nobody_has_costs_one_read(
    messaging: MessagingContext, group: str
) -> None:
    behind, counted = await fall_behind(messaging, group, 0)
    behind.tails.on_event(event_of(group, FAR))
    sent = [await send_message(behind, ANDREW, group, "x") for _ in range(2)]
    assert [message.seq for message in sent] == [3, 4]
    assert calls_of(counted) == ["query", "put", "put"]


async def test_an_event_keeps_nothing_of_conversations_that_nobody_here_writes_to(
    messaging: MessagingContext,
) -> None:
    messaging.tails.on_event(event_of(uuid7(), 7))
    assert messaging.tails.last_seq(uuid7()) == 0


class Queries:
    """A real table that writes down from where its queries begin."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.first: list[str | None] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)

    async def query(self, query: Query) -> Page:
        self.first.append(query.range.at_least)
        return await self._table.query(query)


PROCESSES = 4
processes = st.integers(0, PROCESSES - 1)
hints = st.sampled_from(["none", "honest", "too far", "negative", "start"])
sends = st.tuples(st.just("send"), processes, hints)
retries = st.tuples(st.just("retry"), processes, st.integers(0, 40))
events = st.tuples(st.just("event"), processes, st.integers(0, 40))
false_events = st.tuples(st.just("false_event"), processes, st.integers(0, 60))
steps = st.lists(st.lists(sends | retries | events | false_events, min_size=1, max_size=6))


class Story:
    """Processes over one table. What they publish arrives late, twice, elsewhere, or never."""

    def __init__(self, here: MessagingContext, group: str) -> None:
        self.group = group
        self.published = Published()
        self.processes = [beside(here) for _ in range(PROCESSES)]
        for process in self.processes:
            process.bus, process.encode = self.published, encode_event
        self.first_tries: list[tuple[str, int]] = []
        self.last_seq = 1

    async def send(self, process: int, hint: str) -> None:
        hints = {"none": None, "too far": FAR, "negative": -3, "start": 0}
        message_uuid = uuid7()
        if hint == "honest":
            self.first_tries.append((message_uuid, self.last_seq))
        after = hints.get(hint, self.last_seq)
        await self._send(process, message_uuid, after)

    async def retry(self, process: int, which: int) -> None:
        if self.first_tries:
            await self._send(process, *self.first_tries[which % len(self.first_tries)])

    async def event(self, process: int, which: int) -> None:
        if events := self.published.events:
            self.processes[process].tails.on_event(events[which % len(events)])

    async def false_event(self, process: int, seq: int) -> None:
        self.processes[process].tails.on_event(event_of(self.group, seq))

    async def _send(self, process: int, message_uuid: str, after: int | None) -> None:
        sent = await send_message(
            self.processes[process],
            ANDREW,
            self.group,
            "x",
            message_uuid=message_uuid,
            after=after,
        )
        self.last_seq = max(self.last_seq, sent.seq)


class Published(MemoryBus):
    """A bus on which events wait for the story to deliver them."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Event] = []

    async def publish(self, channels: Any, event: Event) -> None:
        self.events.append(event)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps)
def test_whatever_hints_say_numbers_have_no_gap_and_retries_no_double(
    steps: list[list[tuple[Any, ...]]],
) -> None:
    asyncio.run(_act(steps))


async def _act(steps: list[list[tuple[Any, ...]]]) -> None:
    with temporary_folder() as folder:
        table = await SqliteTable.open(Path(folder))
        here = MessagingContext(table=table, bus=MemoryBus(), clock=Clock())
        group = (await start_direct_group(here, ANDREW, ANDREW, "1")).message_group_uuid
        story = Story(here, group)
        for at_once in steps:
            await asyncio.gather(*(getattr(story, name)(*given) for name, *given in at_once))
        stored = [item async for item in table.scan() if item["sk"].isdigit()]
        await table.close()
    assert sorted(item["sk"] for item in stored) == [f"{n:012}" for n in range(1, len(stored) + 1)]
    uuids = [item["message_uuid"] for item in stored]
    assert len(set(uuids)) == len(uuids)
    assert {one for one, _ in story.first_tries} <= set(uuids)
    assert all(uuid.UUID(one) for one in uuids)
