"""Every change is told: in order for each key, with both images, until it is acknowledged."""

import asyncio
from collections.abc import Callable, Sequence

import pytest

from cruddur.domain.errors import ConditionFailed, TransactionFailed
from cruddur.domain.item import Key
from cruddur.ports.change_feed import Change, ChangeFeed
from cruddur.ports.table import IF_NEW, Delete, Put, Table, Update

PATIENCE_SECONDS = 20


async def take(feed: ChangeFeed, pk: str, count: int, limit: int = 100) -> list[Change]:
    """The next changes of this partition, however they are split up."""
    found: list[Change] = []
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(found) < count:
            found += [change for change in await feed.read(limit) if change.key.pk == pk]
    return found


def told(changes: Sequence[Change]) -> list[tuple[object, ...]]:
    return [(change.kind, change.key.sk, change.new, change.old) for change in changes]


async def test_a_change_has_the_new_and_the_old_image(
    table: Table, feed: ChangeFeed, pk: str
) -> None:
    key = Key(pk, "1")
    await table.put(Put({"pk": pk, "sk": "1", "n": 1}, IF_NEW))
    await table.update(Update(key, {"n": 2, "more": ["x", True]}))
    await table.put(Put({"pk": pk, "sk": "1"}))
    await table.delete(Delete(key))
    one = {"pk": pk, "sk": "1", "n": 1}
    two = {**one, "n": 2, "more": ["x", True]}
    three = {"pk": pk, "sk": "1"}
    assert told(await take(feed, pk, 4)) == [
        ("insert", "1", one, None),
        ("modify", "1", two, one),
        ("modify", "1", three, two),
        ("remove", "1", None, three),
    ]


async def test_a_transaction_tells_each_of_its_changes(
    table: Table, feed: ChangeFeed, pk: str
) -> None:
    await table.put(Put({"pk": pk, "sk": "1"}))
    await table.transact([Delete(Key(pk, "1")), Put({"pk": pk, "sk": "2"})])
    changes = await take(feed, pk, 3)
    assert {(change.kind, change.key.sk) for change in changes[1:]} == {
        ("remove", "1"),
        ("insert", "2"),
    }


async def test_what_changed_nothing_is_not_told(table: Table, feed: ChangeFeed, pk: str) -> None:
    await table.delete(Delete(Key(pk, "1")))
    await table.put(Put({"pk": pk, "sk": "1"}))
    with pytest.raises(ConditionFailed):
        await table.put(Put({"pk": pk, "sk": "1", "n": 1}, IF_NEW))
    with pytest.raises(TransactionFailed):
        await table.transact([Put({"pk": pk, "sk": "2"}), Delete(Key(pk, "1"), IF_NEW)])
    await table.put(Put({"pk": pk, "sk": "last"}))
    assert [change.key.sk for change in await take(feed, pk, 2)] == ["1", "last"]


async def test_changes_of_one_key_come_in_order_from_writers_at_once(
    table: Table, feed: ChangeFeed, pk: str
) -> None:
    async def write(sk: str) -> None:
        for n in range(20):
            await table.update(Update(Key(pk, sk), {"n": n}))

    await asyncio.gather(*[write(sk) for sk in "abcd"])
    changes = await take(feed, pk, 80, limit=7)
    for sk in "abcd":
        of_one = [change for change in changes if change.key.sk == sk]
        assert [change.new["n"] for change in of_one if change.new] == list(range(20))
        sequences = [int(change.sequence) for change in of_one]
        assert sequences == sorted(set(sequences))


async def test_a_reader_gets_no_more_than_it_asked_for(
    table: Table, feed: ChangeFeed, pk: str
) -> None:
    for n in range(9):
        await table.put(Put({"pk": pk, "sk": str(n)}))
    first = await feed.read(4)
    assert 0 < len(first) <= 4


async def test_a_waiting_reader_is_woken_by_a_change(
    table: Table, feed: ChangeFeed, pk: str
) -> None:
    reading = asyncio.create_task(take(feed, pk, 1))
    await asyncio.sleep(0)
    await table.put(Put({"pk": pk, "sk": "1"}))
    assert [change.key for change in await reading] == [Key(pk, "1")]


async def test_a_change_is_told_again_until_it_is_acknowledged(
    table: Table, new_feed: Callable[[], ChangeFeed], pk: str
) -> None:
    for n in range(6):
        await table.put(Put({"pk": pk, "sk": str(n)}))
    feed = new_feed()
    first = await take(feed, pk, 6, limit=1)
    await feed.acknowledge(first[:3])
    await feed.close()
    again = await take(new_feed(), pk, 3)
    assert [change.key.sk for change in again] == ["3", "4", "5"]


async def test_acknowledging_one_acknowledges_those_before_it(
    table: Table, new_feed: Callable[[], ChangeFeed], pk: str
) -> None:
    for n in range(6):
        await table.put(Put({"pk": pk, "sk": str(n)}))
    feed = new_feed()
    changes = await take(feed, pk, 6, limit=1)
    await feed.acknowledge([changes[4]])
    await feed.close()
    assert [change.key.sk for change in await take(new_feed(), pk, 1)] == ["5"]


async def test_acknowledging_nothing_is_no_error(table: Table, feed: ChangeFeed, pk: str) -> None:
    await table.put(Put({"pk": pk, "sk": "1"}))
    await feed.acknowledge([])
    assert await take(feed, pk, 1)
