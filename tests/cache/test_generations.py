"""The rules of generations, one by one."""

from math import inf

import pytest
from tests.cache.stores import Breakable
from tests.stage import SEAL

from cruddur.engines.cache.entries import CHANGED, Entry, trusted_until
from cruddur.engines.cache.generations import PENDING_MAX, GenerationCache, _answer
from cruddur.engines.cache.memory import MemoryStore
from cruddur.ports.cache import CacheAnswer, Lease


def a_cache(store: MemoryStore | Breakable) -> GenerationCache:
    return GenerationCache(store, seal=SEAL, repairs_itself=False)


async def lease_of(cache: GenerationCache, name: str = "page") -> Lease:
    lease = (await cache.get(name)).lease
    assert lease is not None
    return lease


async def test_a_slow_reader_cannot_put_an_old_page_back() -> None:
    cache = a_cache(MemoryStore())
    slow = await lease_of(cache)
    await cache.invalidate(["page"])
    await cache.put("page", slow, b"old", consistent=True)
    assert (await cache.get("page")).value is None


async def test_a_page_that_only_grew_is_given_to_be_read_on_and_a_changed_one_is_not() -> None:
    cache = a_cache(MemoryStore())
    await cache.put("page", await lease_of(cache), b"1 to 5", consistent=True)
    await cache.invalidate([], ["page"])
    assert (await cache.get("page")).outgrown == b"1 to 5"
    await cache.invalidate(["page"])
    cached = await cache.get("page")
    assert (cached.outgrown, cached.strongly) == (None, True)


async def test_an_evicted_generation_never_comes_back() -> None:
    store = MemoryStore()
    cache = a_cache(store)
    await cache.put("page", await lease_of(cache), b"old", consistent=True)
    await store.delete_many([cache.generation_key("page")])
    await cache.invalidate(["page"])
    assert (await cache.get("page")).value is None
    assert (await cache.get("page")).value is None


async def test_a_counter_that_began_from_nothing_is_no_generation() -> None:
    store = MemoryStore()
    cache = a_cache(store)
    await cache.invalidate(["page"])  # nobody has read yet: the counter is 1 << 20 now
    await cache.put("page", Lease(CHANGED, 0.0), b"from another life", consistent=True)
    assert (await cache.get("page")).value is None
    await cache.put("page", await lease_of(cache), b"new", consistent=True)
    assert (await cache.get("page")).value == b"new"


async def test_a_name_with_a_pending_invalidation_is_not_read() -> None:
    store = Breakable(MemoryStore())
    cache = a_cache(store)
    await cache.put("page", await lease_of(cache), b"old", consistent=True)
    store.mode = "refuses"
    await cache.invalidate(["page"])
    store.mode = "works"
    assert await cache.get("page") == CacheAnswer()
    assert await cache.repair()
    cached = await cache.get("page")
    assert (cached.value, cached.strongly) == (None, True)


async def test_who_owes_too_much_forgets_all_pages_instead() -> None:
    store = Breakable(MemoryStore())
    cache = a_cache(store)
    await cache.put("page", await lease_of(cache), b"old", consistent=True)
    store.mode = "refuses"
    await cache.invalidate(["page", *(f"page {n}" for n in range(PENDING_MAX))])
    store.mode = "works"
    assert await cache.get("page") == CacheAnswer()
    assert await cache.repair()
    assert (await cache.get("page")).value is None


async def test_an_uncertain_page_is_trusted_for_a_moment_and_then_read_strongly() -> None:
    cache = a_cache(MemoryStore())
    lease = await lease_of(cache)
    await cache.put("page", lease, b"from a replica", consistent=False)
    assert (await cache.get("page")).value == b"from a replica"
    await cache.put("page", lease, b"from a replica", consistent=False, seconds=-1)
    assert await cache.get("page") == CacheAnswer(strongly=True, lease=lease)
    await cache.put("page", lease, b"consistent", consistent=True)
    assert (await cache.get("page")).value == b"consistent"


def test_what_stays_uncertain_is_trusted_three_times_as_long_as_it_has_been_the_same() -> None:
    kept = [
        trusted_until(100.0 + age, 100.0, consistent=False, seconds=inf) for age in (0, 1, 4, 13)
    ]
    assert kept == [101, 104, 113, 140]


async def test_where_a_write_may_be_recent_the_table_is_read_strongly() -> None:
    store = MemoryStore()
    cache = a_cache(store)
    assert not (await cache.get("cold")).strongly
    await cache.invalidate([], ["page"])  # of which nobody knows the generation
    assert (await cache.get("page")).strongly
    await cache.put("page", await lease_of(cache), b"page", consistent=True)
    await store.delete_many([cache.entry_key("page")])
    assert (await cache.get("page")).strongly
    await cache.put("page", await lease_of(cache), b"page", consistent=True)
    await store.delete_many([cache.generation_key("page")])
    assert (await cache.get("page")).strongly


async def test_a_write_that_nobody_waits_for_is_told_all_the_same() -> None:
    cache = a_cache(MemoryStore())
    await cache.put("page", await lease_of(cache), b"old", consistent=True)
    cache.invalidate_later(["page"])
    assert await cache.get("page") == CacheAnswer()
    await cache.close()


@pytest.mark.parametrize(
    ("now", "is_served"), [(9.0, True), (10.0, False), (11.0, False)], ids=["within", "at", "after"]
)
def test_trust_ends_at_its_end(now: float, is_served: bool) -> None:
    entry = Entry(CHANGED, 5.0, 10.0, is_consistent=True, value=b"page")
    assert (_answer(CHANGED, entry, now).value == b"page") == is_served
    assert (_answer(CHANGED + 1, entry, now).outgrown == b"page") == is_served
    uncertain = entry._replace(is_consistent=False)
    assert _answer(CHANGED + 1, uncertain, now).outgrown is None
