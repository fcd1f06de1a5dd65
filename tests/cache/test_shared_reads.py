"""Readers that miss at the same moment read the table once, and nobody misses a write by that."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from tests.stage import SEAL

from cruddur.domain.model import User
from cruddur.engines.bus.memory import MemoryBus
from cruddur.engines.cache.generations import GenerationCache
from cruddur.engines.cache.memory import MemoryStore
from cruddur.engines.sqlite import SqliteTable
from cruddur.messaging.cached.with_cache import with_cache
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.messaging.messages.send_message import send_message

READERS = 20
NO_ANSWER_SECONDS = 30

Happens = Callable[[], Awaitable[object]]


class Held:
    """A real table. What `happens` comes between the answers of its queries and their readers."""

    def __init__(self, table: SqliteTable) -> None:
        self._table = table
        self.queries = 0
        self.happens: Happens | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)

    async def query(self, *given: Any) -> Any:
        self.queries += 1
        page = await self._table.query(*given)
        happens, self.happens = self.happens, None
        if happens is not None:
            await happens()
        return page


class Process:
    """A process over a table whose answers can be held, and another with the same cache."""

    def __init__(self, table: SqliteTable, *, refuses: bool = False) -> None:
        self.held = Held(table)
        store = MemoryStore()
        caches = [GenerationCache(store, seal=SEAL, repairs_itself=False) for _ in range(2)]
        self.here, there = (MessagingContext(table=t, bus=MemoryBus()) for t in (self.held, table))
        with_cache(self.here, caches[0])
        # A process that cannot reach the cache writes, and the cache does not know.
        self.there = there if refuses else with_cache(there, caches[1])

    async def texts(self, reader: User, group: str) -> list[str]:
        page = await list_messages(self.here, reader.user_uuid, group)
        return [message.message for message in page.messages]


async def test_readers_who_miss_at_once_read_the_table_once(
    table: SqliteTable, andrew: User, bayko: User
) -> None:
    process = Process(table)
    group = (await start_direct_group(process.here, andrew, bayko, "Hi")).message_group_uuid
    shown = await asyncio.gather(*(process.texts(bayko, group) for _ in range(READERS)))
    assert (shown, process.held.queries) == ([["Hi"]] * READERS, 1)
    pages = await asyncio.gather(*(list_inbox(process.here, bayko.user_uuid) for _ in shown))
    assert all(page == pages[0] for page in pages)
    assert process.held.queries == 1 + 2  # an inbox is one query of the index and one of its rows


async def test_a_read_that_began_before_a_write_is_not_shared_after_it(
    table: SqliteTable, andrew: User, bayko: User
) -> None:
    process = Process(table)
    group = (await start_direct_group(process.here, andrew, bayko, "one")).message_group_uuid
    shown: list[list[str]] = []

    async def be_written_and_read() -> None:
        await send_message(process.there, andrew, group, "two")
        shown.append(await process.texts(andrew, group))

    process.held.happens = be_written_and_read
    async with asyncio.timeout(NO_ANSWER_SECONDS):  # it would wait for itself
        await process.texts(bayko, group)
    assert shown == [["one", "two"]]


async def test_a_shared_read_shows_no_less_than_the_process_has_shown(
    table: SqliteTable, andrew: User, bayko: User
) -> None:
    process = Process(table, refuses=True)
    group = (await start_direct_group(process.here, andrew, bayko, "one")).message_group_uuid
    late: list[asyncio.Task[list[str]]] = []

    async def be_shown_by_another_way() -> None:
        await send_message(process.there, andrew, group, "two")
        await list_messages(process.here, andrew.user_uuid, group, after=1)
        late.append(asyncio.create_task(process.texts(andrew, group)))
        await asyncio.sleep(0)  # so that it begins, and shares the read that is under way

    process.held.happens = be_shown_by_another_way
    assert await process.texts(bayko, group) == ["one"]
    assert await late[0] == ["one", "two"]


@pytest.mark.parametrize("ends", ["the first", "all"])
async def test_a_reader_who_goes_away_does_not_end_the_read_of_the_others(
    table: SqliteTable, andrew: User, bayko: User, ends: str
) -> None:
    process = Process(table)
    group = (await start_direct_group(process.here, andrew, bayko, "Hi")).message_group_uuid
    readers = [asyncio.create_task(process.texts(bayko, group)) for _ in range(3)]

    async def go_away() -> None:
        for reader in readers if ends == "all" else readers[:1]:
            reader.cancel()

    process.held.happens = go_away
    shown = await asyncio.gather(*readers, return_exceptions=True)
    assert [one for one in shown if isinstance(one, list)] == (
        [] if ends == "all" else [["Hi"]] * 2
    )
    assert await process.texts(bayko, group) == ["Hi"]
