"""A row that is throttled is put aside: its shard goes on, and the row is right in the end."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import engines
from tests.dynamodb.faulty import Forward, Proxy, passed_on, refused
from tests.stage import Clock, Interrupted, Stream, beside, person, rename_group
from tests.stream.conftest import World, settings_of
from tests.stream.pump import Pump, Rules, is_wanted
from tests.stream.test_pump import converse, unread

from cruddur.domain.errors import TableUnavailable
from cruddur.domain.model import User
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.entrypoints.stream_lambda import RowsWaitError, StreamFunction
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.leave_group import leave_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.inbox.project import Failed, project_batch
from cruddur.messaging.inbox.put_aside_rows import put_aside_rows
from cruddur.messaging.inbox.rebuild_inboxes import rebuild_inboxes
from cruddur.messaging.inbox.retry_put_aside_rows import retry_put_aside_rows
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.table import Query
from cruddur.schema import keys

THROTTLED = refused("ProvisionedThroughputExceededException")
CARLA = person("carla")
SCHEDULED = {"source": "aws.events", "detail-type": "Scheduled Event"}


def throttle(proxy: Proxy, *texts: str, actions: tuple[str, ...] = ("UpdateItem",)) -> None:
    """Calls of these actions in which one of the texts is."""

    async def fault(forward: Forward) -> web.Response | None:
        is_it = proxy.calls[-1] in actions and any(text.encode() in proxy.body for text in texts)
        return await (THROTTLED if is_it else passed_on)(forward)

    proxy.always = fault


async def come_back(function: StreamFunction) -> None:
    """As the schedule does, until no row waits: on a busy machine a call may find no answer in time."""
    for _ in range(10):
        try:
            answer = await asyncio.to_thread(function, SCHEDULED)
        except RowsWaitError:
            continue
        assert answer == {"batchItemFailures": []}
        return
    raise AssertionError


async def test_a_later_message_does_not_hide_what_the_row_lacks(
    world: World, andrew: User, bayko: User
) -> None:
    group = await converse(world, andrew, bayko, 2)
    await send_message(world.messaging, bayko, group, "3")
    await send_message(world.messaging, andrew, group, "4")
    changes = await Stream(world.table).all()
    await put_aside_rows(world.messaging, group, [bayko.user_uuid], 3)
    await project_batch(world.messaging, changes[-1:])
    await put_aside_rows(world.messaging, group, [bayko.user_uuid], 4)
    assert await retry_put_aside_rows(world.messaging) == (1, 0)
    assert await unread(world, bayko) == [1]
    assert [problem for problem in await world.problems() if bayko.user_uuid in problem] == []


async def aside(world: World) -> list[str]:
    found = await world.table.query(Query(keys.PUT_ASIDE, consistent=True))
    return [item["sk"] for item in found.items]


@pytest.fixture
async def hindered(world: World, proxy: Proxy) -> AsyncIterator[StreamFunction]:
    """The function, behind the proxy."""
    function = StreamFunction(settings_of(world.table, proxy.url))
    yield function
    await asyncio.to_thread(function.close)


async def test_one_throttled_row_among_25_records_holds_up_no_record(
    world: World, hindered: StreamFunction, proxy: Proxy, andrew: User, bayko: User
) -> None:
    group = await converse(world, andrew, bayko, 1)
    await converse(world, andrew, CARLA, 21)
    records = [r for r in await world.records() if is_wanted(Rules().filters, r)]
    await send_message(world.messaging, andrew, group, "2")
    records.insert(0, (await world.records())[-1])
    throttle(proxy, f"GRP#{bayko.user_uuid}")
    pump = Pump(hindered)
    await asyncio.to_thread(pump.run, [records])
    assert [len(numbers) for numbers in pump.invocations] == [25]
    assert pump.discarded == []
    (behind,) = await world.problems()
    assert behind.startswith(f"{bayko.user_uuid}/{group}")
    proxy.always = None
    await come_back(hindered)
    assert (await world.problems(), await aside(world)) == ([], [])


async def test_while_it_is_throttled_each_pass_fails_for_the_alarm_and_keeps_it(
    world: World, hindered: StreamFunction, proxy: Proxy, andrew: User, bayko: User
) -> None:
    group = await converse(world, andrew, bayko, 3)
    throttle(proxy, f"GRP#{bayko.user_uuid}")
    await asyncio.to_thread(Pump(hindered).run, [await world.records()])
    for number in range(4, 7):
        await send_message(world.messaging, andrew, group, str(number))
        with pytest.raises(RowsWaitError):
            await asyncio.to_thread(hindered, SCHEDULED)
    assert f"{group}/{bayko.user_uuid}" in await aside(world)
    proxy.always = None
    await come_back(hindered)
    assert await unread(world, bayko) == [3]  # they wrote the third themselves
    assert await aside(world) == []


async def test_a_row_whose_reads_are_throttled_holds_up_no_other_of_the_group(
    world: World, hindered: StreamFunction, proxy: Proxy, andrew: User, bayko: User
) -> None:
    uuid = (await start_group(world.messaging, andrew, [bayko, CARLA], "Tea")).message_group_uuid
    await send_message(world.messaging, andrew, uuid, "1")
    throttle(proxy, f"GRP#{bayko.user_uuid}", actions=("BatchGetItem",))
    await asyncio.to_thread(Pump(hindered).run, [await world.records()])
    (behind,) = await world.problems()
    assert behind.startswith(bayko.user_uuid)
    assert await aside(world) == [f"{uuid}/{bayko.user_uuid}"]


async def test_a_throttled_conversation_is_put_aside_as_a_whole_with_its_title(
    world: World, hindered: StreamFunction, proxy: Proxy, andrew: User, bayko: User
) -> None:
    uuid = (await start_group(world.messaging, andrew, [bayko], "Tea")).message_group_uuid
    await send_message(world.messaging, andrew, uuid, "1")
    await rename_group(world.messaging, andrew.user_uuid, uuid, "Coffee")
    await converse(world, andrew, CARLA, 2)
    throttle(proxy, f'"MSG#{uuid}"', actions=("GetItem",))
    await asyncio.to_thread(Pump(hindered).run, [await world.records()])
    assert await aside(world) == [uuid]
    assert len(await world.problems()) == 2
    proxy.always = None
    await come_back(hindered)
    assert (await world.problems(), await aside(world)) == ([], [])


async def test_what_is_put_aside_again_while_it_is_done_is_not_forgotten(
    world: World, andrew: User, bayko: User
) -> None:
    group = await converse(world, andrew, bayko, 2)
    await put_aside_rows(world.messaging, group, [bayko.user_uuid], 2)

    async def again() -> None:
        await put_aside_rows(world.messaging, group, [bayko.user_uuid], 2)

    slow = beside(world.messaging, Interrupted(world.table, "delete", again))
    assert await retry_put_aside_rows(slow) == (0, 1)
    assert await retry_put_aside_rows(world.messaging) == (1, 0)


async def test_a_member_who_has_left_meanwhile_gets_no_row(
    world: World, andrew: User, bayko: User
) -> None:
    uuid = (await start_group(world.messaging, andrew, [bayko], "Tea")).message_group_uuid
    await send_message(world.messaging, andrew, uuid, "1")
    await put_aside_rows(world.messaging, uuid, [bayko.user_uuid], 1)
    await leave_group(world.messaging, bayko.user_uuid, uuid)
    assert await retry_put_aside_rows(world.messaging) == (1, 0)
    assert (await list_inbox(world.messaging, bayko.user_uuid)).rows == []


async def test_what_can_never_be_done_becomes_a_dead_letter_that_rebuild_forgets(
    world: World,
) -> None:
    await put_aside_rows(world.messaging, person("x").user_uuid, [])
    assert await retry_put_aside_rows(world.messaging) == (1, 0)
    assert await aside(world) == []
    (problem,) = await world.problems()
    assert problem.startswith(f"{keys.PUT_ASIDE}: dead letter")
    assert [one.is_mended async for one in rebuild_inboxes(world.messaging)] == [True]
    assert await world.problems() == []


class Flaky:
    """A real table that refuses calls by a plan, in the order in which they come."""

    def __init__(self, table: DynamoTable, plan: list[bool]) -> None:
        self._table = table
        self._plan = iter(plan)

    def __getattr__(self, name: str) -> Any:
        return refuse if next(self._plan, False) else getattr(self._table, name)


async def refuse(*_: object, **__: object) -> None:
    raise TableUnavailable("throttled")


STEPS = ["send", "edit", "rename", "project", "retry", "project and retry"]
plans = st.lists(
    st.tuples(st.sampled_from(STEPS), st.lists(st.booleans(), max_size=8)), max_size=12
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plans)
def test_whatever_is_throttled_whenever_the_rows_end_as_the_messages_say(
    plan: list[tuple[str, list[bool]]],
) -> None:
    async def story() -> None:
        url = engines.shared("dynoxide").url
        async with engines.fresh_table(url) as table:
            play = Play(World(table, url, Clock()))
            await play.begin()
            for step, failures in [*plan, ("project", []), ("retry", [])]:
                await play.take(step, failures)
            assert await aside(play.world) == []
            assert await play.world.problems() == []

    asyncio.run(story())


class Play:
    """A group, and processors that lose what they know after each step."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.people = [person("andrew"), person("bayko"), person("carla")]
        self.done = 0
        self.sent = 0

    async def begin(self) -> None:
        group = await start_group(self.world.messaging, self.people[0], self.people[1:], "Tea")
        self.uuid = group.message_group_uuid
        await self._send()

    async def take(self, step: str, failures: list[bool]) -> None:
        self.world.clock.turn(minutes=7)
        flaky = beside(self.world.messaging, Flaky(self.world.table, failures))
        match step:
            case "send":
                await self._send()
            case "edit":
                author = self.people[self.sent % 3].user_uuid
                await edit_message(self.world.messaging, author, self.uuid, self.seq, f"{step}ed")
            case "rename":
                title = f"Tea at {self.world.clock()}"
                await rename_group(self.world.messaging, self.people[0].user_uuid, self.uuid, title)
            case _:
                await self._process(flaky, step)

    async def _send(self) -> None:
        self.sent += 1
        sender = self.people[self.sent % 3]
        self.seq = (await send_message(self.world.messaging, sender, self.uuid, "Hello")).seq

    async def _process(self, flaky: MessagingContext, step: str) -> None:
        changes = await Stream(self.world.table).all()
        steps: list[Coroutine[Any, Any, Any]] = []
        if step != "retry":
            steps.append(project_batch(flaky, changes[self.done :]))
        if step != "project":
            # Two at once: one is refused calls, the other is not.
            steps += [retry_put_aside_rows(one) for one in (flaky, beside(flaky, self.world.table))]
        first, *_ = await asyncio.gather(*steps, return_exceptions=True)
        if isinstance(first, Failed) and not first.waiting:
            assert not first.broken
            self.done = len(changes)
