"""The service's own consumers: each has a place of its own, and holds up no other."""

import asyncio
from collections.abc import Sequence

from tests.consumers.running import NAMES, PATIENCE_SECONDS, Collector, running, source
from tests.contract.test_consumers import is_exact, put

from cruddur.ports.change_feed import Change, ChangeFeeds, Consumer
from cruddur.ports.consumers import ConsumerSource, NamedConsumer
from cruddur.ports.table import Table


async def test_a_consumer_goes_on_where_it_stopped(
    table: Table, feeds: ChangeFeeds, pk: str
) -> None:
    first, second = Collector(NAMES), Collector(NAMES)
    await feeds.register(first.named.consumer)
    await put(table, pk, 1, 2)
    async with running(feeds, source(first)):
        await first.until("1", "2")
    await put(table, pk, 3)
    async with running(feeds, source(second)):
        await second.until("3")
    assert second.got == ["3"]


async def test_what_was_not_done_comes_again(table: Table, feeds: ChangeFeeds, pk: str) -> None:
    killed, second = Collector(NAMES), Collector(NAMES)
    reached = asyncio.Event()

    async def hang(_: Sequence[Change]) -> None:
        reached.set()
        await asyncio.Event().wait()

    killed.fails = hang
    await feeds.register(killed.named.consumer)
    await put(table, pk, 1, 2, 3)
    async with running(feeds, source(killed)):
        await asyncio.wait_for(reached.wait(), PATIENCE_SECONDS)
    async with running(feeds, source(second)):
        await second.until("1", "2", "3")
    assert (killed.got, second.got) == ([], ["1", "2", "3"])


async def test_one_that_fails_or_hangs_holds_up_no_other(
    table: Table, feeds: ChangeFeeds, pk: str
) -> None:
    fails, hangs, works = (Collector(f"{NAMES}.{name}") for name in ("fails", "hangs", "works"))

    async def hang(_: Sequence[Change]) -> None:
        await asyncio.Event().wait()

    def fail(_: Sequence[Change]) -> None:
        raise ValueError("as a mistake in the code would")

    fails.fails, hangs.fails = fail, hang
    await feeds.register(works.named.consumer)
    await put(table, pk, 1)
    async with running(feeds, source(fails, hangs, works)):
        await works.until("1")
        await put(table, pk, 2)
        await works.until("2")
        fails.fails = lambda _: None
        await put(table, pk, 3)
        await fails.until("3")
    assert hangs.got == []


async def test_a_batch_that_failed_is_given_again_and_nothing_is_lost(
    table: Table, feeds: ChangeFeeds, pk: str
) -> None:
    once = Collector(NAMES)
    failures = iter([True, True])

    def fail(_: Sequence[Change]) -> None:
        if next(failures, False):
            raise ValueError("not now")

    once.fails = fail
    await feeds.register(once.named.consumer)
    await put(table, pk, *range(5))
    async with running(feeds, source(once)):
        assert await once.until(*"01234") == list("01234")


async def test_the_place_of_one_that_is_not_wanted_is_forgotten(feeds: ChangeFeeds) -> None:
    stays, goes = Collector(f"{NAMES}.stays"), Collector(f"{NAMES}.goes")
    other = Consumer("somebody's")
    for consumer in (other, goes.named.consumer):
        await feeds.register(consumer)
    async with running(feeds, source(stays)):
        async with asyncio.timeout(PATIENCE_SECONDS):
            await stays.beside.wait()
    names = {state.name for state in await feeds.states()} - {"projector"}
    assert names == {"somebody's", f"{NAMES}.stays"}


async def test_consumers_come_and_go_while_it_runs(
    table: Table, feeds: ChangeFeeds, pk: str
) -> None:
    one, wanted = Collector(NAMES), list[NamedConsumer]()

    async def now() -> Sequence[NamedConsumer]:
        return [*wanted]

    async with running(feeds, ConsumerSource(NAMES, now)):
        await feeds.register(one.named.consumer)
        await put(table, pk, 1)
        wanted.append(one.named)
        await one.until("1")
        wanted.clear()
        await forgotten(feeds)


async def forgotten(feeds: ChangeFeeds) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while NAMES in {state.name for state in await feeds.states()}:
            pass


async def test_of_two_processes_one_runs_them_and_the_other_takes_over(
    table: Table, feeds: ChangeFeeds, pk: str
) -> None:
    first, second = Collector(NAMES), Collector(NAMES)
    await feeds.register(first.named.consumer)
    async with running(feeds, source(second)) if is_exact(feeds) else running(feeds, source(first)):
        async with asyncio.timeout(PATIENCE_SECONDS):
            await (second if is_exact(feeds) else first).beside.wait()
        if is_exact(feeds):
            return  # one process serves a file
        async with running(feeds, source(second)):
            await put(table, pk, 1)
            await first.until("1")
    async with running(feeds, source(second)):
        await put(table, pk, 2)
        await second.until("2")
    assert (first.got, second.got) == (["1"], ["2"])
