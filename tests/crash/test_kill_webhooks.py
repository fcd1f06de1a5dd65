"""The service and a webhook's receiver are killed, again and again, and the receiver gets everything.

`CRASH_KILLS=20 CRASH_WEBHOOKS=10000 pytest -s tests/crash/test_kill_webhooks.py` is the whole of what
the service promises: ten thousand messages, and twenty kills of either.
"""

import asyncio
import os
import random
import subprocess
import sys
import time
from asyncio.subprocess import Process
from collections import defaultdict
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from tests.crash.conftest import Town
from tests.crash.outbox import end_of
from tests.ports import free_port

from cruddur.bootstrap import open_application
from cruddur.domain.webhook import Webhook
from cruddur.messaging.webhooks.add_webhook import add_webhook
from cruddur.ports.paging import all_items
from cruddur.ports.table import Query, Range
from cruddur.schema import keys

KILLS = {"sqlite": 3, "dynamodb": 1}
MESSAGES = {"sqlite": 300, "dynamodb": 100}
LOAD_SECONDS = (0.1, 0.5)
PATIENCE_SECONDS = 600
ALLOW = {"CRUDDUR_OUTBOUND_ALLOW": "127.0.0.0/8"}


class Hooked:
    """A receiver at a port that stays the same, and the file in which it notes what it got."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.file = folder / "received"
        self.secret = ""
        self._process: Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.crash.hook_receiver"),
            *(str(self.port), str(self.file), self.secret),
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        assert await self._process.stdout.readline() == b"ready\n"

    async def kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    def received(self) -> dict[str, list[int]]:
        """By conversation, and kind of event, the numbers in the order in which each came first."""
        found: dict[str, dict[int, None]] = defaultdict(dict)
        for line in self.file.read_text().splitlines() if self.file.exists() else ():
            lane, _, number = line.rpartition("_")
            found[lane][int(number)] = None
        return {lane: list(numbers) for lane, numbers in found.items()}


@pytest.fixture
async def hooked(town: Town, tmp_path: Path) -> AsyncIterator[Hooked]:
    hooked = Hooked(tmp_path)
    allowed = msgspec.structs.replace(town.settings, outbound_allow="127.0.0.0/8")
    async with open_application(allowed) as application:
        webhook: Webhook = await add_webhook(
            application.messaging,
            application.feeds,
            application.outbound,
            name="shop",
            url=hooked.url,
        )
    hooked.secret = webhook.secret
    await hooked.start()
    yield hooked
    await hooked.kill()


async def test_the_receiver_gets_everything_in_order(town: Town, hooked: Hooked) -> None:
    seed = int(os.environ.get("CRASH_SEED", time.time_ns()))
    print(f"CRASH_SEED={seed}")  # noqa: T201  to see the same moments again
    moments = random.Random(seed)
    kind = town.settings.table
    kills = int(os.environ.get("CRASH_KILLS", KILLS[kind]))
    wanted = int(os.environ.get("CRASH_WEBHOOKS", MESSAGES[kind]))
    done, service = 0, await town.start(ALLOW)
    try:
        while done < kills or _count(town) < wanted:
            load = [asyncio.create_task(outbox.work(service.url)) for outbox in town.outboxes]
            await asyncio.sleep(moments.uniform(*LOAD_SECONDS))
            if done < kills:
                await hooked.kill()
                await asyncio.sleep(moments.uniform(0, 0.1))
                await service.kill()
                await end_of(load)
                await hooked.start()
                service, done = await town.start(ALLOW), done + 1
            else:
                for task in load:
                    task.cancel()
                await asyncio.gather(*load, return_exceptions=True)
        await asyncio.gather(*(outbox.empty(service.url) for outbox in town.outboxes))
        stored = await _stored(town)
        began = time.monotonic()
        await _until_all_came(hooked, stored)
        seconds = time.monotonic() - began
    finally:
        await service.kill()
    received = hooked.received()
    for lane, last in stored.items():
        first = 2 if lane.startswith("msg_") else 1  # the webhook is younger than the first message
        # On DynamoDB "now" is this minute, so that the first message may come too.
        numbers = [number for number in received[lane] if number >= first]
        assert numbers == list(range(first, first + last))
    lines = len(hooked.file.read_text().splitlines())
    events = sum(stored.values())
    print(f"{events} events, {lines} deliveries, {done} kills of each; {seconds:.0f} s to the end")  # noqa: T201


async def _until_all_came(hooked: Hooked, stored: dict[str, int]) -> None:
    """Looks into the file, which another process writes."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            received = hooked.received()
            if all(len(received.get(lane, ())) >= count for lane, count in stored.items()):
                return
            await asyncio.sleep(0.2)


def _count(town: Town) -> int:
    return sum(len(outbox.acknowledged) for outbox in town.outboxes)


async def _stored(town: Town) -> dict[str, int]:
    """By conversation, and kind of event, how many a receiver has to get."""
    found: dict[str, int] = {}
    async with open_application(town.settings) as application:
        table = application.messaging.table
        for uuid in {pair.message_group_uuid for pair in town.pairs}:
            pk = keys.messages_pk(uuid)
            numbers = Range(at_least=keys.FIRST_SEQ_SK, at_most=keys.LAST_SEQ_SK)
            messages = await all_items(table, Query(pk, numbers, consistent=True))
            logged = Range(prefix=keys.CHANGE_PREFIX)
            changes = await all_items(table, Query(pk, logged, consistent=True))
            found[f"msg_{uuid}"], found[f"chg_{uuid}"] = len(messages) - 1, len(changes)
    return {lane: count for lane, count in found.items() if count}
