"""How soon a message sent through one service process is on a device connected to another."""

import argparse
import asyncio
import contextlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import uvloop
from bench.figures import milliseconds, percentile, show
from bench.load import Listeners, Record, open_loop, open_senders
from bench.people import make_pairs, make_people
from bench.service import Service

SENDERS = 64
CONVERSATIONS = 25
WARM_UP_SECONDS = 2.0
GOAL_SECONDS = 0.030


@contextlib.asynccontextmanager
async def _valkey(folder: Path) -> AsyncIterator[str]:
    """A server of the run's own; its URL."""
    name = shutil.which("valkey-server") or shutil.which("redis-server")
    if name is None:
        sys.exit("neither valkey-server nor redis-server is installed")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = ("--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder))
    server = await asyncio.create_subprocess_exec(name, *options, stdout=subprocess.DEVNULL)
    try:
        await _until_it_listens(port)
        yield f"valkey://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        await server.wait()


async def _until_it_listens(port: int) -> None:
    while True:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        await asyncio.sleep(0.02)


async def _measure(folder: Path, seconds: float, rate: float) -> bool:
    """Everybody sends through the one process and listens at the other. Whether the goal is met."""
    data = folder / "service"
    people = await make_people(data, 2 * CONVERSATIONS)
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(_valkey(folder))
        environment = {"CRUDDUR_BUS": "valkey", "CRUDDUR_VALKEY_URL": url}
        services = []
        for more in ((), ("--projector", "off")):
            services.append(await Service.start(data, *more, environment=environment))
            stack.push_async_callback(services[-1].kill)
        here, there = services
        pairs = await make_pairs(here.url, people)
        senders = await open_senders(here.url, pairs, SENDERS)
        far = Listeners()
        await far.open(there.url, people)
        await open_loop(senders, far.record, WARM_UP_SECONDS, rate)
        far.record = Record()
        cpu = [service.cpu_seconds() for service in services]
        generator = time.process_time()
        took = await open_loop(senders, far.record, seconds, rate)
        await asyncio.sleep(1)  # the last ones are on their way
        sent = len(far.record.acknowledged)
        used = [s.cpu_seconds() - before for s, before in zip(services, cpu, strict=True)]
        show(
            f"Sent through one process, {2 * CONVERSATIONS} devices at the other, over Valkey",
            [
                ("sends/s", f"{sent / took:,.0f}"),
                ("send p50 / p99", milliseconds(far.record.send_seconds)),
                ("delivery p50 / p99", milliseconds(far.record.delivery_seconds)),
                ("delivered", f"{len(far.record.delivery_seconds):,} of {sent:,}"),
                ("CPU of the sending process", f"{used[0] / took:.0%} of a core"),
                ("CPU of the delivering process", f"{used[1] / took:.0%} of a core"),
                ("generator CPU", f"{(time.process_time() - generator) / took:.0%} of a core"),
            ],
        )
        far.close()
    p99 = percentile(far.record.delivery_seconds, 0.99)
    return p99 < GOAL_SECONDS and len(far.record.delivery_seconds) == sent


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench/deliver", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rate", type=float, default=500, help="messages a second (default: 500)")
    parser.add_argument(
        "--folder", type=Path, help="where the data lie; a temporary one if not given"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cruddur-bench-", dir=given.folder) as folder:
        reached = uvloop.run(_measure(Path(folder), given.seconds, given.rate))
    goal = f"p99 under {GOAL_SECONDS * 1000:.0f} ms at {given.rate:,.0f}/s, all delivered"
    print(f"\n{goal}: {'reached' if reached else 'MISSED'}")
    sys.exit(0 if reached else 1)


if __name__ == "__main__":
    main()
