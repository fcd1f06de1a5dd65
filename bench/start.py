"""What the service needs to be ready, and its memory once it has worked."""

import argparse
import tempfile
from pathlib import Path
from statistics import median
from typing import NamedTuple

import uvloop
from bench.conversations import CONVERSATIONS, MESSAGES, make_conversations
from bench.figures import show
from bench.load import Listeners, open_senders, run_through
from bench.people import people_of
from bench.service import Service

from cruddur.config import Settings

SENDERS = 64
SENT = 10_000


class Start(NamedTuple):
    """The CPU seconds of a service until it was ready, and its resident bytes at that moment."""

    seconds: float
    resident: int


async def _start(data: Path) -> Start:
    service = await Service.start(data)
    found = Start(service.cpu_seconds(), service.resident_bytes())
    await service.stop()
    return found


async def _worked(data: Path) -> int:
    """The resident bytes of a service to which everybody listens, after so many messages."""
    pairs = await make_conversations(Settings(data=data), CONVERSATIONS, MESSAGES)
    service = await Service.start(data)
    try:
        listeners = Listeners()
        await listeners.open(service.url, people_of(pairs))
        await run_through(await open_senders(service.url, pairs, SENDERS, MESSAGES), SENT)
        return service.resident_bytes()
    finally:
        await service.kill()


async def _measure(folder: Path, times: int) -> None:
    starts = [await _start(folder / "empty") for _ in range(times)]
    worked = await _worked(folder / "used")
    seconds = sorted(start.seconds for start in starts)
    resident = median(start.resident for start in starts)
    show(
        f"One service, started {times} times",
        [
            ("CPU until it is ready, median", f"{median(seconds):.2f} s"),
            ("the least and the most", f"{seconds[0]:.2f} to {seconds[-1]:.2f} s"),
            ("resident when it is ready, median", f"{resident / 1e6:.0f} MB"),
            (f"resident after {SENT:,} messages, with 50 streams", f"{worked / 1e6:.0f} MB"),
        ],
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench/start", description=__doc__)
    parser.add_argument("--times", type=int, default=7, help="(default: 7)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cruddur-bench-") as folder:
        uvloop.run(_measure(Path(folder), given.times))


if __name__ == "__main__":
    main()
