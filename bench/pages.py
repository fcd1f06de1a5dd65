"""What open pages cost while nothing happens: publishes, bytes and capacity units of an hour.

Everybody knows everybody, so each page shows as many contacts as there are other people. The table is on
an engine that reports its units, the bus a Valkey of its own, which counts what is published, and the
service one process, of this tree or of an older one.
"""

import argparse
import asyncio
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import uvloop
from bench.client import Connection, EventStream
from bench.figures import Row, show
from bench.people import Person
from bench.place import empty_table, flags
from bench.service import Service
from tests.valkey_server import ValkeyServer
from valkey.asyncio import Valkey

from cruddur.config import Settings

CONTACTS = 50
SETTLE_SECONDS = 75.0
"""After a minute a new stream asks once whether its session holds. From then on it asks once an hour."""

_HOUR = 3600
_AT_REST = re.compile(
    rb'cruddur_(feed_lag_records\{consumer="projector"\}|projector_lag_seconds) 0\.0'
)
_HERE = Path(__file__).parents[1]
# Each tree makes its own people: a table that another version has filled may not be one for it.
_PEOPLE = """
import asyncio, sys
from pathlib import Path
import msgspec
from bench.people import make_people
from cruddur.config import Settings
folder, endpoint, count = sys.argv[1:]
settings = Settings(data=Path(folder), table="dynamodb", endpoint_url=endpoint)
people = asyncio.run(make_people(settings.data, int(count), settings=settings))
sys.stdout.buffer.write(msgspec.json.encode(people))
"""
_UNITS = re.compile(
    r'^cruddur_capacity_units_total\{kind="(\w+)",pattern="(\w+)"\} (\S+)$', re.MULTILINE
)
_PUBLISH = ("publish", "spublish")


class Figures(NamedTuple):
    """What the service has spent so far, and what its streams have brought."""

    publishes: int
    stream_bytes: int
    units: Mapping[tuple[str, str], float]
    """By access pattern, and by read or write."""

    def since(self, before: "Figures") -> "Figures":
        units = {name: count - before.units.get(name, 0) for name, count in self.units.items()}
        return Figures(
            self.publishes - before.publishes, self.stream_bytes - before.stream_bytes, units
        )


class CountedStream(EventStream):
    """A stream that counts its bytes, those of HTTP included."""

    bytes_seen = 0

    def data_received(self, data: bytes) -> None:
        self.bytes_seen += len(data)
        super().data_received(data)


class OpenPage:
    """A page as the browser opens it: the HTML, the stream, and whom it shows."""

    def __init__(self, url: str, person: Person, others: Sequence[str]) -> None:
        self._url = url
        self._person = person
        self._others = others
        self.stream: CountedStream | None = None

    async def open(self) -> None:
        connection = await Connection.open(self._url, self._person.token)
        page = await connection.request("GET", "/")
        assert page.status == 200, page
        ready: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

        def on_event(kind: bytes, data: bytes) -> None:
            if kind == b"ready":
                ready.set_result(data)

        self.stream = await CountedStream.open(self._url, self._person.token, on_event)
        await self._begin(connection, msgspec.json.decode(await ready))
        connection.close()

    async def _begin(self, connection: Connection, ready: Mapping[str, str]) -> None:
        path = f"/api/presence/{ready['stream_id']}"
        await connection.json("PUT", path, {"user_uuids": self._others})


class OlderPage(OpenPage):
    """A page from before pages said whom they show: it listed the inbox again, and the service told
    fifty contacts again and again that its person was there.
    """

    async def _begin(self, connection: Connection, _: Mapping[str, str]) -> None:
        answer = await connection.request("GET", "/api/message_groups?limit=20")
        assert answer.status == 200, answer


class Bench(NamedTuple):
    """The service, and the bus between it and others that could be there."""

    service: Service
    valkey: ValkeyServer

    async def figures(self, pages: Sequence[OpenPage]) -> Figures:
        connection = await Connection.open(self.service.url, "")
        text = (await connection.request("GET", "/metrics")).body.decode()
        connection.close()
        return Figures(
            await self._publishes(),
            sum(page.stream.bytes_seen for page in pages if page.stream is not None),
            {(name, kind): float(units) for kind, name, units in _UNITS.findall(text)},
        )

    async def _publishes(self) -> int:
        """As the bus counts them: one for each channel."""
        client = Valkey.from_url(self.valkey.url)
        stats = await client.info("commandstats")
        await client.aclose()
        return sum(stats.get(f"cmdstat_{name}", {"calls": 0})["calls"] for name in _PUBLISH)


