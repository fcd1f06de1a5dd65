"""How long a reaction takes beside a send in the same run, and whether one is lost."""

import argparse
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import msgspec
import uvloop
from bench.client import Connection, Refused
from bench.conversations import MESSAGES, PEOPLE, make_conversations
from bench.figures import milliseconds, percentile, show
from bench.load import Record, Sends, closed_loop, open_senders
from bench.people import Pair
from bench.place import ENGINES, empty_table, flags
from bench.service import Service, run_command

CONVERSATIONS = 25
REACTORS = 64
WARM_UP_SECONDS = 2
_EMOJI = ("\U0001f44d", "\u2764\ufe0f", "\U0001f389")


class Changed(msgspec.Struct):
    """What is read of an answer."""

    change_seq: int


_decoder = msgspec.json.Decoder(Changed)


class Reactor:
    """A device of one person, which gives its own emoji to messages and takes it back.

    Two devices of one person have different emoji, so that each request is a change.
    """

    def __init__(self, connection: Connection, group: str, emoji: str) -> None:
        self._connection = connection
        self._group = group
        self._emoji = quote(emoji)
        self._given: set[int] = set()
        self.changes: list[tuple[str, int]] = []

    async def send(self, record: Record, begun: float) -> None:
        """Reacts, and records when that was acknowledged. Raises Refused, ConnectionError."""
        seq = random.randint(1, MESSAGES)
        method = "DELETE" if seq in self._given else "PUT"
        path = f"/api/messages/{self._group}/{seq}/reactions/{self._emoji}"
        answer = await self._connection.request(method, path)
        if answer.status != 200:
            raise Refused(f"{answer.status} {answer.body!r}")
        self._given ^= {seq}
        record.send_seconds.append(time.perf_counter() - begun)
        self.changes.append((self._group, _decoder.decode(answer.body).change_seq))


class Both:
    """A person who sends and reacts in turn, so that both meet the same moments."""

    def __init__(self, sender: Sends, reactor: Sends, reacted: Record) -> None:
        self._sender = sender
        self._reactor = reactor
        self._reacted = reacted

    async def send(self, record: Record, begun: float) -> None:
        await self._sender.send(record, begun)
        await self._reactor.send(self._reacted, time.perf_counter())


async def open_reactors(url: str, pairs: Sequence[Pair]) -> list[Reactor]:
    """Spread over the people of all conversations, as the senders are."""
    seats = [(pair.message_group_uuid, person) for pair in pairs for person in pair.people]
    made = []
    for number in range(REACTORS):
        group, person = seats[number % len(seats)]
        connection = await Connection.open(url, person.token)
        made.append(Reactor(connection, group, _EMOJI[number // len(seats)]))
    return made


async def _measure(folder: Path, given: argparse.Namespace) -> int:
    async with empty_table(given.table, folder / "service") as settings:
        pairs = await make_conversations(settings, CONVERSATIONS, MESSAGES)
        service = await Service.start(settings.data, *flags(settings))
        try:
            failures = await _load(service.url, pairs, given)
            failures += await service.stop()
        finally:
            await service.kill()
        verified = run_command("verify", "--data", str(settings.data), *flags(settings))
        print(f"cruddur verify: {verified.stdout.strip()}")
        return failures + verified.returncode


async def _load(url: str, pairs: Sequence[Pair], given: argparse.Namespace) -> int:
    senders = await open_senders(url, pairs, REACTORS, MESSAGES)
    reactors = await open_reactors(url, pairs)
    sent, reacted = Record(), Record()
    devices = [Both(*each, reacted) for each in zip(senders, reactors, strict=True)]
    await closed_loop(devices, Record(), WARM_UP_SECONDS)
    reacted.send_seconds.clear()
    await closed_loop(devices, sent, given.seconds)
    await _settle(url, pairs, reactors)
    problems = _lost([one for reactor in reactors for one in reactor.changes])
    ratio = percentile(reacted.send_seconds, 0.5) / percentile(sent.send_seconds, 0.5)
    show(
        f"{REACTORS} devices of {PEOPLE} people in {CONVERSATIONS} conversations",
        [
            ("send p50 / p99", milliseconds(sent.send_seconds)),
            ("react p50 / p99", milliseconds(reacted.send_seconds)),
            ("react / send at p50", f"{ratio:.2f}"),
            ("sends, reactions", f"{len(sent.send_seconds):,}, {len(reacted.send_seconds):,}"),
            ("lost or doubled", str(len(problems))),
        ],
    )
    for problem in problems[:20]:
        print(problem)
    return len(problems) + (ratio > 1)


async def _settle(url: str, pairs: Sequence[Pair], reactors: Sequence[Reactor]) -> None:
    """Returns when each row has the last reaction, which `verify` expects of it."""
    wanted = dict(sorted(one for reactor in reactors for one in reactor.changes))
    for pair in pairs:
        for person in pair.people:
            connection = await Connection.open(url, person.token)
            path, last = f"/api/message_groups/{pair.message_group_uuid}", 0
            while last < wanted.get(pair.message_group_uuid, 0):
                row = msgspec.convert(await connection.json("GET", path), _Row)
                last = row.last_change_seq
            connection.close()


class _Row(msgspec.Struct):
    last_change_seq: int


def _lost(changes: Sequence[tuple[str, int]]) -> list[str]:
    """What is wrong with the numbers that were acknowledged: each is there once, without a gap."""
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for group, change_seq in changes:
        numbers[group].append(change_seq)
    return [
        f"{group}: the numbers of the reactions have a gap, or come twice"
        for group, found in numbers.items()
        if sorted(found) != list(range(1, len(found) + 1))
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench/react", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10, help="(default: 10)")
    parser.add_argument("--table", choices=ENGINES, default="sqlite", help="(default: sqlite)")
    parser.add_argument(
        "--folder", type=Path, help="where the data lie; a temporary one if not given"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cruddur-bench-", dir=given.folder) as folder:
        failures = uvloop.run(_measure(Path(folder), given))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
