"""Two versions of the service side by side: what the other one keeps cannot be read, and no harm."""

from collections.abc import Awaitable, Callable
from hashlib import sha256

import msgspec
import pytest
from msgspec import structs

from cruddur.bus.memory import MemoryBus
from cruddur.cache.entries import FORMAT
from cruddur.cache.generations import GenerationCache
from cruddur.cache.memory import MemoryStore
from cruddur.identity.find_user import find_user
from cruddur.identity.service import Identity
from cruddur.messaging.access import access_group
from cruddur.messaging.first_rows import FirstRows
from cruddur.messaging.list_inbox import list_inbox
from cruddur.messaging.list_messages import list_messages
from cruddur.messaging.newest_messages import Newest
from cruddur.messaging.ports import Put
from cruddur.messaging.service import Messaging
from cruddur.messaging.start_group import start_group
from cruddur.model import InboxRow, Member, Message, MessageGroup, User
from cruddur.table import items, keys
from cruddur.table.sqlite import SqliteTable

KEPT = (Newest, Message, FirstRows, InboxRow, MessageGroup, Member, User)
SHAPES = {1: "80fdc267c71e"}
"""By format. What is kept has changed? Then raise FORMAT, and add a line."""


@pytest.fixture
def cache() -> GenerationCache:
    return GenerationCache(MemoryStore(), repairs_itself=False)


@pytest.mark.parametrize("value", [b"\xc1", b"\x90", msgspec.msgpack.encode({"another": "shape"})])
async def test_what_cannot_be_read_is_read_from_the_table_instead(
    cache: GenerationCache, table: SqliteTable, andrew: User, bayko: User, value: bytes
) -> None:
    messaging = Messaging(table=table, bus=MemoryBus(), cache=cache)
    group = (await start_group(messaging, andrew, [bayko], "Plans")).message_group_uuid
    await table.put(Put(items.user_item(andrew)))
    reads: dict[str, Callable[[], Awaitable[object]]] = {
        keys.newest_messages_name(group): lambda: list_messages(messaging, andrew.user_uuid, group),
        keys.inbox_name(andrew.user_uuid): lambda: list_inbox(messaging, andrew.user_uuid),
        keys.group_name(group): lambda: access_group(messaging, andrew.user_uuid, group),
        keys.user_name(andrew.user_uuid): lambda: find_user(
            Identity(table, b"", cache=cache), andrew.user_uuid
        ),
    }
    for name, read in reads.items():
        right = await read()
        ticket = (await cache.recall(name)).ticket
        assert ticket is not None
        await cache.keep(name, ticket, value, certain=True)
        assert (await read()) == right


def test_whoever_changes_what_is_kept_raises_the_format() -> None:
    fields = [f"{kind.__name__}.{f.name}: {f.type}" for kind in KEPT for f in structs.fields(kind)]
    assert SHAPES[FORMAT] == sha256("\n".join(fields).encode()).hexdigest()[:12]


def test_versions_share_the_counters_and_no_pages(cache: GenerationCache) -> None:
    assert f"/{FORMAT}/" in cache.entry_key("page")
    assert f"/{FORMAT}/" not in cache.generation_key("page")
