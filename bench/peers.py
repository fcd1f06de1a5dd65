"""The service beside other servers, in turn, each with the workload of `bench/send`."""

import argparse
import asyncio
import shutil
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import msgspec
import uvloop
from bench import jetstream, xmpp
from bench.bare_asgi import People
from bench.conversations import CONVERSATIONS, MESSAGES, make_conversations
from bench.figures import percentile
from bench.load import (
    Listeners,
    Record,
    Sends,
    closed_loop,
    open_loop,
    open_senders,
    run_through,
)
from bench.people import Pair, people_of
from bench.service import Process, Service, free_port, start_server

from cruddur.config import Settings

SENDERS = 64
WARM_UP_SECONDS = 1.5


@dataclass(frozen=True)
class Load:
    """What a server is measured with."""

    seconds: float
    pairs: Sequence[Pair]
    messages: int
    folder: Path
    """It holds the service's data, which each round gets a copy of."""


class Figures(NamedTuple):
    """What one server did in one round."""

    rate: float
    cpu_per_1000: float
    send_p99: float
    delivery_p99: float | None
    delivered: str


class Peer(NamedTuple):
    """A running server with connected senders."""

    server: Process
    senders: Sequence[Sends]
    record_in: Callable[[Record], None] | None = None
    """Makes the listeners record what is delivered; None if the server delivers nothing."""


@asynccontextmanager
async def _ours(load: Load) -> AsyncIterator[Peer]:
    with tempfile.TemporaryDirectory(dir=load.folder) as folder:
        data = Path(folder) / "data"
        shutil.copytree(load.folder / "ours", data)
        service = await Service.start(data)
        try:
            senders = await open_senders(service.url, load.pairs, SENDERS, load.messages)
            listeners = Listeners()
            await listeners.open(service.url, people_of(load.pairs))
            yield Peer(service, senders, listeners.record_in)
            listeners.close()
        finally:
            await service.stop()


@asynccontextmanager
async def _prosody(load: Load) -> AsyncIterator[Peer]:
    with tempfile.TemporaryDirectory(dir=load.folder) as folder:
        port, handles = free_port(), [one.user.handle for one in people_of(load.pairs)]
        async with xmpp.prosody(Path(folder), port, handles) as server:
            senders = await xmpp.open_xmpp_senders(port, load.pairs, SENDERS)
            await run_through(senders, load.messages * len(load.pairs))
            listeners = await xmpp.XmppListeners.open(port, load.pairs)
            yield Peer(server, senders, listeners.record_in)


@asynccontextmanager
async def _nats(load: Load) -> AsyncIterator[Peer]:
    with tempfile.TemporaryDirectory(dir=load.folder) as folder:
        port = free_port()
        async with jetstream.nats(Path(folder), port) as server:
            yield Peer(server, await jetstream.open_nats_senders(port, SENDERS))


@asynccontextmanager
async def _bare(load: Load) -> AsyncIterator[Peer]:
    with tempfile.TemporaryDirectory(dir=load.folder) as folder:
        _write_people(load, Path(folder))
        port = free_port()
        command = (sys.executable, "-m", "bench.bare_asgi", folder, str(port))
        server = await start_server(*command, port=port)
        url = f"http://127.0.0.1:{port}"
        try:
            senders = await open_senders(url, load.pairs, SENDERS, load.messages)
            listeners = Listeners()
            await listeners.open(url, people_of(load.pairs))
            yield Peer(server, senders, listeners.record_in)
            listeners.close()
        finally:
            await server.kill()


def _write_people(load: Load, folder: Path) -> None:
    people = People(
        {one.token: one.user.user_uuid for one in people_of(load.pairs)},
        {
            pair.message_group_uuid: (pair.people[0].user.user_uuid, pair.people[1].user.user_uuid)
            for pair in load.pairs
        },
        load.messages,
    )
    (folder / "people.json").write_bytes(msgspec.json.encode(people))


