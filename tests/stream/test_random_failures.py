"""Whatever fails, whenever, in whatever order shards are read: the inboxes end as the messages say."""

import asyncio
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import engines
from tests.stage import Clock, person
from tests.stream.conftest import World
from tests.stream.pump import Pump, Record, Rules, sequence_of

from cruddur.entrypoints.stream_lambda import StreamFunction
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.inbox.list_inbox import list_inbox

PEOPLE = [person(name) for name in ("andrew", "bayko", "carla")]
PAIRS = [(0, 1), (1, 0), (0, 2), (2, 1)]
SHARDS = 2

sends = st.lists(
    st.tuples(st.sampled_from(PAIRS), st.integers(0, SHARDS - 1), st.integers(0, 90)),
    min_size=1,
    max_size=10,
)
outcomes = st.one_of(
    st.just("works"),
    st.just("crashes at once"),
    st.just("answer is lost"),
    st.tuples(st.just("crashes after"), st.integers(1, 5)),
    st.tuples(st.just("names"), st.integers(0, 5)),
)


class Unreliable:
    """The real function, in an environment that follows a plan of failures and then works."""

    def __init__(self, function: StreamFunction, plan: list[Any]) -> None:
        self._function = function
        self._plan = iter(plan)

    def __call__(self, event: Mapping[str, Any]) -> Mapping[str, Any]:
        records = event["Records"]
        match next(self._plan, "works"):
            case "works":
                return self._function(event)
            case ("names", number):
                named = sequence_of(records[number % len(records)])
                self._function(event)
                return {"batchItemFailures": [{"itemIdentifier": named}]}
            case ("crashes after", count):
                self._function({"Records": records[:count]})
            case "answer is lost":
                self._function(event)
        raise TimeoutError


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sends, st.lists(outcomes, max_size=8), st.integers(1, 6), st.integers(0, 999))
def test_failures_at_random_lose_nothing_and_double_nothing(
    plan: list[Any], failures: list[Any], batch_size: int, turns: int
) -> None:
    async def story() -> None:
        url = engines.shared("dynoxide").url
        async with engines.fresh_table(url) as table:
            world = World(table, url, Clock())
            counts = await write(world, plan)
            shards = shared_out(await world.records(), [shard for _, shard, _ in plan])
            function = StreamFunction(world.settings)
            pump = Pump(Unreliable(function, failures), Rules(batch_size, retries=99))
            try:
                await asyncio.to_thread(by_turns, pump, shards, Random(turns))
            finally:
                await asyncio.to_thread(function.close)
            assert pump.discarded == []
            assert await world.problems() == []
            assert await unread(world) == counts

    asyncio.run(story())


async def write(world: World, plan: list[Any]) -> dict[tuple[str, str], int]:
    """How many unread messages each has from each: since they last wrote to them."""
    counts: dict[tuple[str, str], int] = {}
    for (sender, recipient), _, minutes in plan:
        world.clock.turn(minutes=minutes)
        one, other = PEOPLE[sender], PEOPLE[recipient]
        await start_direct_group(world.messaging, one, other, "Hello")
        counts[one.handle, other.handle] = 0
        counts[other.handle, one.handle] = counts.get((other.handle, one.handle), 0) + 1
    return counts


async def unread(world: World) -> dict[tuple[str, str], int]:
    return {
        (user.handle, row.user_handle or ""): row.unread
        for user in PEOPLE
        for row in (await list_inbox(world.messaging, user.user_uuid)).rows
    }


def shared_out(records: list[Record], places: list[int]) -> list[list[Record]]:
    """A shard keeps the order of its records; between shards there is none."""
    shards: list[list[Record]] = [[] for _ in range(SHARDS)]
    for number, record in enumerate(records):
        shards[places[number % len(places)]].append(record)
    return shards


def by_turns(pump: Pump, shards: list[list[Record]], random: Random) -> None:
    running: list[Iterator[None]] = [
        pump.steps([shard], f"shardId-{number}") for number, shard in enumerate(shards)
    ]
    while running:
        one = random.choice(running)
        if next(one, "ended") == "ended":
            running.remove(one)
