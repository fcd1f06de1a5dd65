"""What open pages cost while nothing happens: publishes, bytes and capacity units of an hour.

Everybody knows everybody, so each page shows as many contacts as there are other people. The table is on
an engine that reports its units, and the service one process.
"""

import argparse
import asyncio
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import uvloop
from bench.client import Connection, EventStream
from bench.figures import Row, show
from bench.people import Person, make_people
from bench.place import empty_table, flags
from bench.service import Service

from cruddur.bootstrap import open_application
from cruddur.config import Settings
from cruddur.messaging.groups.start_direct_group import start_direct_group

CONTACTS = 50
SETTLE_SECONDS = 75.0
"""After a minute a new stream asks once whether its session holds. From then on it asks once an hour."""

_HOUR = 3600
_AT_REST = b'cruddur_feed_lag_records{consumer="projector"} 0.0'
_FIGURE = re.compile(r"^(\w+?)(?:_total)?(?:\{(.*)\})? (\S+)$", re.MULTILINE)


class Figures(NamedTuple):
    """What the service has spent so far, and what its streams have brought."""

    publishes: float
    read_units: float
    write_units: float
    stream_bytes: float

    def since(self, before: "Figures") -> "Figures":
        return Figures(*(now - then for now, then in zip(self, before, strict=True)))


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
        stream_id = msgspec.json.decode(await ready)["stream_id"]
        await connection.json("PUT", f"/api/presence/{stream_id}", {"user_uuids": self._others})
        connection.close()


async def _figures(url: str, pages: Sequence[OpenPage]) -> Figures:
    connection = await Connection.open(url, "")
    text = (await connection.request("GET", "/metrics")).body.decode()
    connection.close()
    found: dict[str, float] = {}
    for name, labels, value in _FIGURE.findall(text):
        kind = "write" if 'kind="write"' in labels else "read" if 'kind="read"' in labels else ""
        found[name + kind] = found.get(name + kind, 0) + float(value)
    return Figures(
        found.get("cruddur_events_published", 0),
        found.get("cruddur_capacity_unitsread", 0),
        found.get("cruddur_capacity_unitswrite", 0),
        sum(page.stream.bytes_seen for page in pages if page.stream is not None),
    )


async def _acquaint(settings: Settings, people: Sequence[Person]) -> None:
    """Lets each two have a conversation, before there is a service."""
    async with open_application(settings) as application:
        for number, one in enumerate(people):
            begun = (
                start_direct_group(application.messaging, one.user, other.user, "Hello!")
                for other in people[number + 1 :]
            )
            await asyncio.gather(*begun)


async def _until_projected(url: str) -> None:
    connection = await Connection.open(url, "")
    while _AT_REST not in (await connection.request("GET", "/metrics")).body:  # noqa: ASYNC110
        await asyncio.sleep(0.5)
    connection.close()


async def _measure(folder: Path, count: int, seconds: float) -> None:
    async with empty_table("dynamodb", folder / "data") as settings:
        people = await make_people(settings.data, CONTACTS + 1, settings=settings)
        await _acquaint(settings, people)
        service = await Service.start(settings.data, *flags(settings))
        try:
            await _until_projected(service.url)
            await _with_pages(service, people, count, seconds)
        finally:
            await service.kill()


async def _with_pages(
    service: Service, people: Sequence[Person], count: int, seconds: float
) -> None:
    uuids = [one.user.user_uuid for one in people]
    pages = [
        OpenPage(service.url, one, [uuid for uuid in uuids if uuid != one.user.user_uuid])
        for one in (people[number % len(people)] for number in range(count))
    ]
    before = await _figures(service.url, ())
    for page in pages:
        await page.open()
    await asyncio.sleep(SETTLE_SECONDS)
    opened = await _figures(service.url, pages)
    await asyncio.sleep(seconds)
    idle = (await _figures(service.url, pages)).since(opened)
    show(
        f"{count} pages, each with {CONTACTS} contacts: to open",
        _rows(opened.since(before), 1 / count),
    )
    scale = _HOUR / seconds / count
    show(f"each of them idle for an hour, by {seconds:.0f} s", _rows(idle, scale))


def _rows(spent: Figures, scale: float) -> list[Row]:
    return [
        ("publishes", f"{spent.publishes * scale:,.1f}"),
        ("bytes of the stream", f"{spent.stream_bytes * scale:,.0f}"),
        ("read units", f"{spent.read_units * scale:,.2f}"),
        ("write units", f"{spent.write_units * scale:,.2f}"),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench/pages", description=__doc__)
    parser.add_argument("--pages", type=int, default=CONTACTS + 1)
    parser.add_argument("--seconds", type=float, default=120)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cruddur-bench-") as folder:
        uvloop.run(_measure(Path(folder), given.pages, given.seconds))


if __name__ == "__main__":
    main()
