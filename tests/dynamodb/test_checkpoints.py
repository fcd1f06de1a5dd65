"""How far the feed has come is kept in the table: seldom, and still soon enough."""

import asyncio

import pytest
from aiohttp import web
from tests.dynamodb.faulty import Forward, Proxy, passed_on, refused, shard_ends
from tests.dynamodb.feeding import numbers, put_messages, take

from cruddur.engines.dynamodb.failures import TableMissing
from cruddur.engines.dynamodb.registrations import Registration
from cruddur.engines.dynamodb.streams import DynamoChangeFeed
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.messaging.inbox.is_projected import PROJECTOR_CONSUMER
from cruddur.ports.change_feed import Consumer
from cruddur.ports.table import Put, Query
from cruddur.schema import keys


async def test_a_new_feed_goes_on_after_what_was_acknowledged(direct: DynamoTable) -> None:
    feed = DynamoChangeFeed(direct)
    await put_messages(direct, 1, 2, 3)
    changes = await take(feed, 3)
    await feed.acknowledge(changes[:2])
    await feed.close()
    assert numbers(await take(DynamoChangeFeed(direct), 1)) == [3]


async def test_consumers_do_not_disturb_each_other(direct: DynamoTable) -> None:
    feed = DynamoChangeFeed(direct)
    await put_messages(direct, 1)
    await feed.acknowledge(await take(feed, 1))
    await feed.close()
    assert numbers(await take(DynamoChangeFeed(direct, Consumer("another")), 1)) == [1]


async def test_a_feed_does_not_tell_of_its_own_checkpoints(direct: DynamoTable) -> None:
    feed = DynamoChangeFeed(direct)
    await put_messages(direct, 1)
    await feed.acknowledge(await take(feed, 1))
    await feed.close()
    assert (await direct.query(Query(keys.checkpoints_pk("projector")))).items
    await put_messages(direct, 2)
    assert numbers(await take(feed, 1)) == [2]


async def test_what_another_program_wrote_among_the_checkpoints_stops_no_feed(
    direct: DynamoTable,
) -> None:
    feed = DynamoChangeFeed(direct)
    await put_messages(direct, 1, 2)
    await feed.acknowledge(await take(feed, 1))
    await feed.close()
    partition = keys.checkpoints_pk("projector")
    (ours,) = (await direct.query(Query(partition))).items
    await direct.put(Put({"pk": partition, "sk": "a note"}))
    await direct.put(Put({**ours, "drained": "perhaps", "sequence": 7}))
    assert numbers(await take(DynamoChangeFeed(direct), 2)) == [1, 2]


async def test_one_checkpoint_serves_many_messages(table: DynamoTable, proxy: Proxy) -> None:
    feed = DynamoChangeFeed(table)
    for number in range(1, 4):
        await put_messages(table, number)
        await feed.acknowledge(await take(feed, 1))
    assert proxy.calls.count("PutItem") == 3
    await feed.close()
    await feed.close()
    assert proxy.calls.count("PutItem") == 4


async def test_what_was_acknowledged_is_kept_after_a_while(
    table: DynamoTable, direct: DynamoTable, proxy: Proxy
) -> None:
    feed = DynamoChangeFeed(table, save_seconds=0)
    await put_messages(direct, 1)
    await feed.acknowledge(await take(feed, 1))
    await next_put(feed, proxy)
    await put_messages(direct, 2)
    assert numbers(await take(DynamoChangeFeed(direct), 1)) == [2]


async def test_a_quiet_feed_keeps_up_with_what_nobody_wants(
    table: DynamoTable, direct: DynamoTable, proxy: Proxy
) -> None:
    await direct.put(Put({"pk": "USER#1", "sk": "PROFILE"}))
    await next_put(DynamoChangeFeed(table, PROJECTOR_CONSUMER, idle_save_seconds=0), proxy)
    await put_messages(direct, 1)
    assert numbers(await take(DynamoChangeFeed(direct), 1)) == [1]


async def next_put(feed: DynamoChangeFeed, proxy: Proxy) -> None:
    """Has the feed wait for changes until it has put something."""
    done = asyncio.Event()

    async def fault(forward: Forward) -> web.Response:
        is_put = proxy.calls[-1] == "PutItem"
        response = await forward()
        if is_put:
            done.set()
        return response

    proxy.always = fault
    reading = asyncio.create_task(feed.read(1))
    async with asyncio.timeout(20):
        await done.wait()
    reading.cancel()


