"""The edits of a load: each is sent again until it is acknowledged, and must then be in the log once."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from bench.client import Connection
from bench.people import Pair

from cruddur.domain.message_changes import MessageChange
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.read_changes import read_changes
from cruddur.schema import items, keys

PATIENCE_SECONDS = 60


class EditBody(msgspec.Struct):
    """What a device sends to change a text."""

    message: str
    change_uuid: str
    after: int


class AcknowledgedEdit(NamedTuple):
    """An edit that got an answer."""

    message_group_uuid: str
    change_uuid: str


async def find_lost_edits(
    messaging: MessagingContext, acknowledged: Sequence[AcknowledgedEdit]
) -> list[str]:
    """The acknowledged edits that are not in their conversation's log exactly once."""
    problems: list[str] = []
    for group in {one.message_group_uuid for one in acknowledged}:
        counts = Counter(await _logged(messaging, group))
        wanted = [one.change_uuid for one in acknowledged if one.message_group_uuid == group]
        problems += [
            f"{group}: {uuid} is there {counts[uuid]} times" for uuid in wanted if counts[uuid] != 1
        ]
        problems += [
            f"{group}: {uuid} is there twice" for uuid in counts if uuid and counts[uuid] > 1
        ]
    return problems


async def find_lost_deletions(
    messaging: MessagingContext, acknowledged: Sequence[tuple[str, int]]
) -> list[str]:
    """The acknowledged deletions that are not in the log exactly once, or whose message has a text."""
    problems: list[str] = []
    for group in {group for group, _ in acknowledged}:
        log = await _log(messaging, group)
        counts = Counter(change.seq for change in log if change.kind == "deleted")
        seqs = [seq for one, seq in acknowledged if one == group]
        problems += [
            f"{group}: {seq} is deleted {counts[seq]} times" for seq in seqs if counts[seq] != 1
        ]
        found = await messaging.table.get_many([keys.message_key(group, seq) for seq in seqs])
        messages = [items.message_from(item) for item in found.values()]
        problems += [f"{group}: {one.seq} has a text" for one in messages if one.message]
    return problems


async def _logged(messaging: MessagingContext, group: str) -> list[str | None]:
    return [change.change_uuid for change in await _log(messaging, group)]


async def _log(messaging: MessagingContext, group: str) -> list[MessageChange]:
    found: list[MessageChange] = []
    last, more = 0, True
    while more:
        page = await read_changes(messaging, group, last + 1, 500)
        found += page.changes
        last, more = page.last_seq, page.has_more
    return found


async def wait_for_changes(url: str, pairs: Sequence[Pair]) -> None:
    """Returns when the projector has brought every row to the end of its conversation's log."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        for pair in pairs:
            for person in pair.people:
                connection = await Connection.open(url, person.token)
                while await _is_behind(connection, pair.message_group_uuid):  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
                connection.close()


async def _is_behind(connection: Connection, group: str) -> bool:
    log = msgspec.convert(await connection.json("GET", f"/api/messages/{group}/changes"), _Log)
    row = msgspec.convert(await connection.json("GET", f"/api/message_groups/{group}"), _Log)
    return row.last_change_seq < log.last_change_seq


class _Log(msgspec.Struct):
    last_change_seq: int
