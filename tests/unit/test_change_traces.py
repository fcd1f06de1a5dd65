"""Each device ends with exactly what its person may see, whatever happens, and its numbers say so.

What happens: sends, edits, reactions, deletions for everybody and for oneself, each sent again now and
then, leaving and coming back, crashes between two writes, lost and doubled events, devices that come
and go.

`TRACES=10000 pytest tests/unit/test_change_traces.py` tries ten thousand on each engine; `-k sqlite` or
`-k dynoxide` chooses one.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import engines
from tests.folders import temporary_folder
from tests.trace_world import World

from cruddur.engines.sqlite import SqliteTable
from cruddur.messaging.inbox.is_projected import PROJECTOR_CONSUMER

TRACES = int(os.environ.get("TRACES", "0"))
"""By default few, and on DynamoDB's API fewer: the checks of each change have to be fast."""

people, numbers = st.integers(0, 2), st.integers(0, 8)
steps = st.one_of(
    st.tuples(st.just("send"), people),
    st.tuples(st.just("send"), people, numbers),
    st.tuples(st.just("send_again"), numbers),
    st.tuples(st.just("edit"), people, numbers),
    st.tuples(st.just("edit"), people, numbers),
    st.tuples(st.just("edit_again"), numbers),
    st.tuples(st.just("delete"), people, numbers),
    st.tuples(st.just("react"), people, numbers),
    st.tuples(st.just("react"), people, numbers),
    st.tuples(st.just("react_at_once"), numbers),
    st.tuples(st.just("hide"), people, st.lists(numbers, min_size=1, max_size=3)),
    st.tuples(st.just("clear"), people),
    st.tuples(st.just("crash"), people, numbers),
    st.tuples(st.just("crash_reacting"), people, numbers),
    st.tuples(st.just("crash_deleting"), people, numbers),
    st.tuples(st.just("crash_hiding"), people, numbers),
    st.tuples(st.just("leave"), st.integers(1, 2)),
    st.tuples(st.just("join"), st.integers(1, 2)),
    st.tuples(st.just("come_back"), st.integers(1, 2)),
    st.tuples(st.just("device"), people),
    st.tuples(st.just("sleep"), numbers),
    st.tuples(st.just("wake"), numbers),
    st.tuples(st.just("project"), st.lists(st.integers(0, 99), max_size=5)),
)
Steps = list[tuple[Any, ...]]
traces = st.lists(steps, max_size=40), st.randoms(use_true_random=False)


@asynccontextmanager
async def on_sqlite() -> AsyncIterator[SqliteTable]:
    with temporary_folder() as folder:
        table = await SqliteTable.open(Path(folder), consumers=[PROJECTOR_CONSUMER])
        try:
            yield table
        finally:
            await table.close()


def on_dynamodb() -> Any:
    return engines.fresh_table(engines.shared("dynoxide").url)


ENGINES: dict[str, tuple[Callable[[], Any], int]] = {
    "sqlite": (on_sqlite, 60),
    "dynoxide": (on_dynamodb, 20),
}


def acted_out(engine: Callable[[], Any], trace: Steps, random: Random) -> None:
    async def run() -> None:
        async with engine() as table:
            await story(World(table, random))

    async def story(world: World) -> None:
        await world.start()
        for name, *arguments in trace:
            await world.act(name, *arguments)
        await world.end()

    asyncio.run(run())


@pytest.mark.parametrize("name", ENGINES)
def test_each_device_ends_with_what_its_person_may_see(name: str) -> None:
    engine, few = ENGINES[name]

    @settings(max_examples=TRACES or few, suppress_health_check=[HealthCheck.too_slow])
    @given(*traces)
    def each(trace: Steps, random: Random) -> None:
        acted_out(engine, trace, random)

    each()
