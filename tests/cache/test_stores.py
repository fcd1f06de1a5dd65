"""What the cache asks of every engine."""

import asyncio

import pytest
from tests.cache.stores import PATIENCE_SECONDS

from cruddur.engines.cache.store import Store

SOON_SECONDS = 0.05


async def test_what_was_put_is_there_and_what_was_not_is_none(store: Store) -> None:
    await store.put("a", b"1", 60)
    assert list(await store.get_many(["a", "b"])) == [b"1", None]


async def test_a_new_value_is_put_only_where_there_is_none(store: Store) -> None:
    assert await store.put_new("a", b"1", 60)
    assert not await store.put_new("a", b"2", 60)
    assert list(await store.get_many(["a"])) == [b"1"]


async def test_a_counter_goes_on_from_digits_and_begins_at_nothing(store: Store) -> None:
    await store.put_new("a", b"1882629142426861653", 60)
    await store.increment_many({"a": 1 << 20, "b": 1}, 60)
    assert list(await store.get_many(["a", "b"])) == [b"1882629142427910229", b"1"]


async def test_a_counter_at_its_end_is_never_as_it_was(store: Store) -> None:
    """Entries of its generation would be believed although a write came."""
    end = b"9223372036854775807"
    await store.put_new("a", end, 60)
    await store.increment_many({"a": 1}, 60)
    (now,) = await store.get_many(["a"])
    assert now != end


@pytest.mark.parametrize("engine", ["valkey", "momento"])
async def test_what_somebody_else_wrote_over_a_counter_goes_with_the_next_write(
    store: Store,
) -> None:
    await store.put_new("a", b"no number", 60)
    await store.increment_many({"a": 1}, 60)
    assert list(await store.get_many(["a"])) == [None]


async def test_what_was_deleted_or_flushed_is_gone(store: Store) -> None:
    for key in ("a", "b", "c"):
        await store.put(key, b"1", 60)
    await store.delete_many(["a", "never there"])
    assert list(await store.get_many(["a", "b"])) == [None, b"1"]
    await store.flush()
    assert list(await store.get_many(["b", "c"])) == [None, None]


async def test_an_engine_answers_after_reconnecting(store: Store) -> None:
    await store.put("a", b"1", 60)
    await store.reconnect()
    assert list(await store.get_many(["a"])) == [b"1"]


async def test_reconnecting_breaks_off_no_call_that_runs(store: Store) -> None:
    await store.put("a", b"1", 60)
    running = [asyncio.ensure_future(store.get_many(["a"])) for _ in range(10)]
    await asyncio.sleep(0)  # they have begun, and none has its answer
    await store.reconnect()
    assert [list(found) for found in await asyncio.gather(*running)] == [[b"1"]] * 10


async def test_bytes_of_any_kind_and_64_kilobytes_come_back(store: Store) -> None:
    value = bytes(range(256)) * 256
    await store.put("a", value, 60)
    assert list(await store.get_many(["a"])) == [value]


async def test_each_key_ends_after_its_time(store: Store) -> None:
    await store.put("a", b"1", SOON_SECONDS)
    await store.put_new("b", b"1", SOON_SECONDS)
    await store.increment_many({"c": 1}, SOON_SECONDS)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while any(await store.get_many(["a", "b", "c"])):  # noqa: ASYNC110  no engine tells of an end
            await asyncio.sleep(SOON_SECONDS)
