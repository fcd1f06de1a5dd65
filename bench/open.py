"""How fast large inboxes and conversations open, against small ones."""

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import uvloop
from bench.client import Connection, Refused
from bench.figures import Row, percentile, show
from bench.people import Person, make_people
from bench.seed import conversation, inbox, over_a_year, put_all, within_the_hour
from bench.service import Service

MANY_CONVERSATIONS, FEW_CONVERSATIONS = 10_000, 20
MANY_MESSAGES, FEW_MESSAGES = 100_000, 50
MANY_CHANGES, BEHIND = 10_000, 100

_TITLES = (
    "Inboxes",
    "The worst case of an inbox",
    "Conversations",
    f"The page of a conversation of {MANY_MESSAGES:,} messages, and what was changed in it",
    "Its newest messages, and what was changed in it",
)


@dataclass(slots=True)
class Opening:
    """One thing to open, and how long it took each time."""

    name: str
    person: Person
    path: str
    also: str | None = None
    seconds: list[float] = field(default_factory=list)

    @property
    def p50(self) -> float:
        return percentile(self.seconds, 0.5)


async def _measure(folder: Path, times: int) -> None:
    data = folder / "service"
    openings = await _seed(data)
    service = await Service.start(data)
    try:
        for part in openings:
            await _open_in_turn(service.url, part, times)
    finally:
        await service.kill()
    for title, part in zip(_TITLES, openings, strict=True):
        show(title, _rows(part))


async def _seed(data: Path) -> Sequence[Sequence[Opening]]:
    few, year, hour, other = await make_people(data, 4)
    small_uuid, small = conversation(few, other, FEW_MESSAGES)
    large_uuid, large = conversation(few, other, MANY_MESSAGES)
    changed_uuid, changed = conversation(few, other, MANY_MESSAGES, MANY_CHANGES)
    print("seeding …", flush=True)
    inboxes = chain(
        inbox(year, MANY_CONVERSATIONS, over_a_year),
        inbox(hour, MANY_CONVERSATIONS, within_the_hour),
        inbox(few, FEW_CONVERSATIONS, over_a_year),
    )
    await put_all(data, chain(inboxes, small, large, changed))
    at_inbox, at_messages = "/api/message_groups", "/api/messages/"
    middle = f"{at_messages}{large_uuid}?before={MANY_MESSAGES // 2}"
    return (
        [
            Opening(f"{FEW_CONVERSATIONS} conversations", few, at_inbox),
            Opening(f"{MANY_CONVERSATIONS:,}, active over a year", year, at_inbox),
        ],
        # Apart: after an opening so large the next one would find the processor's caches cold.
        [
            Opening(f"{FEW_CONVERSATIONS} conversations", few, at_inbox),
            Opening(f"{MANY_CONVERSATIONS:,}, all within the last hour", hour, at_inbox),
        ],
        [
            Opening(f"{FEW_MESSAGES} messages", few, at_messages + small_uuid),
            Opening(f"{MANY_MESSAGES:,} messages", few, at_messages + large_uuid),
            Opening(f"{MANY_MESSAGES:,}, in the middle", few, middle),
        ],
        _catching_up(few, large_uuid, changed_uuid, page=True),
        _catching_up(few, large_uuid, changed_uuid, page=False),
    )


def _catching_up(person: Person, plain: str, changed: str, *, page: bool) -> Sequence[Opening]:
    """Opens the page, or asks for the newest messages alone, and then for what was changed."""
    path = "/c/" if page else "/api/messages/"
    groups = (
        ("no change, none to fetch", plain, 0),
        (f"{MANY_CHANGES:,} changes, {BEHIND} behind", changed, MANY_CHANGES - BEHIND),
    )
    return [
        Opening(
            name,
            person,
            path + uuid,
            also=f"/api/messages/{uuid}/changes?after={after}&limit={BEHIND}",
        )
        for name, uuid, after in groups
    ]


async def _open_in_turn(url: str, openings: Sequence[Opening], times: int) -> None:
    connections = [await Connection.open(url, opening.person.token) for opening in openings]
    for _ in range(times):
        for opening, connection in zip(openings, connections, strict=True):
            began = time.perf_counter()
            answer = await connection.request("GET", opening.path)
            if opening.also and (await connection.request("GET", opening.also)).status != 200:
                raise Refused(opening.also)
            opening.seconds.append(time.perf_counter() - began)
            if answer.status != 200 or not (opening.also or _has_twenty(answer.body)):
                raise Refused(f"{opening.path}: {answer.status} {answer.body[:200]!r}")
    for connection in connections:
        connection.close()


def _has_twenty(body: bytes) -> bool:
    return body.count(b'"created_at"') == 20


def _rows(openings: Sequence[Opening]) -> list[Row]:
    small = openings[0].p50
    return [
        (one.name, f"p50 {one.p50 * 1000:6.2f} ms   {one.p50 / small:5.2f}-fold")
        for one in openings
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench/open", description=__doc__)
    parser.add_argument("--times", type=int, default=200, help="of each (default: 200)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cruddur-bench-") as folder:
        uvloop.run(_measure(Path(folder), given.times))


if __name__ == "__main__":
    main()