async def test_checkpoints_of_an_older_stream_say_nothing_about_this_one(
    direct: DynamoTable,
) -> None:
    feed = DynamoChangeFeed(direct)
    await put_messages(direct, 1)
    await feed.acknowledge(await take(feed, 1))
    await feed.close()
    (checkpoint,) = (await direct.query(Query(keys.checkpoints_pk("projector")))).items
    await direct.put(Put({**checkpoint, "stream": "older"}))
    assert numbers(await take(DynamoChangeFeed(direct), 1)) == [1]


async def test_a_drained_shard_is_not_read_again(
    table: DynamoTable, direct: DynamoTable, proxy: Proxy
) -> None:
    feed = DynamoChangeFeed(table)
    await put_messages(direct, 1, 2)
    proxy.always = shard_ends
    changes = await take(feed, 2)
    await feed.acknowledge(changes[:1])
    await feed.close()
    page = await direct.query(Query(keys.checkpoints_pk("projector")))
    assert [item["drained"] for item in page.items] == [False]
    await feed.acknowledge(changes[1:])
    await feed.close()
    page = await direct.query(Query(keys.checkpoints_pk("projector")))
    assert [item["drained"] for item in page.items] == [True]
    looks_in_vain = asyncio.Event()

    async def fault(forward: Forward) -> web.Response:
        if proxy.calls[-3:] == ["DescribeStream"] * 3:
            looks_in_vain.set()
        return await forward()

    proxy.always = fault
    again = asyncio.create_task(DynamoChangeFeed(table).read(1))
    async with asyncio.timeout(20):
        await looks_in_vain.wait()
    again.cancel()


async def test_while_nothing_is_acknowledged_no_further_checkpoint_is_written(
    table: DynamoTable, direct: DynamoTable, proxy: Proxy
) -> None:
    feed = DynamoChangeFeed(table, save_seconds=0)
    await put_messages(direct, 1)
    await feed.acknowledge(await take(feed, 1))
    await next_put(feed, proxy)
    await looks(feed, proxy, 3)
    assert proxy.calls.count("PutItem") == 1


async def test_a_checkpoint_that_was_refused_is_tried_again_later_and_reading_goes_on(
    table: DynamoTable, direct: DynamoTable, proxy: Proxy
) -> None:
    await direct.put(Put({"pk": "USER#1", "sk": "PROFILE"}))
    feed = DynamoChangeFeed(table, PROJECTOR_CONSUMER, save_seconds=3600, idle_save_seconds=0)
    refuse = refused("ResourceNotFoundException")

    async def fault(forward: Forward) -> web.Response | None:
        return await (refuse if proxy.calls[-1] == "PutItem" else passed_on)(forward)

    proxy.always = fault
    with pytest.raises(TableMissing):
        await feed.read(1)
    await looks(feed, proxy, 3)
    assert proxy.calls.count("PutItem") == 1
    await put_messages(direct, 1)
    assert numbers(await take(feed, 1)) == [1]


async def test_a_feed_that_acknowledged_nothing_writes_no_checkpoint(
    table: DynamoTable, direct: DynamoTable, proxy: Proxy
) -> None:
    feed = DynamoChangeFeed(table)
    await put_messages(direct, 1)
    await take(feed, 1)
    await feed.close()
    assert "PutItem" not in proxy.calls


async def test_how_far_a_feed_is_is_told_at_times_and_not_at_each_look(
    table: DynamoTable, proxy: Proxy
) -> None:
    registration = Registration(table, Consumer("projector"))
    await registration.report(0.0, 0)
    await looks(DynamoChangeFeed(table, registration=registration), proxy, 5)
    assert proxy.calls.count("UpdateItem") == 1


async def looks(feed: DynamoChangeFeed, proxy: Proxy, times: int) -> None:
    """Has the feed look into its shards so many times."""
    before, done = proxy.calls.count("GetRecords"), asyncio.Event()

    async def fault(forward: Forward) -> web.Response:
        if proxy.calls.count("GetRecords") > before + times:
            done.set()
        return await forward()

    proxy.always = fault
    reading = asyncio.create_task(feed.read(1))
    async with asyncio.timeout(60):
        await done.wait()
    reading.cancel()
