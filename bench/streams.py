"""What many open event streams cost one process, and whether it still does its other work."""

import argparse
import asyncio
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import uvloop
from bench.client import Connection, EventStream
from bench.figures import milliseconds, show
from bench.people import Person, make_people
from bench.service import Service

STREAMS_EACH = 20  # the most that one person may have
MEMBERS = 50  # of the group conversation: with all their streams the 1,000 that get one message
TIMES = 50
OPEN_AT_ONCE = 50
GOAL_SECONDS = 0.100
SETTLE_SECONDS = 5.0


class Fan:
    """All streams; tells when as many as are expected have got the message."""

    def __init__(self) -> None:
        self._expected = 0
        self._heard: asyncio.Future[float] | None = None
        self.streams: list[EventStream] = []

    def expect(self, count: int) -> asyncio.Future[float]:
        self._expected = count
        self._heard = asyncio.get_running_loop().create_future()
        return self._heard

    def on_event(self, kind: bytes, _: bytes) -> None:
        if kind == b"message":
            self._expected -= 1
            if self._expected == 0 and self._heard is not None:
                self._heard.set_result(time.perf_counter())

    async def open(self, url: str, people: Sequence[Person]) -> None:
        tokens = [person.token for person in people for _ in range(STREAMS_EACH)]
        for at in range(0, len(tokens), OPEN_AT_ONCE):
            some = tokens[at : at + OPEN_AT_ONCE]
            opening = (EventStream.open(url, token, self.on_event) for token in some)
            self.streams += await asyncio.gather(*opening)


def _raise_limit(count: int) -> None:
    """Files that this process, and the service that it starts, may have open."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count + 1000
    if hard != resource.RLIM_INFINITY and wanted > hard:
        sys.exit(f"{wanted} open files are needed, and `ulimit -Hn` allows {hard}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


async def _measure(folder: Path, count: int) -> bool:
    data = folder / "service"
    people = await make_people(data, count // STREAMS_EACH)
    service = await Service.start(data, "--max-connections", str(count + 100))
    try:
        return await _with_streams(service, people, count)
    finally:
        await service.kill()


async def _with_streams(service: Service, people: list[Person], count: int) -> bool:
    sender = await Connection.open(service.url, people[0].token)
    group = await _make_group(sender, people[:MEMBERS])
    alone = await _send_times(sender, group, TIMES)
    before, fan = service.resident_bytes(), Fan()
    started = time.perf_counter()
    await fan.open(service.url, people)
    opened = time.perf_counter() - started
    await asyncio.sleep(SETTLE_SECONDS)
    each = (service.resident_bytes() - before) / count
    idle = service.cpu_seconds()
    await asyncio.sleep(SETTLE_SECONDS)
    idle = (service.cpu_seconds() - idle) / SETTLE_SECONDS
    spent = service.cpu_seconds()
    spread = [await _fan_out(sender, group, fan) for _ in range(TIMES)]
    spent = (service.cpu_seconds() - spent) / TIMES
    still = await _send_times(sender, await _note_to_self(sender, people[0]), TIMES)
    show(
        f"{count:,} open event streams on one process",
        [
            ("opened in", f"{opened:.1f} s"),
            ("memory a stream", f"{each / 1024:.1f} KiB"),
            ("CPU while nothing happens", f"{idle:.1%} of a core"),
            (f"one message on {MEMBERS * STREAMS_EACH:,} of them, p50 / p99", milliseconds(spread)),
            ("CPU of the service for it, mean", f"{spent * 1000:.1f} ms"),
            ("send p50 / p99 with nobody connected", milliseconds(alone)),
            ("send p50 / p99 with all of them", milliseconds(still)),
            ("still open", f"{sum(not stream.ended.done() for stream in fan.streams):,}"),
        ],
    )
    return sorted(spread)[len(spread) // 2] < GOAL_SECONDS


async def _make_group(sender: Connection, people: Sequence[Person]) -> str:
    handles = [person.user.handle for person in people[1:]]
    made = await sender.json("POST", "/api/message_groups", {"handles": handles, "title": "All"})
    assert isinstance(made, dict)
    return str(made["message_group_uuid"])


async def _note_to_self(sender: Connection, person: Person) -> str:
    note = {"message": "a note", "handle": person.user.handle}
    made = await sender.json("POST", "/api/messages", note)
    assert isinstance(made, dict)
    return str(made["message_group_uuid"])


async def _send_times(sender: Connection, group: str, times: int) -> list[float]:
    took = []
    for number in range(times):
        started = time.perf_counter()
        message = {"message": f"message {number}", "message_group_uuid": group}
        await sender.json("POST", "/api/messages", message)
        took.append(time.perf_counter() - started)
    return took


async def _fan_out(sender: Connection, group: str, fan: Fan) -> float:
    """From the send to the last device."""
    heard = fan.expect(MEMBERS * STREAMS_EACH)
    started = time.perf_counter()
    await _send_times(sender, group, 1)
    return await heard - started


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench/streams", description=__doc__)
    parser.add_argument("--streams", type=int, default=5000)
    given = parser.parse_args()
    if given.streams < MEMBERS * STREAMS_EACH:
        parser.error(f"--streams must be at least {MEMBERS * STREAMS_EACH}")
    _raise_limit(given.streams)
    with tempfile.TemporaryDirectory(prefix="cruddur-bench-") as folder:
        reached = uvloop.run(_measure(Path(folder), given.streams))
    goal = f"one message on 1,000 devices within {GOAL_SECONDS * 1000:.0f} ms (median)"
    print(f"\n{goal}: {'reached' if reached else 'MISSED'}")
    sys.exit(0 if reached else 1)


if __name__ == "__main__":
    main()
