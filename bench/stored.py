"""Whether all that was acknowledged is there: once, under its number, without a gap."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from bench.client import Connection
from bench.load import Acknowledged
from bench.people import Pair, Person

from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.compare_inboxes import all_messages


async def find_losses(
    messaging: MessagingContext, acknowledged: Iterable[Acknowledged]
) -> list[str]:
    """What is not as it was acknowledged, in words; empty if all is well."""
    promised: defaultdict[str, list[Acknowledged]] = defaultdict(list)
    for one in acknowledged:
        promised[one.message_group_uuid].append(one)
    problems: list[str] = []
    for group_uuid, part in promised.items():
        stored = [m async for m in all_messages(messaging, group_uuid)]
        numbers = [message.seq for message in stored]
        if numbers != list(range(1, len(stored) + 1)):
            problems.append(f"{group_uuid}: the numbers have a gap")
        uuids = {message.seq: message.message_uuid for message in stored}
        if len(set(uuids.values())) < len(stored):
            problems.append(f"{group_uuid}: a message_uuid is there twice")
        problems += [
            f"{group_uuid}: {one.message_uuid} was acknowledged as {one.seq} and is not there"
            for one in part
            if uuids.get(one.seq) != one.message_uuid
        ]
    return problems


async def wait_for_inboxes(url: str, pairs: Sequence[Pair], within_seconds: float = 60) -> float:
    """Returns when the projector has brought every row to its conversation's end; the seconds."""
    started = time.perf_counter()
    for pair in pairs:
        for person in pair.people:
            connection = await Connection.open(url, person.token)
            while await _is_behind(connection, pair.message_group_uuid):
                if time.perf_counter() - started > within_seconds:
                    raise TimeoutError("the projector does not catch up")
                await asyncio.sleep(0.02)
            connection.close()
    return time.perf_counter() - started


async def wait_for_numbers(
    url: str, people: Sequence[Person], acknowledged: Iterable[Acknowledged], within: float = 60
) -> None:
    """Returns when everybody's inbox shows what was acknowledged; `within` so many seconds."""
    wanted: defaultdict[str, int] = defaultdict(int)
    for one in acknowledged:
        wanted[one.message_group_uuid] = max(one.seq, wanted[one.message_group_uuid])
    until = time.perf_counter() + within
    for person in people:
        connection = await Connection.open(url, person.token)
        while any(seq < wanted[group] for group, seq in (await _inbox(connection)).items()):
            if time.perf_counter() > until:
                raise TimeoutError("the projector does not catch up")
            await asyncio.sleep(0.05)
        connection.close()


async def _inbox(connection: Connection) -> Mapping[str, int]:
    """The greatest number that each row shows, of at most 100 rows."""
    rows = await connection.json("GET", "/api/message_groups?limit=100")
    return {row.uuid: row.last_seq for row in msgspec.convert(rows, list[_Row])}


class _Row(msgspec.Struct):
    uuid: str
    last_seq: int


async def _is_behind(connection: Connection, group_uuid: str) -> bool:
    newest = await connection.json("GET", f"/api/messages/{group_uuid}?limit=1")
    row = await connection.json("GET", f"/api/message_groups/{group_uuid}")
    assert isinstance(newest, list)
    assert isinstance(row, dict)
    return bool(row["last_seq"] < newest[0]["seq"])
