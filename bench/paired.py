"""What a send costs in this tree and in another one: two services, which get messages in turn."""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import msgspec
import uvloop
from bench.client import Connection
from bench.conversations import PEOPLE, pairings
from bench.load import Listeners, Record, Sender, open_senders, run_through
from bench.people import Pair, Person, people_of
from bench.service import Service
from bench.stored import wait_for_numbers

SENDERS = 64
_CHUNKS = 4
"""How often the two take turns within a pair, so that both meet the same moments of the machine."""

_HERE = Path(__file__).parents[1]
# Each tree makes its own people: a file of another version may not open here, nor this one there.
_PEOPLE = """
import asyncio, sys
from pathlib import Path
import msgspec
from bench.people import make_people
people = asyncio.run(make_people(Path(sys.argv[1]), int(sys.argv[2])))
sys.stdout.buffer.write(msgspec.json.encode(people))
"""


class _Side(NamedTuple):
    service: Service
    pairs: list[Pair]
    senders: list[Sender]
    listeners: Listeners


async def _open(tree: Path, data: Path, given: argparse.Namespace) -> tuple[Service, list[Pair]]:
    where = {"PYTHONPATH": f"{tree / 'src'}:{tree}"}
    command = (sys.executable, "-c", _PEOPLE, str(data), str(PEOPLE))
    process = await asyncio.create_subprocess_exec(
        *command, env=os.environ | where, cwd=tree, stdout=subprocess.PIPE
    )
    printed, _ = await process.communicate()
    people = msgspec.json.decode(printed, type=list[Person])
    service = await Service.start(data, environment=where)
    return service, [
        await _begin(service.url, one, other)
        for one, other in islice(pairings(people), given.conversations)
    ]


async def _begin(url: str, one: Person, other: Person) -> Pair:
    connection = await Connection.open(url, one.token)
    hello = {"message": "Hello!", "handle": other.user.handle}
    message = await connection.json("POST", "/api/messages", hello)
    connection.close()
    assert isinstance(message, dict)
    return Pair((one, other), message["message_group_uuid"])


async def _work(service: Service, pairs: list[Pair]) -> _Side:
    listeners = Listeners()
    await listeners.open(service.url, people_of(pairs))
    return _Side(service, pairs, await open_senders(service.url, pairs, SENDERS), listeners)


async def _cost(side: _Side, count: int) -> float:
    """The server's CPU seconds for so many messages, until each inbox row shows its last one."""
    record = Record()
    side.listeners.record_in(record)
    before = side.service.cpu_seconds()
    await run_through(side.senders, count, record)
    await wait_for_numbers(side.service.url, people_of(side.pairs), record.acknowledged)
    return side.service.cpu_seconds() - before


async def _pair(sides: list[_Side], number: int, count: int) -> list[float]:
    costs = [0.0, 0.0]
    for chunk in range(_CHUNKS):
        for at in (0, 1) if (number + chunk) % 2 else (1, 0):
            costs[at] += await _cost(sides[at], count // _CHUNKS)
    return [cost / count * 1000 for cost in costs]


async def _compare(folder: Path, given: argparse.Namespace) -> None:
    opened = [
        await _open(tree, folder / name, given)
        for name, tree in (("before", given.tree), ("after", _HERE))
    ]
    try:
        sides = [await _work(*one) for one in opened]
        await _pair(sides, 0, given.count)  # the first one warms up
        found = []
        for number in range(given.rounds):
            before, after = await _pair(sides, number, given.count)
            found.append(after / before)
            print(f"  {before:.3f} → {after:.3f} s of CPU per 1,000 messages: {found[-1]:.2f}")
        print(f"  the median of {len(found)} pairs: {statistics.median(found):.2f}")
    finally:
        for service, _ in opened:
            await service.kill()


def main() -> int:
    """Prints each pair and the median of the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tree", type=Path, help="another checkout, which is compared with this one")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--count", type=int, default=1600, help="messages of a pair, for each side")
    parser.add_argument("--conversations", type=int, default=1000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        uvloop.run(_compare(Path(folder), given))
    return 0


if __name__ == "__main__":
    sys.exit(main())
