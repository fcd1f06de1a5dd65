"""What is wrapped around the use cases: which reads come from the cache, and which never do."""

import pytest
from tests.stage import SEAL, person

from cruddur.domain.errors import Unauthenticated
from cruddur.domain.model import User
from cruddur.engines.bus.memory import MemoryBus
from cruddur.engines.cache.generations import GenerationCache
from cruddur.engines.cache.memory import MemoryStore
from cruddur.engines.sqlite import SqliteTable
from cruddur.identity.cached_user import with_cached_user
from cruddur.identity.context import IdentityContext
from cruddur.identity.find_user import check_user_is_there, find_user
from cruddur.messaging.cached.with_cache import with_cache
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.ports.table import Delete, Put
from cruddur.schema import items, keys
from cruddur.tools.recording_table import RecordingTable


@pytest.fixture
def cache() -> GenerationCache:
    return GenerationCache(MemoryStore(), seal=SEAL, repairs_itself=False)


async def test_the_second_page_of_an_inbox_follows_the_first_from_the_cache(
    table: SqliteTable, cache: GenerationCache, andrew: User
) -> None:
    messaging = with_cache(MessagingContext(table=table, bus=MemoryBus()), cache)
    for number in range(5):
        await start_direct_group(messaging, person(f"friend {number}"), andrew, "Hi")
    whole = await list_inbox(messaging, andrew.user_uuid)
    for _ in ("from the table", "from the cache"):
        first = await list_inbox(messaging, andrew.user_uuid, limit=3)
        second = await list_inbox(messaging, andrew.user_uuid, limit=3, cursor=first.cursor)
        assert [*first.rows, *second.rows] == [*whole.rows]


async def test_a_process_reads_a_user_whom_another_has_read_from_the_cache(
    table: SqliteTable, cache: GenerationCache, andrew: User
) -> None:
    await table.put(Put(items.user_item(andrew)))
    recordings = [RecordingTable(table) for _ in range(2)]
    for recording in recordings:
        identity = with_cached_user(IdentityContext(recording, b""), cache)
        assert await find_user(identity, andrew.user_uuid) == andrew
    assert [len(recording.readings) for recording in recordings] == [1, 0]


async def test_a_user_who_is_no_longer_there_leaves_the_cache(
    table: SqliteTable, cache: GenerationCache, andrew: User
) -> None:
    await table.put(Put(items.user_item(andrew)))
    identity = with_cached_user(IdentityContext(table, b""), cache)
    await find_user(identity, andrew.user_uuid)
    await table.delete(Delete(keys.user_key(andrew.user_uuid)))
    with pytest.raises(Unauthenticated):
        await check_user_is_there(identity, andrew.user_uuid)
    assert (await cache.get(keys.user_name(andrew.user_uuid))).value is None


async def test_a_context_beside_it_has_no_wrappers(
    table: SqliteTable, cache: GenerationCache, andrew: User, bayko: User
) -> None:
    with_cache(MessagingContext(table=table, bus=MemoryBus()), cache)
    plain = MessagingContext(table=table, bus=MemoryBus())
    await start_direct_group(plain, andrew, bayko, "Hi")
    await list_inbox(plain, andrew.user_uuid)
    assert cache.figures() == {"hit": 0, "miss": 0, "error": 0, "forged": 0}
