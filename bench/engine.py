"""The limit: the same items put into the engine directly, without HTTP and without rules.

A process of its own, started by `bench/send`; prints its figures as JSON.
"""

import asyncio
import sys
import time
import uuid
from itertools import count

import msgspec
import uvloop
from bench.figures import percentile
from bench.load import TEXT
from bench.service import run_module

from cruddur.bootstrap import open_table
from cruddur.config import Settings, load_settings
from cruddur.messaging.ports import Missing, Put, Table
from cruddur.messaging.service import utc_now
from cruddur.model import Message, timestamp
from cruddur.table import items


class Limit(msgspec.Struct):
    """What the engine did."""

    puts_per_second: float
    p50_seconds: float
    p99_seconds: float
    cpu_seconds_per_1000: float


async def measure_limit(settings: Settings, seconds: float, producers: int, groups: int) -> Limit:
    """Runs this module as a process of its own."""
    where = (str(settings.data), settings.table, settings.endpoint_url or "")
    given = (*where, str(seconds), str(producers), str(groups))
    return msgspec.json.decode(await run_module("bench.engine", *given), type=Limit)


async def _put_for(settings: Settings, seconds: float, producers: int, groups: int) -> Limit:
    async with open_table(settings, new=True) as table:
        return await _put_into(table, seconds, producers, groups)


async def _put_into(table: Table, seconds: float, producers: int, groups: int) -> Limit:
    conversations = [(str(uuid.uuid4()), count(1)) for _ in range(groups)]
    taken: list[float] = []

    async def produce(number: int, ends: float) -> None:
        group_uuid, numbers = conversations[number % groups]
        while (now := time.perf_counter()) < ends:
            message = _message(group_uuid, next(numbers))
            await table.put(Put(items.message_item(message), [Missing("pk")]))
            taken.append(time.perf_counter() - now)

    async def produce_all(seconds: float) -> float:
        started = time.perf_counter()
        await asyncio.gather(*(produce(n, started + seconds) for n in range(producers)))
        return time.perf_counter() - started

    await produce_all(seconds / 4)
    taken.clear()
    cpu = time.process_time()
    elapsed = await produce_all(seconds)
    cpu = time.process_time() - cpu
    return Limit(
        len(taken) / elapsed,
        percentile(taken, 0.5),
        percentile(taken, 0.99),
        cpu / len(taken) * 1000,
    )


def _message(group_uuid: str, seq: int) -> Message:
    return Message(
        message_group_uuid=group_uuid,
        seq=seq,
        message_uuid=str(uuid.uuid4()),
        message=TEXT,
        user_uuid=group_uuid,
        user_handle="person0",
        user_display_name="Person0",
        created_at=timestamp(utc_now()),
    )


if __name__ == "__main__":
    folder, table, endpoint_url, seconds, producers, groups = sys.argv[1:]
    given = {"data": folder, "table": table, "endpoint_url": endpoint_url or None}
    settings = load_settings(given)
    limit = uvloop.run(_put_for(settings, float(seconds), int(producers), int(groups)))
    sys.stdout.buffer.write(msgspec.json.encode(limit))
