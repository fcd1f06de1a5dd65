"""What many open event streams cost one process, and whether it still does its other work."""

import argparse
import asyncio
import resource
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple, Protocol

import uvloop
from bench.client import Connection, EventStream
from bench.figures import Row, milliseconds, show
from bench.nchan import INSTALL, NchanStream, is_installed, nchan, publish
from bench.people import Person, make_people
from bench.service import Running, Service, free_port

STREAMS_EACH = 20  # the most that one person may have
MEMBERS = 50  # of the group conversation: with all their streams the 1,000 that get one message
TIMES = 50
OPEN_AT_ONCE = 50
GOAL_SECONDS = 0.100
SETTLE_SECONDS = 5.0
IDLE_SECONDS = 30.0  # two heartbeats of each stream
HEARD_BY = MEMBERS * STREAMS_EACH
EVENT_BYTES = 700  # of a message as an event, with its group's members
OTHER_FILES = 300  # that a server or the bench has open beside the streams
PORTS = 20_000


class Stream(Protocol):
    """An open stream of either server."""

    ended: asyncio.Future[bool]


class Fan:
    """All streams; tells when as many as are expected have got the message."""

    def __init__(self) -> None:
        self._expected = 0
        self._heard: asyncio.Future[float] | None = None
        self._streams: list[Stream] = []

    def expect(self, count: int) -> asyncio.Future[float]:
        self._expected = count
        self._heard = asyncio.get_running_loop().create_future()
        return self._heard

    def on_event(self, kind: bytes, _: bytes) -> None:
        if kind == b"message":
            self._expected -= 1
            if self._expected == 0 and self._heard is not None:
                self._heard.set_result(time.perf_counter())

    async def open(self, openings: Sequence[Callable[[], Awaitable[Stream]]]) -> None:
        for at in range(0, len(openings), OPEN_AT_ONCE):
            some = (opening() for opening in openings[at : at + OPEN_AT_ONCE])
            self._streams += await asyncio.gather(*some)

    def still_open(self) -> int:
        return sum(not stream.ended.done() for stream in self._streams)


class Figures(NamedTuple):
    """What a server has used. Times in seconds, memory in bytes a stream, `idle` in parts of a core."""

    opened: float
    memory: float
    idle: float
    spread: Sequence[float]
    spent: float
    still_open: int


