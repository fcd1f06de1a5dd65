"""The rules of generations, one by one."""

from math import inf

from tests.cache.stores import Breakable

from cruddur.cache.entries import CHANGED, trusted_until
from cruddur.cache.generations import OWED_MAX, GenerationCache
from cruddur.cache.memory import MemoryStore
from cruddur.messaging.cache_port import Recalled, Ticket


def a_cache(store: MemoryStore | Breakable) -> GenerationCache:
    return GenerationCache(store, repairs_itself=False)


async def ticket_of(cache: GenerationCache, name: str = "page") -> Ticket:
    ticket = (await cache.recall(name)).ticket
    assert ticket is not None
    return ticket


async def test_a_slow_reader_cannot_put_an_old_page_back() -> None:
    cache = a_cache(MemoryStore())
    slow = await ticket_of(cache)
    await cache.outdate(["page"])
    await cache.keep("page", slow, b"old", certain=True)
    assert (await cache.recall("page")).value is None


async def test_a_page_that_only_grew_is_given_to_be_read_on_and_a_changed_one_is_not() -> None:
    cache = a_cache(MemoryStore())
    await cache.keep("page", await ticket_of(cache), b"1 to 5", certain=True)
    await cache.outdate([], ["page"])
    assert (await cache.recall("page")).outgrown == b"1 to 5"
    await cache.outdate(["page"])
    recalled = await cache.recall("page")
    assert (recalled.outgrown, recalled.strongly) == (None, True)


async def test_an_evicted_generation_never_comes_back() -> None:
    store = MemoryStore()
    cache = a_cache(store)
    await cache.keep("page", await ticket_of(cache), b"old", certain=True)
    await store.delete_many([cache.generation_key("page")])
    await cache.outdate(["page"])
    assert (await cache.recall("page")).value is None
    assert (await cache.recall("page")).value is None


async def test_a_counter_that_began_from_nothing_is_no_generation() -> None:
    store = MemoryStore()
    cache = a_cache(store)
    await cache.outdate(["page"])  # nobody has read yet: the counter is 1 << 20 now
    await cache.keep("page", Ticket(CHANGED, 0.0), b"from another life", certain=True)
    assert (await cache.recall("page")).value is None
    await cache.keep("page", await ticket_of(cache), b"new", certain=True)
    assert (await cache.recall("page")).value == b"new"


async def test_what_is_owed_is_not_read_here_until_it_is_paid() -> None:
    store = Breakable(MemoryStore())
    cache = a_cache(store)
    await cache.keep("page", await ticket_of(cache), b"old", certain=True)
    store.mode = "refuses"
    await cache.outdate(["page"])
    store.mode = "works"
    assert await cache.recall("page") == Recalled()
    assert await cache.repair()
    recalled = await cache.recall("page")
    assert (recalled.value, recalled.strongly) == (None, True)


async def test_who_owes_too_much_forgets_all_pages_instead() -> None:
    store = Breakable(MemoryStore())
    cache = a_cache(store)
    await cache.keep("page", await ticket_of(cache), b"old", certain=True)
    store.mode = "refuses"
    await cache.outdate(["page", *(f"page {n}" for n in range(OWED_MAX))])
    store.mode = "works"
    assert await cache.recall("page") == Recalled()
    assert await cache.repair()
    assert (await cache.recall("page")).value is None


async def test_an_uncertain_page_is_trusted_for_a_moment_and_then_read_strongly() -> None:
    cache = a_cache(MemoryStore())
    ticket = await ticket_of(cache)
    await cache.keep("page", ticket, b"from a replica", certain=False)
    assert (await cache.recall("page")).value == b"from a replica"
    await cache.keep("page", ticket, b"from a replica", certain=False, seconds=-1)
    assert await cache.recall("page") == Recalled(strongly=True, ticket=ticket)
    await cache.keep("page", ticket, b"certain", certain=True)
    assert (await cache.recall("page")).value == b"certain"


def test_what_stays_uncertain_is_trusted_three_times_as_long_as_it_has_been_the_same() -> None:
    kept = [trusted_until(100.0 + age, 100.0, certain=False, seconds=inf) for age in (0, 1, 4, 13)]
    assert kept == [101, 104, 113, 140]


async def test_where_a_write_may_be_recent_the_table_is_read_strongly() -> None:
    store = MemoryStore()
    cache = a_cache(store)
    assert not (await cache.recall("cold")).strongly
    await cache.outdate([], ["page"])  # of which nobody knows the generation
    assert (await cache.recall("page")).strongly
    await cache.keep("page", await ticket_of(cache), b"page", certain=True)
    await store.delete_many([cache.entry_key("page")])
    assert (await cache.recall("page")).strongly
    await cache.keep("page", await ticket_of(cache), b"page", certain=True)
    await store.delete_many([cache.generation_key("page")])
    assert (await cache.recall("page")).strongly


async def test_a_write_that_nobody_waits_for_is_told_all_the_same() -> None:
    cache = a_cache(MemoryStore())
    await cache.keep("page", await ticket_of(cache), b"old", certain=True)
    cache.outdate_later(["page"])
    assert await cache.recall("page") == Recalled()
    await cache.close()
