"""Items as the tutorial's code wrote them, and tables of them with what went wrong over the years."""

import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import strategies as st

from cruddur.domain.item import Item
from cruddur.engines.bus.memory import MemoryBus
from cruddur.engines.sqlite import SqliteTable
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.ports.table import Put, Table

START = datetime(2023, 4, 13, 12, 0, tzinfo=UTC)
NAMES = ("andrewbrown", "bayko", "londo", "mollari")


def uuid_of(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, name))


def old_message(group: str, minutes: float, sender: str, text: str, **other: Any) -> Item:
    at = (START + timedelta(minutes=minutes)).isoformat()
    return {
        "pk": f"MSG#{uuid_of(group)}",
        "sk": at,
        "message_uuid": uuid_of(f"{group}/{minutes}/{sender}"),
        "message": text,
        "user_uuid": uuid_of(sender),
        "user_display_name": sender.title(),
        "user_handle": sender,
        **other,
    }


def old_row(owner: str, group: str, minutes: float, other: str, text: str, **more: Any) -> Item:
    at = (START + timedelta(minutes=minutes)).isoformat()
    return {
        "pk": f"GRP#{uuid_of(owner)}",
        "sk": at,
        "message_group_uuid": uuid_of(group),
        "message": text,
        "user_uuid": uuid_of(other),
        "user_display_name": other.title(),
        "user_handle": other,
        **more,
    }


def talk(group: str, one: str, other: str, lines: int, *, first: float = 0) -> Iterator[Item]:
    """A conversation and its two inbox rows."""
    for number in range(lines):
        sender = one if number % 2 == 0 else other
        yield old_message(group, first + number, sender, f"{group}, {number}")
    last = first + lines - 1
    yield old_row(one, group, last, other, f"{group}, {lines - 1}")
    yield old_row(other, group, last, one, f"{group}, {lines - 1}")


@st.composite
def tables(draw: st.DrawFn) -> list[Item]:
    """Several groups for the same pairs, messages twice, rows left over, one time for many."""
    items: dict[tuple[str, str], Item] = {}
    people, minutes = st.sampled_from(NAMES), st.integers(0, 200)
    for number in range(draw(st.integers(1, 5))):
        group = f"group {number}"
        talkers = draw(st.lists(people, min_size=1, max_size=3))
        for _ in range(draw(st.integers(0, 6))):
            sender = draw(st.sampled_from(talkers))
            message = dict(old_message(group, draw(minutes), sender, draw(st.text(max_size=5))))
            if draw(st.integers(0, 4)) == 0:  # somebody's id comes back
                message["message_uuid"] = uuid_of("again")
            items[message["pk"], message["sk"]] = message
        for _ in range(draw(st.integers(0, 3))):
            owner, other = draw(st.sampled_from(talkers)), draw(st.sampled_from(talkers))
            row = old_row(owner, group, draw(minutes), other, "…")
            items[row["pk"], row["sk"]] = row
    return list(items.values())


def quiet(what: str, count: int, total: int = 0, *, about: bool = False) -> None:
    """Progress that nobody looks at."""


@asynccontextmanager
async def empty_table() -> AsyncIterator[SqliteTable]:
    with TemporaryDirectory() as folder:
        table = await SqliteTable.open(Path(folder))
        yield table
        await table.close()


async def fill(table: Table, items: Sequence[Item]) -> None:
    for item in items:
        await table.put(Put(item))


async def contents(table: Table) -> list[Item]:
    return sorted([item async for item in table.scan()], key=lambda i: (i["pk"], i["sk"]))


async def problems(table: Table) -> list[str]:
    messaging = MessagingContext(table=table, bus=MemoryBus())
    return [f"{d.where}: {d.what}" async for d in verify_inboxes(messaging)]