def _raise_limit(count: int) -> None:
    """Files that this process, and the servers that it starts, may have open."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count + OTHER_FILES
    if hard == resource.RLIM_INFINITY or wanted <= hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, wanted))
    except (ValueError, OSError):
        sys.exit(f"{wanted} open files are needed, and `ulimit -Hn` allows {hard}")


def local_address(number: int) -> tuple[str, int] | None:
    """The address of this machine for the stream of this number: each has some 28,000 ports."""
    return (f"127.0.0.{1 + number // PORTS}", 0) if number >= PORTS else None


async def _figures(
    server: Running,
    fan: Fan,
    openings: Sequence[Callable[[], Awaitable[Stream]]],
    fan_out: Callable[[], Awaitable[float]],
) -> Figures:
    """Opens all streams, waits, and then sends messages to those that expect them."""
    before, started = server.resident_bytes(), time.perf_counter()
    await fan.open(openings)
    opened = time.perf_counter() - started
    await asyncio.sleep(SETTLE_SECONDS)
    memory = (server.resident_bytes() - before) / len(openings)
    idle = server.cpu_seconds()
    await asyncio.sleep(IDLE_SECONDS)
    idle = (server.cpu_seconds() - idle) / IDLE_SECONDS
    spent = server.cpu_seconds()
    spread = [await fan_out() for _ in range(TIMES)]
    spent = (server.cpu_seconds() - spent) / TIMES
    return Figures(opened, memory, idle, spread, spent, fan.still_open())


async def _measure(folder: Path, count: int) -> bool:
    data = folder / "service"
    people = await make_people(data, count // STREAMS_EACH)
    service = await Service.start(data, "--max-connections", str(count + 100))
    try:
        return await _of_service(service, people, count)
    finally:
        await service.kill()


async def _of_service(service: Service, people: list[Person], count: int) -> bool:
    sender = await Connection.open(service.url, people[0].token)
    group = await _make_group(sender, people[:MEMBERS])
    alone, fan = await _send_times(sender, group, TIMES), Fan()
    tokens = [person.token for person in people for _ in range(STREAMS_EACH)]
    openings = [
        partial(EventStream.open, service.url, token, fan.on_event, local=local_address(number))
        for number, token in enumerate(tokens)
    ]

    async def fan_out() -> float:
        nonlocal sender
        if not sender.is_open:  # opening the streams has taken long
            sender = await Connection.open(service.url, people[0].token)
        heard, started = fan.expect(HEARD_BY), time.perf_counter()
        await _send_times(sender, group, 1)
        return await heard - started

    found = await _figures(service, fan, openings, fan_out)
    still = await _send_times(sender, await _note_to_self(sender, people[0]), TIMES)
    rows = [
        *_rows(found),
        ("send p50 / p99 with nobody connected", milliseconds(alone)),
        ("send p50 / p99 with all of them", milliseconds(still)),
    ]
    show(f"{count:,} open event streams on one process", rows)
    return sorted(found.spread)[len(found.spread) // 2] < GOAL_SECONDS


async def _of_nchan(folder: Path, count: int) -> None:
    """The same number of streams on nginx, of which as many listen to the channel of the message."""
    port = free_port()
    async with nchan(folder, port, count + OTHER_FILES) as worker:
        publisher, fan = await Connection.open(f"http://127.0.0.1:{port}", ""), Fan()
        channels = ["busy" if number < HEARD_BY else "quiet" for number in range(count)]
        openings = [
            partial(NchanStream.open, port, channel, fan.on_event, local=local_address(number))
            for number, channel in enumerate(channels)
        ]

        async def fan_out() -> float:
            heard, started = fan.expect(HEARD_BY), time.perf_counter()
            await publish(publisher, "busy", b"m" * EVENT_BYTES)
            return await heard - started

        rows = _rows(await _figures(worker, fan, openings, fan_out))
    show(f"{count:,} open event streams on nchan, a module of nginx", rows)


def _rows(found: Figures) -> list[Row]:
    return [
        ("opened in", f"{found.opened:.1f} s"),
        ("memory a stream", f"{found.memory / 1024:.1f} KiB"),
        ("CPU while nothing happens", f"{found.idle:.1%} of a core"),
        (f"one message on {HEARD_BY:,} of them, p50 / p99", milliseconds(found.spread)),
        ("CPU of the server for it, mean", f"{found.spent * 1000:.1f} ms"),
        ("still open", f"{found.still_open:,}"),
    ]


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


async def _in_turn(folder: Path, count: int, rounds: int) -> bool:
    reached = True
    for number in range(rounds):
        reached &= await _measure(folder / f"service-{number}", count)
        if is_installed():
            await _of_nchan(folder / f"nchan-{number}", count)
    if not is_installed():
        print(f"\nnchan is left out, since it is not installed: {INSTALL}")
    return reached


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench/streams", description=__doc__)
    parser.add_argument("--streams", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=1)
    given = parser.parse_args()
    if given.streams < HEARD_BY:
        parser.error(f"--streams must be at least {HEARD_BY}")
    _raise_limit(given.streams)
    with tempfile.TemporaryDirectory(prefix="cruddur-bench-") as folder:
        reached = uvloop.run(_in_turn(Path(folder), given.streams, given.rounds))
    goal = f"one message on 1,000 devices within {GOAL_SECONDS * 1000:.0f} ms (median)"
    print(f"\n{goal}: {'reached' if reached else 'MISSED'}")
    sys.exit(0 if reached else 1)


if __name__ == "__main__":
    main()
