"""A program that can write to the cache can make this service miss, but not serve wrong data."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.cache.stores import PATIENCE_SECONDS, opened_store
from tests.stage import SEAL, person

from cruddur.domain.errors import NotFound
from cruddur.engines.bus.memory import MemoryBus
from cruddur.engines.cache.entries import CHANGED
from cruddur.engines.cache.generations import GenerationCache
from cruddur.engines.cache.store import Store
from cruddur.engines.seal import NoSeal, Seal
from cruddur.engines.sqlite import SqliteTable
from cruddur.messaging.cached.with_cache import with_cache
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.messaging.messages.send_message import send_message
from cruddur.schema import keys

ANDREW, BAYKO, MALLORY = map(person, ("andrew", "bayko", "mallory"))


@pytest.fixture(params=["valkey", "momento"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    async with opened_store(request.param, str(uuid.uuid4())) as store:
        yield store


def a_cache(store: Store, seal: Seal | None = SEAL, **more: object) -> GenerationCache:
    patience: dict[str, Any] = {"call_seconds": PATIENCE_SECONDS, "repairs_itself": False}
    return GenerationCache(store, seal=seal, **patience, **more)  # type: ignore[arg-type]


async def keep(cache: GenerationCache, name: str, value: bytes) -> None:
    lease = (await cache.get(name)).lease
    assert lease is not None
    await cache.put(name, lease, value, consistent=True)


async def read(store: Store, key: str) -> bytes:
    (kept,) = await store.get_many([key])
    assert kept is not None
    return kept


async def test_an_entry_is_believed_where_it_was_kept_and_as_it_was(store: Store) -> None:
    cache = a_cache(store)
    await keep(cache, "page", b"right")
    assert (await cache.get("page")).value == b"right"
    kept = await read(store, cache.entry_key("page"))
    for at in range(len(kept)):
        forged = kept[:at] + bytes([kept[at] ^ 1]) + kept[at + 1 :]
        await store.put(cache.entry_key("page"), forged, 60)
        assert (await cache.get("page")).value is None
    assert cache.figures()["forged"] == len(kept)


@pytest.mark.parametrize("forged", [b"", b"x", bytes(16), bytes(48), b"\x80" * 100])
async def test_what_is_no_entry_is_a_miss_and_counted(store: Store, forged: bytes) -> None:
    cache = a_cache(store)
    await keep(cache, "page", b"right")
    await store.put(cache.entry_key("page"), forged, 60)
    cached = await cache.get("page")
    assert (cached.value, cached.outgrown, cached.strongly) == (None, None, True)
    assert cache.figures()["forged"] == 1
    await keep(cache, "page", b"right again")
    assert (await cache.get("page")).value == b"right again"


async def test_an_entry_cannot_be_moved_to_another_name_or_another_table(store: Store) -> None:
    cache, other = a_cache(store), a_cache(store, prefix="other/")
    await keep(cache, "theirs", b"theirs")
    kept = await read(store, cache.entry_key("theirs"))
    generation = await read(store, cache.generation_key("theirs"))
    for there in (cache, other):
        await store.put(there.entry_key("mine"), kept, 60)
        await store.put(there.generation_key("mine"), generation, 60)
        assert (await there.get("mine")).value is None


async def test_who_has_another_secret_reads_nothing(store: Store) -> None:
    await keep(a_cache(store), "page", b"right")
    for seal in (Seal(b"1" * 32), NoSeal()):
        assert (await a_cache(store, seal).get("page")).value is None


async def test_an_entry_that_is_put_back_with_its_generation_ends_with_its_time(
    store: Store,
) -> None:
    now = [1_000_000.0]
    cache = a_cache(store, ttl_seconds=600, now=lambda: now[0])
    await keep(cache, "page", b"old")
    names = (cache.entry_key("page"), cache.generation_key("page"))
    recorded = [await read(store, name) for name in names]
    await cache.invalidate(["page"])
    now[0] += 601
    for name, value in zip(names, recorded, strict=True):
        await store.put(name, value, 60)
    assert (await cache.get("page")).value is None
    await cache.invalidate([], ["page"])  # and it is no beginning to go on from, either
    assert (await cache.get("page")).outgrown is None


async def test_a_generation_that_somebody_sets_makes_it_forget_and_no_more(store: Store) -> None:
    cache = a_cache(store)
    await keep(cache, "page", b"right")
    for forged in (b"0", b"-1", b"%d" % (1 << 60), b"%d" % (2**63 - CHANGED)):
        await store.put(cache.generation_key("page"), forged, 60)
        assert (await cache.get("page")).value is None


async def test_a_stranger_who_writes_themselves_into_a_conversation_stays_outside(
    store: Store, table: SqliteTable
) -> None:
    cache = a_cache(store)
    messaging = with_cache(MessagingContext(table=table, bus=MemoryBus()), cache)
    group = (await start_group(messaging, ANDREW, [BAYKO], "Plans")).message_group_uuid
    await send_message(messaging, ANDREW, group, "for the two of us")
    name = keys.group_name(group)
    await list_messages(messaging, ANDREW.user_uuid, group)
    kept = await read(store, cache.entry_key(name))
    forged = kept.replace(BAYKO.user_uuid.encode(), MALLORY.user_uuid.encode())
    assert forged != kept
    await store.put(cache.entry_key(name), forged, 60)
    with pytest.raises(NotFound):
        await list_messages(messaging, MALLORY.user_uuid, group)
    with pytest.raises(NotFound):
        await send_message(messaging, MALLORY, group, "so am I")


async def test_without_the_secret_it_outdates_and_neither_believes_nor_keeps(store: Store) -> None:
    cache, worker = a_cache(store), a_cache(store, None)
    await keep(cache, "page", b"right")
    cached = await worker.get("page")
    assert (cached.value, cached.lease) == (None, None)
    lease = (await cache.get("page")).lease
    assert lease is not None
    await worker.put("page", lease, b"unsealed", consistent=True)
    assert (await cache.get("page")).value == b"right"
    await worker.invalidate(["page"])
    assert (await cache.get("page")).value is None
