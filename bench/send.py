"""How many durable sends a second through HTTP, how soon they arrive, and what is the limit."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import uvloop
from bench.conversations import (
    CONVERSATIONS,
    CONVERSATIONS_MAX,
    MESSAGES,
    PEOPLE,
    make_conversations,
)
from bench.engine import Amount, Limit, measure_limit
from bench.figures import Row, milliseconds, show
from bench.load import Listeners, Record, Sends, closed_loop, open_loop, open_senders
from bench.people import Pair, people_of
from bench.place import ENGINES, empty_table, flags
from bench.service import Service, run_command
from bench.stored import find_losses, wait_for_numbers

from cruddur.bootstrap import open_application
from cruddur.config import Settings

SENDERS = 64
WARM_UP_SECONDS = 1.5


@dataclass(slots=True)
class Part:
    """One part of the run, with what it cost both sides."""

    record: Record = field(default_factory=Record)
    seconds: float = 0.0
    server_cpu: float = 0.0
    generator_cpu: float = 0.0

    @property
    def count(self) -> int:
        return len(self.record.acknowledged)

    @property
    def rate(self) -> float:
        return self.count / self.seconds

    def rows(self) -> list[Row]:
        cpu = self.server_cpu / self.count * 1000
        return [
            ("sends/s", f"{self.rate:,.0f}"),
            ("send p50 / p99", milliseconds(self.record.send_seconds)),
            ("server CPU per 1,000 messages", f"{cpu:.3f} s"),
            ("server CPU", f"{self.server_cpu / self.seconds:.0%} of a core"),
            ("generator CPU", f"{self.generator_cpu / self.seconds:.0%} of a core"),
        ]


class Run:
    """A service with people in conversations, and senders connected to it."""

    def __init__(self, service: Service, pairs: Sequence[Pair], senders: Sequence[Sends]) -> None:
        self._service = service
        self._pairs = pairs
        self._senders = senders
        self.parts: list[Part] = []

    async def load(
        self, seconds: float, *, rate: float | None = None, listeners: Listeners | None = None
    ) -> Part:
        """One part: at a rate, or as fast as it goes; then the projector may finish."""
        part = Part()
        if listeners is not None:
            listeners.record_in(part.record)
        server, own = self._service.cpu_seconds(), time.process_time()
        if rate is None:
            part.seconds = await closed_loop(self._senders, part.record, seconds)
        else:
            part.seconds = await open_loop(self._senders, part.record, seconds, rate)
        part.generator_cpu = time.process_time() - own
        people, done = people_of(self._pairs), part.record.acknowledged
        await wait_for_numbers(self._service.url, people, done)
        part.server_cpu = self._service.cpu_seconds() - server
        self.parts.append(part)
        return part


async def _measure(folder: Path, given: argparse.Namespace) -> int:
    async with (
        empty_table(given.table, folder / "service") as settings,
        empty_table(given.table, folder / "limit") as limit,
    ):
        pairs = await make_conversations(settings, given.conversations, given.messages)
        service = await Service.start(settings.data, *flags(settings))
        print(f"the service (process {service.pid}) answers at {service.url}")
        try:
            parts = await _load(service, pairs, limit, given)
            exit_code = await service.stop()
        finally:
            await service.kill()
        return exit_code + await _losses(settings, parts)


async def _load(
    service: Service, pairs: Sequence[Pair], place: Settings, given: argparse.Namespace
) -> Sequence[Part]:
    seconds, people = given.seconds, people_of(pairs)
    run = Run(service, pairs, await open_senders(service.url, pairs, SENDERS, given.messages))
    warm_up = await run.load(WARM_UP_SECONDS)
    full = await run.load(seconds)
    stored = given.messages * len(pairs) + warm_up.count
    limit = await measure_limit(place, Amount(stored, full.count, SENDERS, len(pairs)))
    os.sync()  # what the limit wrote must not be flushed while the service is measured
    listeners = Listeners()
    await listeners.open(service.url, people)
    watched = await run.load(seconds, listeners=listeners)
    half = await run.load(seconds, rate=watched.rate / 2, listeners=listeners)
    listeners.close()
    show(f"Through HTTP, {SENDERS} senders in {len(pairs)} conversations", full.rows())
    show(f"{ENGINES[place.table]} directly, as many producers: the limit", _limit_rows(limit))
    print(f"\n  the service does {full.rate / limit.puts_per_second:.0%} of the limit")
    show(f"Through HTTP, with {PEOPLE} event streams open", watched.rows())
    show("At half load, in an open loop, with the event streams", _half_rows(half))
    return run.parts


def _half_rows(half: Part) -> list[Row]:
    delivered = half.record.delivery_seconds
    return [
        *half.rows(),
        ("delivery p50 / p99", milliseconds(delivered)),
        ("delivered", f"{len(delivered):,} of {half.count:,}"),
    ]


def _limit_rows(limit: Limit) -> list[Row]:
    return [
        ("puts/s", f"{limit.puts_per_second:,.0f}"),
        ("put p50 / p99", f"{limit.p50_seconds * 1000:.1f} / {limit.p99_seconds * 1000:.1f} ms"),
        ("CPU per 1,000 messages", f"{limit.cpu_seconds_per_1000:.3f} s"),
    ]


async def _losses(settings: Settings, parts: Sequence[Part]) -> int:
    acknowledged = [one for part in parts for one in part.record.acknowledged]
    async with open_application(settings) as application:
        problems = await find_losses(application.messaging, acknowledged)
    verified = run_command("verify", "--data", str(settings.data), *flags(settings))
    print(f"\n{len(acknowledged):,} acknowledged messages: {len(problems)} lost or doubled")
    said = verified.stdout.strip().replace("\n", "; ")
    print(f"cruddur verify: {said}")
    for problem in problems[:20]:
        print(problem)
    return len(problems) + verified.returncode


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench/send", description=__doc__)
    parser.add_argument("--seconds", type=float, default=6, help="of each part (default: 6)")
    parser.add_argument(
        "--folder", type=Path, help="where the data lie; a temporary one if not given"
    )
    parser.add_argument("--table", choices=ENGINES, default="sqlite", help="(default: sqlite)")
    parser.add_argument(
        "--conversations",
        type=int,
        choices=range(1, CONVERSATIONS_MAX + 1),
        metavar="N",
        default=CONVERSATIONS,
        help=f"of {PEOPLE} people, each with its own pair (default: {CONVERSATIONS:,})",
    )
    parser.add_argument(
        "--messages",
        type=int,
        default=MESSAGES,
        help=f"in each conversation at the start (default: {MESSAGES})",
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cruddur-bench-", dir=given.folder) as folder:
        failures = uvloop.run(_measure(Path(folder), given))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
