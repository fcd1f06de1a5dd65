"""Four processes over one table and one bus: one after the other is killed while the others go on.

`CRASH_KILLS=100 pytest -s tests/crash/test_kill_one_of_four.py` kills a hundred.
"""

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from itertools import pairwise

import pytest
from bench.service import Service
from tests.crash.conftest import Town
from tests.crash.outbox import Outbox, Unavailable
from tests.valkey_server import ValkeyServer

PROCESSES = 4
KILLS = int(os.environ.get("CRASH_KILLS", "10"))
LOAD_SECONDS = (0.05, 0.25)
HOP_SECONDS = (0.05, 0.5)
CALM_STARTS = 3
"""Of so many processes that come for one that was killed, the first starts under load: it takes long."""


class Fleet:
    """The processes that serve. A device goes to one of them, and to another one when that is gone."""

    def __init__(self, town: Town, bus: ValkeyServer) -> None:
        self._town = town
        self._bus = {"CRUDDUR_BUS": "valkey", "CRUDDUR_VALKEY_URL": bus.url}
        self.services: list[Service] = []
        self.flows = asyncio.Event()

    async def add(self) -> None:
        self.services.append(await self._town.start(self._bus))

    async def kill_one(self, chance: random.Random) -> None:
        killed = self.services.pop(chance.randrange(len(self.services)))
        await killed.kill()

    async def serve(self, outbox: Outbox, chance: random.Random) -> None:
        """Goes from process to process, now and then in the middle of a request."""
        while True:
            await self.flows.wait()
            url = chance.choice(self.services).url
            with suppress(ConnectionError, Unavailable, TimeoutError):
                await asyncio.wait_for(outbox.work(url), chance.uniform(*HOP_SECONDS))


@pytest.fixture
def bus() -> Iterator[ValkeyServer]:
    server = ValkeyServer()
    yield server
    server.stop()


@pytest.fixture
async def fleet(town: Town, bus: ValkeyServer) -> AsyncIterator[Fleet]:
    fleet = Fleet(town, bus)
    for _ in range(PROCESSES):
        await fleet.add()
    yield fleet
    for service in fleet.services:
        await service.kill()


@pytest.mark.parametrize("town", ["dynamodb"], indirect=True)
async def test_whichever_is_killed_nothing_is_lost_doubled_or_reordered(
    town: Town, fleet: Fleet
) -> None:
    seed = int(os.environ.get("CRASH_SEED", time.time_ns()))
    print(f"CRASH_SEED={seed}")  # noqa: T201  to see the same moments again
    chance = random.Random(seed)
    senders = [asyncio.create_task(fleet.serve(one, chance)) for one in town.outboxes]
    for number in range(KILLS):
        fleet.flows.set()
        await asyncio.sleep(chance.uniform(*LOAD_SECONDS))
        await fleet.kill_one(chance)
        if number % CALM_STARTS != 0:
            await asyncio.sleep(chance.uniform(*LOAD_SECONDS))
            fleet.flows.clear()
        await fleet.add()
        assert not any(sender.done() for sender in senders)
    for sender in senders:
        sender.cancel()
    await asyncio.gather(*senders, return_exceptions=True)
    url = fleet.services[0].url
    await asyncio.gather(*(one.empty(url) for one in town.outboxes))
    await town.check_nothing_is_lost()
    assert all(map(_is_in_order, town.outboxes))
    await town.check_inboxes(url)
    town.check_by_command()
    _print_figures(town.outboxes)


def _is_in_order(outbox: Outbox) -> bool:
    """A device sends one message after the other, so each has a greater number than the one before."""
    return all(one.seq < other.seq for one, other in pairwise(outbox.acknowledged))


def _print_figures(outboxes: Sequence[Outbox]) -> None:
    messages = sum(len(one.acknowledged) for one in outboxes)
    edits = sum(len(one.edited) for one in outboxes)
    print(f"{messages} messages, {edits} edits survived {KILLS} kills of one of {PROCESSES}")  # noqa: T201
    assert min(messages, edits) > KILLS
