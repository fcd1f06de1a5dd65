"""The feed over DynamoDB Streams: parents first, from where it stopped, past what was trimmed."""

import asyncio

import pytest
from tests.dynamodb.faulty import (
    Proxy,
    beside_a_bad_shard,
    refused,
    switched_off,
    without_the_first_keys,
)
from tests.dynamodb.feeding import numbers, put_messages, switch_stream, take

from cruddur.domain.errors import TableUnavailable
from cruddur.engines.dynamodb.shards import Shard, readable
from cruddur.engines.dynamodb.streams import DynamoChangeFeed
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.messaging.inbox.is_projected import PROJECTOR_CONSUMER
from cruddur.ports.table import Put

ONE, TWO, THREE, FOUR = "one", "two", "three", "four"


@pytest.mark.parametrize(
    ("drained", "expected"),
    [
        ([], [ONE, FOUR]),
        ([ONE], [TWO, FOUR]),
        ([ONE, TWO], [THREE, FOUR]),
        ([ONE, TWO, THREE, FOUR], []),
    ],
)
def test_a_shard_waits_for_its_parent(drained: list[str], expected: list[str]) -> None:
    shards = [
        Shard(THREE, TWO),
        Shard(TWO, ONE),
        Shard(ONE, "trimmed away"),
        Shard(FOUR, None),
    ]
    assert {shard.id for shard in readable(shards, drained)} == set(expected)


async def test_what_nobody_wants_is_not_given(direct: DynamoTable) -> None:
    feed = DynamoChangeFeed(direct, PROJECTOR_CONSUMER)
    await put_messages(direct, 1)
    await direct.put(Put({"pk": "USER#1", "sk": "PROFILE"}))
    await put_messages(direct, 2)
    assert numbers(await take(feed, 2)) == [1, 2]


async def test_an_expired_iterator_loses_and_doubles_nothing(
    table: DynamoTable, proxy: Proxy
) -> None:
    feed = DynamoChangeFeed(table)
    await put_messages(table, 1)
    assert numbers(await take(feed, 1)) == [1]
    await put_messages(table, 2)
    proxy.next.append(refused("ExpiredIteratorException"))
    assert numbers(await take(feed, 1)) == [2]


async def test_after_a_trim_the_feed_goes_on_with_the_oldest_there_is(
    table: DynamoTable, proxy: Proxy
) -> None:
    feed = DynamoChangeFeed(table)
    await put_messages(table, 1)
    assert numbers(await take(feed, 1)) == [1]
    await put_messages(table, 2)
    proxy.next.append(refused("TrimmedDataAccessException"))
    assert numbers(await take(feed, 2)) == [1, 2]


async def test_a_throttled_stream_is_unavailable_and_then_goes_on(
    hurried: DynamoTable, direct: DynamoTable, proxy: Proxy
) -> None:
    feed = DynamoChangeFeed(hurried)
    await put_messages(direct, 1)
    proxy.always = refused("LimitExceededException")
    with pytest.raises(TableUnavailable):
        await feed.read(1)
    proxy.always = None
    assert numbers(await take(feed, 1)) == [1]


async def test_a_stream_that_was_replaced_is_found_again(table: DynamoTable, proxy: Proxy) -> None:
    feed = DynamoChangeFeed(table)
    await put_messages(table, 1)
    await feed.acknowledge(await take(feed, 1))
    await feed.close()
    await put_messages(table, 2)
    proxy.next.append(refused("ResourceNotFoundException"))
    with pytest.raises(TableUnavailable):
        await feed.read(1)
    assert numbers(await take(feed, 1)) == [2]
    assert proxy.calls.count("DescribeTable") == 2


async def test_a_stream_switched_off_and_on_again_is_read_to_its_end_and_then_the_new_one(
    direct: DynamoTable,
) -> None:
    feed = DynamoChangeFeed(direct)
    await put_messages(direct, 1)
    await feed.acknowledge(await take(feed, 1))
    await put_messages(direct, 2)
    await switch_stream(direct, on=False)
    await switch_stream(direct, on=True)
    await put_messages(direct, 3)
    assert numbers(await take(feed, 2)) == [2, 3]
    await put_messages(direct, 4)
    assert numbers(await take(feed, 1)) == [4]


async def test_what_was_written_before_a_stream_was_switched_off_is_read(
    table: DynamoTable, direct: DynamoTable, proxy: Proxy
) -> None:
    await put_messages(direct, 1, 2)
    proxy.always = switched_off
    assert numbers(await take(DynamoChangeFeed(table), 2)) == [1, 2]


async def test_a_stream_that_is_switched_off_is_told(direct: DynamoTable) -> None:
    await switch_stream(direct, on=False)
    async with asyncio.timeout(20):
        with pytest.raises(TableUnavailable, match="stream"):
            await DynamoChangeFeed(direct).read(1)


async def test_a_shard_that_cannot_be_read_holds_up_no_other(
    table: DynamoTable, direct: DynamoTable, proxy: Proxy
) -> None:
    await put_messages(direct, 1)
    proxy.always = beside_a_bad_shard
    assert numbers(await take(DynamoChangeFeed(table), 1)) == [1]


async def test_a_record_without_keys_holds_up_no_other(
    table: DynamoTable, direct: DynamoTable, proxy: Proxy
) -> None:
    await put_messages(direct, 1, 2)
    proxy.always = without_the_first_keys
    assert numbers(await take(DynamoChangeFeed(table), 1)) == [2]


async def test_a_write_that_changed_nothing_is_not_told(direct: DynamoTable) -> None:
    feed = DynamoChangeFeed(direct)
    await put_messages(direct, 1, 1, 2)
    assert numbers(await take(feed, 2)) == [1, 2]
