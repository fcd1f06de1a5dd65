"""The limit: the same items put into the engine directly, without HTTP and without rules.

A process of its own, started by `bench/send`; prints its figures as JSON.
"""

import asyncio
import sys
import time
import uuid
from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

import msgspec
import uvloop
from bench.conversations import make_message
from bench.figures import percentile
from bench.service import run_module

from cruddur.bootstrap import open_table
from cruddur.config import Settings, load_settings
from cruddur.domain.model import User
from cruddur.ports.table import Missing, Put, Table
from cruddur.schema import items

_SENDER = User(
    user_uuid=str(uuid.uuid4()),
    handle="person0",
    display_name="Person0",
    created_at="2026-01-01T00:00:00.000Z",
)


class Limit(msgspec.Struct):
    """What the engine did."""

    puts_per_second: float
    p50_seconds: float
    p99_seconds: float
    cpu_seconds_per_1000: float


class Amount(NamedTuple):
    """So many puts first, that are not measured, and so many that are, spread over so many groups.

    As many as the service did: an engine may slow down as it fills.
    """

    before: int
    measured: int
    producers: int
    groups: int


async def measure_limit(settings: Settings, amount: Amount) -> Limit:
    """Runs this module as a process of its own."""
    where = (str(settings.data), settings.table, settings.endpoint_url or "")
    given = (*where, *map(str, amount))
    return msgspec.json.decode(await run_module("bench.engine", *given), type=Limit)


async def _measure(settings: Settings, amount: Amount) -> Limit:
    async with open_table(settings, new=True) as table:
        return await _put_into(table, amount)


async def _put_into(table: Table, amount: Amount) -> Limit:
    conversations = [(str(uuid.uuid4()), count(1)) for _ in range(amount.groups)]
    taken: list[float] = []

    async def produce(number: int, turns: Iterator[int]) -> None:
        group_uuid, numbers = conversations[number % amount.groups]
        for _ in turns:
            now = time.perf_counter()
            message = make_message(group_uuid, next(numbers), _SENDER)
            await table.put(Put(items.message_item(message), [Missing("pk")]))
            taken.append(time.perf_counter() - now)

    async def produce_all(puts: int) -> float:
        started, turns = time.perf_counter(), iter(range(puts))
        await asyncio.gather(*(produce(n, turns) for n in range(amount.producers)))
        return time.perf_counter() - started

    await produce_all(amount.before)
    taken.clear()
    cpu = time.process_time()
    elapsed = await produce_all(amount.measured)
    cpu = time.process_time() - cpu
    return Limit(
        len(taken) / elapsed,
        percentile(taken, 0.5),
        percentile(taken, 0.99),
        cpu / len(taken) * 1000,
    )


if __name__ == "__main__":
    folder, table, endpoint_url, *numbers = sys.argv[1:]
    given = {"data": folder, "table": table, "endpoint_url": endpoint_url or None}
    settings = load_settings(given)
    limit = uvloop.run(_measure(settings, Amount(*map(int, numbers))))
    sys.stdout.buffer.write(msgspec.json.encode(limit))
