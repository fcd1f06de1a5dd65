"""Whether all that was acknowledged is there: once, under its number, without a gap."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence

from bench.client import Connection
from bench.load import Acknowledged
from bench.people import Pair

from cruddur.messaging.compare_inboxes import all_messages
from cruddur.messaging.service import Messaging


async def find_losses(messaging: Messaging, acknowledged: Iterable[Acknowledged]) -> list[str]:
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


async def _is_behind(connection: Connection, group_uuid: str) -> bool:
    newest = await connection.json("GET", f"/api/messages/{group_uuid}?limit=1")
    row = await connection.json("GET", f"/api/message_groups/{group_uuid}")
    assert isinstance(newest, list)
    assert isinstance(row, dict)
    return bool(row["last_seq"] < newest[0]["seq"])
