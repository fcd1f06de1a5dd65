"""Two versions of the service side by side: what the other one keeps cannot be read, and no harm."""

from collections.abc import Awaitable, Callable
from hashlib import sha256

import msgspec
import pytest
from msgspec import structs
from tests.stage import SEAL

from cruddur.domain.member import Member
from cruddur.domain.model import InboxRow, Message, MessageGroup, User
from cruddur.engines.bus.memory import MemoryBus
from cruddur.engines.cache.entries import FORMAT
from cruddur.engines.cache.generations import GenerationCache
from cruddur.engines.cache.memory import MemoryStore
from cruddur.engines.sqlite import SqliteTable
from cruddur.identity.cached_user import with_cached_user
from cruddur.identity.context import IdentityContext
from cruddur.identity.find_user import find_user
from cruddur.messaging.access import access_group
from cruddur.messaging.cached.cached_inbox import FirstRows
from cruddur.messaging.cached.cached_messages import Newest
from cruddur.messaging.cached.with_cache import with_cache
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.ports.table import Put
from cruddur.schema import items, keys

KEPT = (Newest, Message, FirstRows, InboxRow, MessageGroup, Member, User)
SHAPES = {
    1: "80fdc267c71e",
    2: "edb657ccec4c",  # sealed
    3: "b67242aea02c",
    4: "f49a55c79d71",
    5: "a1146521e42f",
    6: "624e3f407a26",
    7: "fdc1047fd49f",
    8: "62da7cf6b88b",
    9: "a1f122b9d89f",
    10: "6fcc45a09110",
}
"""By format. What is kept has changed? Then raise FORMAT, and add a line."""


@pytest.fixture
def cache() -> GenerationCache:
    return GenerationCache(MemoryStore(), seal=SEAL, repairs_itself=False)


@pytest.mark.parametrize("value", [b"\xc1", b"\x90", msgspec.msgpack.encode({"another": "shape"})])
async def test_what_cannot_be_read_is_read_from_the_table_instead(
    cache: GenerationCache, table: SqliteTable, andrew: User, bayko: User, value: bytes
) -> None:
    messaging = with_cache(MessagingContext(table=table, bus=MemoryBus()), cache)
    group = (await start_group(messaging, andrew, [bayko], "Plans")).message_group_uuid
    await table.put(Put(items.user_item(andrew)))
    reads: dict[str, Callable[[], Awaitable[object]]] = {
        keys.newest_messages_name(group): lambda: list_messages(messaging, andrew.user_uuid, group),
        keys.inbox_name(andrew.user_uuid): lambda: list_inbox(messaging, andrew.user_uuid),
        keys.group_name(group): lambda: access_group(messaging, andrew.user_uuid, group),
        keys.user_name(andrew.user_uuid): lambda: find_user(
            with_cached_user(IdentityContext(table, b""), cache), andrew.user_uuid
        ),
    }
    for name, read in reads.items():
        right = await read()
        lease = (await cache.get(name)).lease
        assert lease is not None
        await cache.put(name, lease, value, consistent=True)
        assert (await read()) == right


def test_whoever_changes_what_is_kept_raises_the_format() -> None:
    fields = [f"{kind.__name__}.{f.name}: {f.type}" for kind in KEPT for f in structs.fields(kind)]
    assert SHAPES[FORMAT] == sha256("\n".join(fields).encode()).hexdigest()[:12]


def test_versions_share_the_counters_and_no_pages(cache: GenerationCache) -> None:
    assert f"/{FORMAT}/" in cache.entry_key("page")
    assert f"/{FORMAT}/" not in cache.generation_key("page")
