"""A replica that lags behind the table shows nobody less than they have seen."""

from collections.abc import AsyncIterator

import pytest
from tests.cache.lagging import Lagging, lagging
from tests.stage import SEAL, Clock, Stream, person

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
from cruddur.schema import keys

MANY = 60
"""Conversations: too many to be read by one strong query."""


@pytest.fixture
async def replicated(table: SqliteTable) -> AsyncIterator[Lagging]:
    async with lagging(table) as replicated:
        yield replicated


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def a_cache(store: MemoryStore) -> GenerationCache:
    return GenerationCache(store, seal=SEAL, repairs_itself=False)


def process(table: Lagging, store: MemoryStore) -> MessagingContext:
    clock = Clock()
    clock.turn(days=1)
    return with_cache(MessagingContext(table=table, bus=MemoryBus(), clock=clock), a_cache(store))


async def crowded_inbox(table: SqliteTable, owner: User) -> list[str]:
    """Its conversations, oldest first, a day apart from those that come later."""
    messaging, uuids = MessagingContext(table=table, bus=MemoryBus(), clock=(clock := Clock())), []
    for number in range(MANY):
        clock.turn(minutes=2)
        other = person(f"person {number}")
        uuids.append((await start_direct_group(messaging, owner, other, "Hi")).message_group_uuid)
    return uuids


@pytest.mark.parametrize("place", [0, -1])
async def test_a_large_inbox_goes_on_from_where_this_process_has_shown_it(
    replicated: Lagging, store: MemoryStore, stream: Stream, andrew: User, place: int
) -> None:
    """Also with the conversation that leads the replica's index, whose row may come with the entry."""
    uuid = (await crowded_inbox(replicated.leader, andrew))[place]
    await replicated.catch_up()
    messaging = process(replicated, store)
    await list_inbox(messaging, andrew.user_uuid)
    await send_message(messaging, andrew, uuid, "to the top")
    await stream.project(messaging)
    behind = replicated.replica
    replicated.replica = replicated.leader
    shown = await list_inbox(messaging, andrew.user_uuid)
    assert (shown.rows[0].message_group_uuid, shown.rows[0].last_seq) == (uuid, 2)
    replicated.replica = behind
    await store.flush()
    assert (await list_inbox(messaging, andrew.user_uuid)).rows == shown.rows


@pytest.mark.parametrize("lost", ["all", "the page"])
async def test_what_was_acknowledged_is_in_the_page_although_the_cache_has_forgotten_it(
    replicated: Lagging, store: MemoryStore, andrew: User, bayko: User, lost: str
) -> None:
    here, there = process(replicated, store), process(replicated, store)
    group = (await start_direct_group(here, andrew, bayko, "1")).message_group_uuid
    await replicated.catch_up()
    await list_messages(there, bayko.user_uuid, group)
    cache = a_cache(store)
    name = keys.newest_messages_name(group)
    generation, entry = cache.generation_key(name), cache.entry_key(name)
    await store.delete_many([generation, entry] if lost == "all" else [])
    await send_message(here, andrew, group, "2")
    await store.delete_many([entry])
    page = await list_messages(there, bayko.user_uuid, group)
    assert [message.message for message in page.messages] == ["1", "2"]
