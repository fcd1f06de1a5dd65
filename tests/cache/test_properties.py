"""Whatever happens in whatever order: no reader sees less than before, and at last all is right."""

import asyncio
import uuid
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cache.interleaving import Gate, interleave
from tests.cache.lagging import lagging
from tests.cache.lagging_worlds import CrowdedWorld, LaggingWorld
from tests.cache.stores import opened_store
from tests.cache.world import PAIRS, Sound, World
from tests.folders import temporary_folder

from cruddur.engines.sqlite import SqliteTable
from cruddur.messaging.inbox.is_projected import PROJECTOR_CONSUMER

Plan = list[tuple[Any, ...]]
EXAMPLES = {"memory": 40, "valkey": 15, "momento": 8}

seeds = st.integers(0, 2**32)
process, which, pair = st.integers(0, 1), st.integers(0, 50), st.sampled_from(PAIRS)
sound_steps = st.one_of(
    st.tuples(st.just("send"), process, pair),
    st.tuples(st.just("edit"), process, which),
    st.tuples(st.just("delete"), process, which),
    st.tuples(st.just("mark"), process, which),
    st.tuples(st.just("project"), process),
    st.tuples(st.just("messages"), process, pair, st.sampled_from([1, 20, 50])),
    st.tuples(st.just("messages"), process, pair, st.just(20)),
    st.tuples(st.just("inbox"), process, st.integers(0, 2)),
    st.tuples(st.just("tell_all"), process, st.integers(0, 2)),
    st.tuples(st.just("all_told"), process, st.integers(0, 2)),
    st.tuples(st.just("evict"), st.integers(0, 3), pair),
)
steps = st.one_of(
    sound_steps,
    st.tuples(st.just("breakdown"), process, st.sampled_from(["refuses", "loses"])),
    st.tuples(st.just("mend"), process),
)


# One conversation and one inbox, so that much befalls the same few pages.
lagging_steps = st.one_of(
    st.tuples(st.just("send"), process, st.just((0, 1))),
    st.tuples(st.just("edit"), process, which),
    st.tuples(st.just("mark"), process, which),
    st.tuples(st.just("project"), process),
    st.tuples(st.just("messages"), process, st.just((0, 1)), st.just(20)),
    st.tuples(st.just("inbox"), process, st.just(0)),
    st.tuples(st.just("evict"), st.integers(0, 3), st.just((0, 1))),
    st.tuples(st.just("breakdown"), process, st.just("refuses")),
    st.tuples(st.just("mend"), process),
    st.tuples(st.just("catch_up")),
    st.tuples(st.just("wait"), st.sampled_from([0.5, 2.0])),
)


def check(engine: str, kind: type[Any], plan: Plan, seed: int) -> None:
    async def run() -> None:
        random = Random(seed)
        gate = Gate(random)
        with temporary_folder() as folder:
            table = await SqliteTable.open(Path(folder), consumers=[PROJECTOR_CONSUMER])
            async with opened_store(engine, str(uuid.uuid4())) as store, lagging(table) as both:
                world = kind(both if issubclass(kind, LaggingWorld) else table, store, gate)
                await world.begin()
                works = [getattr(world, name)(*given) for name, *given in plan]
                await interleave(works, gate, random)
                await world.check_quiet()
            await table.close()

    asyncio.run(run())


@pytest.mark.parametrize("engine", EXAMPLES)
def test_no_reader_sees_less_than_before_and_at_last_the_cache_equals_the_table(
    engine: str,
) -> None:
    @settings(max_examples=EXAMPLES[engine], deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(steps, max_size=40), seeds)
    def story(plan: Plan, seed: int) -> None:
        check(engine, World, plan, seed)

    story()


@pytest.mark.parametrize("engine", EXAMPLES)
def test_what_was_acknowledged_is_seen_at_once_in_every_process(engine: str) -> None:
    @settings(max_examples=EXAMPLES[engine], deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(sound_steps, max_size=40), seeds)
    def story(plan: Plan, seed: int) -> None:
        check(engine, Sound, plan, seed)

    story()


@pytest.mark.parametrize("kind", [LaggingWorld, CrowdedWorld])
def test_a_replica_that_lags_takes_back_nothing(kind: type[LaggingWorld]) -> None:
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(lagging_steps, min_size=30, max_size=60), seeds)
    def story(plan: Plan, seed: int) -> None:
        check("memory", kind, plan, seed)

    story()
