"""Consumers of the change feed: each has a name, a place and a filter of its own."""

import asyncio

import pytest
from tests.contract.test_change_feed import PATIENCE_SECONDS, take

from cruddur.domain.item import Key
from cruddur.ports.change_feed import ChangeFeeds, Consumer, ConsumerRemoved
from cruddur.ports.table import Delete, Put, Table

_GROUP = "11111111-2222-4333-8444-555555555555"


async def put(table: Table, pk: str, *numbers: int) -> None:
    for number in numbers:
        await table.put(Put({"pk": pk, "sk": str(number)}))


async def sort_keys(feeds: ChangeFeeds, consumer: Consumer, pk: str, count: int) -> list[str]:
    """What a new feed of the consumer begins with. Nothing is acknowledged."""
    feed = await feeds.open(consumer)
    found = [change.key.sk for change in await take(feed, pk, count, limit=1)]
    await feed.close()
    return found


async def test_each_consumer_gets_every_change_and_has_its_own_place(
    table: Table, feeds: ChangeFeeds, pk: str
) -> None:
    for name in ("one", "two"):
        await (await feeds.open(Consumer(name))).close()
    await put(table, pk, 1, 2, 3)
    feed = await feeds.open(Consumer("one"))
    changes = await take(feed, pk, 3)
    await feed.acknowledge(changes[:2])
    await feed.close()
    assert await sort_keys(feeds, Consumer("two"), pk, 3) == ["1", "2", "3"]
    assert await sort_keys(feeds, Consumer("one"), pk, 1) == ["3"]


async def test_a_consumer_gets_the_kinds_that_it_wants_and_passes_the_others(
    table: Table, feeds: ChangeFeeds, pk: str
) -> None:
    wants = Consumer("groups", frozenset({"group", "user"}))
    await (await feeds.open(wants)).close()
    group, user = Key(f"MSG#{_GROUP}", "GROUP"), Key(f"USER#{pk}", "PROFILE")
    await put(table, pk, *range(20))
    for key in (group, user):
        await table.put(Put(key._asdict()))
    await put(table, pk, *range(20, 30))
    await table.delete(Delete(user))
    feed = await feeds.open(wants)
    found: list[tuple[str, Key]] = []
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(found) < 3:
            found += [(change.kind, change.key) for change in await feed.read(2)]
    assert found == [("insert", group), ("insert", user), ("remove", user)]
    await feed.close()


async def test_a_new_consumer_may_begin_with_what_comes_next(
    table: Table, feeds: ChangeFeeds, pk: str
) -> None:
    await put(table, pk, 1)
    await (await feeds.open(Consumer("late"), "now")).close()
    await put(table, pk, 2)
    feed, found = await feeds.open(Consumer("late")), []
    while "2" not in found:
        found += [change.key.sk for change in await take(feed, pk, 1, limit=1)]
    await feed.close()
    assert found in ([["2"]] if is_exact(feeds) else [["2"], ["1", "2"]])


def is_exact(feeds: ChangeFeeds) -> bool:
    return type(feeds).__name__ == "SqliteChangeFeeds"


async def test_a_consumer_begins_with_the_oldest_change_that_is_kept(
    table: Table, feeds: ChangeFeeds, pk: str
) -> None:
    await (await feeds.open(Consumer("keeps"))).close()
    await put(table, pk, 1, 2)
    assert await sort_keys(feeds, Consumer("new"), pk, 2) == ["1", "2"]


async def test_consumers_are_listed_with_what_they_want(feeds: ChangeFeeds) -> None:
    wants = Consumer("groups", frozenset({"group", "user"}))
    for consumer in (wants, Consumer("all")):
        await (await feeds.open(consumer)).close()
    found = {state.name: state.kinds for state in await feeds.states()}
    found.pop("projector", None)
    assert found == {"all": None, "groups": wants.kinds}


async def test_the_kinds_given_last_count(feeds: ChangeFeeds) -> None:
    for kinds in (None, frozenset({"group"}), None, frozenset({"user"})):
        await (await feeds.open(Consumer("changes", kinds))).close()
        states = {state.name: state.kinds for state in await feeds.states()}
        assert states["changes"] == kinds


async def test_a_removed_consumer_is_forgotten_and_its_name_is_new_again(
    table: Table, feeds: ChangeFeeds, pk: str
) -> None:
    await (await feeds.open(Consumer("keeps"))).close()
    await put(table, pk, 1)
    feed = await feeds.open(Consumer("gone"))
    await feed.acknowledge(await take(feed, pk, 1))
    await feed.close()
    assert await feeds.remove("gone")
    assert not await feeds.remove("gone")
    assert "gone" not in {state.name for state in await feeds.states()}
    assert await sort_keys(feeds, Consumer("gone"), pk, 1) == ["1"]


async def test_a_change_tells_when_it_was_made(table: Table, feeds: ChangeFeeds, pk: str) -> None:
    feed = await feeds.open(Consumer("times"))
    await put(table, pk, 1, 2)
    one, two = await take(feed, pk, 2)
    assert one.at is not None
    assert two.at is not None
    assert one.at <= two.at
    await feed.close()


@pytest.mark.parametrize("limit", [1, 100])
async def test_one_that_reads_nothing_holds_up_no_other(
    table: Table, feeds: ChangeFeeds, pk: str, limit: int
) -> None:
    await (await feeds.open(Consumer("dead"))).close()
    feed = await feeds.open(Consumer("dead too"))
    await put(table, pk, *range(10))
    await take(feed, pk, 3, limit=1)  # and acknowledges nothing
    await feed.close()
    feed = await feeds.open(Consumer("alive"))
    changes = await take(feed, pk, 10, limit=limit)
    await feed.acknowledge(changes)
    await feed.close()
    assert [int(change.key.sk) for change in changes] == list(range(10))
    assert await sort_keys(feeds, Consumer("dead too"), pk, 1) == ["0"]


async def test_a_feed_notices_that_its_consumer_was_removed(
    table: Table, feeds: ChangeFeeds, pk: str
) -> None:
    await (await feeds.open(Consumer("keeps"))).close()
    feed = await feeds.open(Consumer("gone"))
    await put(table, pk, 1)
    changes = await take(feed, pk, 1)
    await feeds.remove("gone")
    if is_exact(feeds):
        with pytest.raises(ConsumerRemoved):
            await feed.acknowledge(changes)
        with pytest.raises(ConsumerRemoved):
            await feed.read(1)
    await feed.close()
    assert "gone" not in {state.name for state in await feeds.states()}
    assert await sort_keys(feeds, Consumer("gone", frozenset({"other"})), pk, 1) == ["1"]
