"""What the cache asks of every engine."""

import asyncio

from cruddur.cache.store import Store


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
