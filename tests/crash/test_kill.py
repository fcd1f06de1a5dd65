"""The server is killed in the middle of a load, again and again, over the same data.

`CRASH_KILLS=50 pytest -s tests/crash/test_kill.py` kills it fifty times on each engine.
"""

import asyncio
import os
import random
import time
from collections.abc import Awaitable, Callable

from bench.service import Service
from tests.crash.conftest import Town
from tests.crash.outbox import end_of

KILLS = {"sqlite": 50, "dynamodb": 15}
LOAD_SECONDS = (0.02, 0.2)
"""Every device has sent by then. Each check reads all that was ever sent, so that more makes it dear."""


async def test_however_often_it_is_killed_nothing_is_lost_or_doubled(
    town: Town, start: Callable[[], Awaitable[Service]]
) -> None:
    seed = int(os.environ.get("CRASH_SEED", time.time_ns()))
    print(f"CRASH_SEED={seed}")  # noqa: T201  to see the same moments again
    moments = random.Random(seed)
    kills = int(os.environ.get("CRASH_KILLS", KILLS[town.settings.table]))
    for _ in range(kills):
        service = await start()
        await town.check_nothing_is_lost()
        await town.check_inboxes(service.url)
        senders = [asyncio.create_task(outbox.work(service.url)) for outbox in town.outboxes]
        await asyncio.sleep(moments.uniform(*LOAD_SECONDS))
        await service.kill()
        await end_of(senders)
    service = await start()
    await asyncio.gather(*(outbox.empty(service.url) for outbox in town.outboxes))
    await town.check_nothing_is_lost()
    await town.check_inboxes(service.url)
    town.check_by_command()
    acknowledged = sum(len(outbox.acknowledged) for outbox in town.outboxes)
    edited = sum(len(outbox.edited) for outbox in town.outboxes)
    deleted = sum(len(outbox.deleted) for outbox in town.outboxes)
    what = f"{acknowledged} messages, {edited} edits and {deleted} deletions"
    print(f"{what} survived {kills} kills")  # noqa: T201  a figure
    assert min(acknowledged, edited, deleted) > kills