OURS, BARE = "this service", "bare ASGI, no rules"
PROSODY, NATS = "Prosody", "NATS JetStream, flushed each"
Start = Callable[[Load], AbstractAsyncContextManager[Peer]]
PEERS: dict[str, tuple[Start, str, str]] = {
    OURS: (_ours, sys.executable, ""),
    BARE: (_bare, sys.executable, ""),
    PROSODY: (_prosody, xmpp.NEEDS, "apt-get install prosody lua-event"),
    NATS: (_nats, jetstream.NEEDS, "go install github.com/nats-io/nats-server/v2@latest"),
}


async def _measure(start: Start, load: Load, half: float | None = None) -> Figures:
    """`half` is the rate of the second part; half of the first part's if it is None."""
    async with start(load) as peer:
        await closed_loop(peer.senders, Record(), WARM_UP_SECONDS)
        full, open_part = Record(), Record()
        cpu = peer.server.cpu_seconds()
        taken = await closed_loop(peer.senders, full, load.seconds)
        await asyncio.sleep(1)  # for what a server does after its answers
        cpu = peer.server.cpu_seconds() - cpu
        count = len(full.acknowledged)
        rate, delivered = count / taken, open_part.delivery_seconds
        if peer.record_in is not None:
            peer.record_in(open_part)
            await open_loop(peer.senders, open_part, load.seconds, half or rate / 2)
            await asyncio.sleep(1)
        return Figures(
            rate,
            cpu / count * 1000,
            percentile(full.send_seconds, 0.99),
            percentile(delivered, 0.99) if delivered else None,
            f"{len(delivered):,} of {len(open_part.acknowledged):,}" if delivered else "",
        )


def _show(name: str, figures: Figures) -> None:
    late = "" if figures.delivery_p99 is None else f"{figures.delivery_p99 * 1000:,.0f} ms"
    print(
        f"{name:<29} {figures.rate:>9,.0f} {figures.cpu_per_1000:>12.3f} s "
        f"{figures.send_p99 * 1000:>9,.0f} ms {late:>12}  {figures.delivered}",
        flush=True,
    )


async def _run(folder: Path, given: argparse.Namespace) -> None:
    settings = Settings(data=folder / "ours")
    pairs = await make_conversations(settings, given.conversations, given.messages)
    load = Load(given.seconds, pairs, given.messages, folder)
    there = {name: start for name, (start, needs, _) in PEERS.items() if shutil.which(needs)}
    for name, (_, needs, how) in PEERS.items():
        if name not in there:
            print(f"{name} is left out, since there is no {needs} here: {how}")
    print(f"{'':<29} {'sends/s':>9} {'CPU per 1,000':>14} {'send p99':>12} {'delivery p99':>12}")
    found: dict[str, list[Figures]] = {name: [] for name in there}
    for _ in range(given.rounds):
        for name, start in there.items():
            # Bare ASGI gets the rate of ours, so that the two delays can be compared.
            half = found[OURS][-1].rate / 2 if name == BARE else None
            figures = await _measure(start, load, half)
            found[name].append(figures)
            _show(name, figures)
            await asyncio.sleep(given.pause)  # for what the kernel still writes
    _show_ratios(found)


def _show_ratios(found: dict[str, list[Figures]]) -> None:
    rates = {name: statistics.median(one.rate for one in each) for name, each in found.items()}
    costs = {n: statistics.median(one.cpu_per_1000 for one in each) for n, each in found.items()}
    for name, rate in rates.items():
        if name != OURS:
            print(
                f"{OURS} has {rates[OURS] / rate:.2f} times the sends/s of {name} and takes "
                f"{costs[OURS] / costs[name]:.2f} times its CPU (medians)"
            )


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench/peers", description=__doc__)
    parser.add_argument("--seconds", type=float, default=8, help="of each part (default: 8)")
    parser.add_argument("--rounds", type=int, default=3, help="of all servers (default: 3)")
    parser.add_argument("--pause", type=float, default=2, help="seconds between two servers")
    parser.add_argument("--conversations", type=int, default=CONVERSATIONS)
    parser.add_argument("--messages", type=int, default=MESSAGES, help="in each at the start")
    parser.add_argument(
        "--folder", type=Path, help="where the data lie; a temporary one if not given"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cruddur-bench-", dir=given.folder) as folder:
        uvloop.run(_run(Path(folder), given))


if __name__ == "__main__":
    main()