async def _people(tree: Path, settings: Settings) -> Sequence[Person]:
    given = (str(settings.data), settings.endpoint_url or "", str(CONTACTS + 1))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _PEOPLE, *given),
        env=os.environ | _modules_of(tree),
        cwd=tree,
        stdout=subprocess.PIPE,
    )
    printed, _ = await process.communicate()
    return msgspec.json.decode(printed, type=list[Person])


def _modules_of(tree: Path) -> dict[str, str]:
    return {"PYTHONPATH": f"{tree / 'src'}:{tree}"}


async def _acquaint(url: str, people: Sequence[Person]) -> None:
    """Lets each two have a conversation."""
    for number, one in enumerate(people):
        connection = await Connection.open(url, one.token)
        for other in people[number + 1 :]:
            hello = {"message": "Hello!", "handle": other.user.handle}
            await connection.json("POST", "/api/messages", hello)
        connection.close()


async def _until_projected(url: str) -> None:
    connection = await Connection.open(url, "")
    while not _AT_REST.search((await connection.request("GET", "/metrics")).body):  # noqa: ASYNC110
        await asyncio.sleep(0.5)
    connection.close()


async def _measure(folder: Path, given: argparse.Namespace) -> None:
    tree = (given.before or _HERE).resolve()
    valkey = ValkeyServer()
    try:
        async with empty_table("dynamodb", folder / "data") as settings:
            people = await _people(tree, settings)
            on_valkey = {"CRUDDUR_BUS": "valkey", "CRUDDUR_VALKEY_URL": valkey.url}
            service = await Service.start(
                settings.data, *flags(settings), environment=_modules_of(tree) | on_valkey
            )
            try:
                await _acquaint(service.url, people)
                await _until_projected(service.url)
                await _with_pages(Bench(service, valkey), people, given)
            finally:
                await service.kill()
    finally:
        valkey.stop()


async def _with_pages(bench: Bench, people: Sequence[Person], given: argparse.Namespace) -> None:
    count, seconds = given.pages, given.seconds
    uuids = [one.user.user_uuid for one in people]
    page_of = OlderPage if given.before else OpenPage
    pages = [
        page_of(bench.service.url, one, [uuid for uuid in uuids if uuid != one.user.user_uuid])
        for one in (people[number % len(people)] for number in range(count))
    ]
    alone = await bench.figures(())
    await asyncio.sleep(seconds / 2)
    before = await bench.figures(())
    for page in pages:
        await page.open()
    await asyncio.sleep(SETTLE_SECONDS)
    opened = await bench.figures(pages)
    await asyncio.sleep(seconds)
    idle = (await bench.figures(pages)).since(opened)
    show("the process without a page, an hour", _rows(before.since(alone), 2 * _HOUR / seconds))
    show(
        f"{count} pages, each with {CONTACTS} contacts: to open",
        _rows(opened.since(before), 1 / count),
    )
    scale = _HOUR / seconds / count
    show(f"each of them idle for an hour, by {seconds:.0f} s", _rows(idle, scale))


def _rows(spent: Figures, scale: float) -> list[Row]:
    rows = [
        ("publishes", f"{spent.publishes * scale:,.1f}"),
        ("bytes of the stream", f"{spent.stream_bytes * scale:,.0f}"),
    ]
    for kind in ("read", "write"):
        of_kind = {name: units for (name, what), units in spent.units.items() if what == kind}
        rows.append((f"{kind} units", f"{sum(of_kind.values()) * scale:,.2f}"))
        most = sorted(of_kind, key=lambda name: -of_kind[name])
        rows += [
            (f"  {name}", f"{of_kind[name] * scale:,.2f}") for name in most if of_kind[name] > 0
        ]
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench/pages", description=__doc__)
    parser.add_argument("--pages", type=int, default=CONTACTS + 1)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument(
        "--before", type=Path, metavar="TREE", help="a checkout from before PUT /api/presence"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cruddur-bench-") as folder:
        uvloop.run(_measure(Path(folder), given))


if __name__ == "__main__":
    main()
