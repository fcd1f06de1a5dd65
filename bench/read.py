"""Reads of inbox and conversation through HTTP, on DynamoDB with a cache and without: how many a
second, and how many read units.
"""

import argparse
import asyncio
import itertools
import re
import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import uvloop
from bench.client import Connection
from bench.figures import Row, milliseconds, show
from bench.people import Person, make_people
from bench.service import Service
from tests import engines
from tests.valkey_server import ValkeyServer

from cruddur.bootstrap import open_application
from cruddur.config import Settings
from cruddur.engines.dynamodb.calls import Calls
from cruddur.engines.dynamodb.schema import create_table
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.schema.table import Schema

CACHES = ("off", "valkey", "memory")
READERS = 32
PEOPLE = 25
MESSAGES = 20
ROUNDS = 3
GOAL = 3.0
_SETTLES_SECONDS = 1.1
TEXT = "See you at the station at eight, bring the maps. "

_UNITS = re.compile(
    r'^cruddur_capacity_units_total\{kind="read",pattern="(\w+)"\} (\S+)', re.MULTILINE
)


@dataclass(slots=True)
class Part:
    """What one service did: reads, seconds, and units, cold and warm."""

    seconds: list[float] = field(default_factory=list)
    elapsed: float = 0.0
    cold: dict[str, float] = field(default_factory=dict)
    warm: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.elapsed

    def of_first(self, name: str) -> float:
        """A strong read once may cost what two eventual ones do, if it is the last for a while."""
        return sum(units for part, units in self.cold.items() if part.startswith(name))

    def rows(self) -> list[Row]:
        cold = ", ".join(f"{units:g} {name}" for name, units in self.cold.items())
        return [
            ("reads/s", f"{self.rate:,.0f}"),
            ("p50 / p99", milliseconds(self.seconds)),
            ("read units of the first reads", cold),
            ("read units of each read after it", f"{self.warm / len(self.seconds):.4f}"),
        ]


@dataclass(frozen=True, slots=True)
class Scene:
    """One person's inbox of PEOPLE - 1 conversations, and the paths that read them."""

    reader: Person
    groups: Sequence[str]

    @property
    def paths(self) -> list[str]:
        inbox = "/api/message_groups"
        return [path for group in self.groups for path in (inbox, f"/api/messages/{group}")]


async def _measure(folder: Path, seconds: float) -> int:
    async with AsyncExitStack() as stack:
        dynamo = engines.shared("dynoxide")
        valkey = ValkeyServer()
        stack.callback(valkey.stop)
        table = await _make_table(dynamo.url)
        data = folder / "service"
        where = ("--table", "dynamodb", "--endpoint-url", dynamo.url, "--table-name", table)
        scene = await _make_scene(data, dynamo.url, table)
        parts = {cache: Part() for cache in CACHES}
        urls = {}
        for cache in CACHES:
            flags = (*where, "--cache", cache)
            environment = {"CRUDDUR_VALKEY_URL": valkey.url}
            service = await Service.start(data, *flags, environment=environment)
            stack.push_async_callback(service.stop)
            urls[cache] = service.url
            await _cold(await Connection.open(service.url, scene.reader.token), scene, parts[cache])
        # Now, since a service closes what says nothing for twenty seconds.
        connections = {
            cache: [await Connection.open(url, scene.reader.token) for _ in range(READERS)]
            for cache, url in urls.items()
        }
        # In turns, so that a machine that slows down slows all of them.
        for _, cache in itertools.product(range(ROUNDS), CACHES):
            await _warm(connections[cache], scene, parts[cache], seconds / ROUNDS)
    return _report(parts)


async def _make_table(url: str) -> str:
    schema = Schema(table_name=f"bench-{uuid.uuid4()}")
    calls = await Calls.open(region=engines.REGION, endpoint_url=url, deadline=10)
    await create_table(calls, schema)
    await calls.close()
    return schema.table_name


async def _make_scene(data: Path, url: str, table: str) -> Scene:
    settings = Settings(data=data, table="dynamodb", endpoint_url=url, table_name=table)
    people = await make_people(data, PEOPLE, settings=settings)
    reader, *others = people
    groups = []
    async with open_application(settings) as application:
        for other, number in itertools.product(others, range(MESSAGES)):
            pair = (reader.user, other.user) if number % 2 else (other.user, reader.user)
            text = TEXT * (1 + number % 3)
            message = await start_direct_group(application.messaging, *pair, text)
            if number == 0:
                groups.append(message.message_group_uuid)
    return Scene(reader, groups)


async def _cold(connection: Connection, scene: Scene, part: Part) -> None:
    await connection.json("GET", "/api/me")  # its session is looked up once a minute
    group = scene.groups[0]
    await connection.json("POST", f"/api/message_groups/{group}/read", {"seq": 1})
    for name, path in (("conversation", f"/api/messages/{group}"), ("inbox", scene.paths[0])):
        before = await _units(connection)
        await connection.json("GET", path)
        part.cold[name] = await _units(connection) - before
    # Twice, with the moment between them for which what a replica said is trusted.
    for path in scene.paths:
        await connection.json("GET", path)
    await asyncio.sleep(_SETTLES_SECONDS)
    before = await _units(connection)
    await connection.json("GET", scene.paths[1])
    part.cold["conversation a second later"] = await _units(connection) - before
    for path in scene.paths:
        await connection.json("GET", path)


async def _warm(
    connections: Sequence[Connection], scene: Scene, part: Part, seconds: float
) -> None:
    before = await _units(connections[0])
    started = time.perf_counter()
    ends = started + seconds
    await asyncio.gather(
        *(_read(one, scene, part, ends, first) for first, one in enumerate(connections))
    )
    part.elapsed += time.perf_counter() - started
    part.warm += await _units(connections[0]) - before


async def _read(connection: Connection, scene: Scene, part: Part, ends: float, first: int) -> None:
    paths = itertools.cycle(scene.paths[first:] + scene.paths[:first])
    while (started := time.perf_counter()) < ends:
        answer = await connection.request("GET", next(paths))
        assert answer.status == 200
        part.seconds.append(time.perf_counter() - started)


async def _units(connection: Connection) -> float:
    """Read units so far, but for those of sessions and of the projector."""
    text = (await connection.request("GET", "/metrics")).body.decode()
    return sum(float(n) for name, n in _UNITS.findall(text) if name.startswith(("list_", "find_")))


def _report(parts: dict[str, Part]) -> int:
    for cache, part in parts.items():
        show(f"cache: {cache}", part.rows())
    off, valkey = parts["off"], parts["valkey"]
    times = {cache: part.rate / off.rate for cache, part in parts.items()}
    has_won = times["valkey"] >= GOAL and valkey.warm == 0
    is_cheap = all(
        valkey.of_first(name) <= off.of_first(name) for name in ("conversation", "inbox")
    )
    ratios = ", ".join(f"{cache} {ratio:.1f}" for cache, ratio in times.items())
    show("against no cache", [("times as many reads/s", ratios), ("goal", f"{GOAL:.0f}, 0 units")])
    return 0 if has_won and is_cheap else 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=6, help="of each kind of reading")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-read-") as folder:
        sys.exit(uvloop.run(_measure(Path(folder), given.seconds)))


if __name__ == "__main__":
    main()
