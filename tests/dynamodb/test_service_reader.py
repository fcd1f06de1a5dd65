"""The right to read a stream for the service's own consumers: a lease that one process has."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import pytest

from cruddur.engines.dynamodb.feeds import DynamoChangeFeeds, DynamoServiceReader
from cruddur.engines.dynamodb.registrations import SERVICE
from cruddur.engines.dynamodb.shared_reads import Place, SharedReads
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.ports.change_feed import Consumer, ReaderElsewhere
from cruddur.ports.table import Put
from cruddur.schema.feed_items import reader_item


async def test_one_process_has_it_until_it_gives_it_back(direct: DynamoTable) -> None:
    feeds = DynamoChangeFeeds(direct)
    one, two = feeds.for_service(), feeds.for_service()
    assert await one.take()
    assert not await two.take()
    await one.release()
    assert await two.take()
    await two.release()


async def test_after_a_kill_another_process_takes_it_when_it_is_over(direct: DynamoTable) -> None:
    reader = DynamoChangeFeeds(direct).for_service()
    await direct.put(Put(reader_item(SERVICE, "killed", round(time.time()) + 60)))
    assert not await reader.take()
    await direct.put(Put(reader_item(SERVICE, "killed", round(time.time()) - 1)))
    assert await reader.take()


async def test_one_that_lost_it_is_told(direct: DynamoTable) -> None:
    reader = DynamoServiceReader(direct, renew_seconds=0)
    assert await reader.take()
    await reader.keep()
    await direct.put(Put(reader_item(SERVICE, "another", round(time.time()) + 60)))
    with pytest.raises(ReaderElsewhere):
        await reader.keep()


async def test_a_consumer_of_somebody_else_waits_for_the_service(direct: DynamoTable) -> None:
    feeds = DynamoChangeFeeds(direct)
    reader = feeds.for_service()
    assert await reader.take()
    with pytest.raises(ReaderElsewhere):
        await feeds.open(Consumer("search"))
    await reader.release()
    feed = await feeds.open(Consumer("search"))
    assert not await reader.take()
    await feed.close()


async def test_feeds_of_the_service_share_what_they_ask() -> None:
    asked: list[int] = []

    async def ask() -> Mapping[str, Any]:
        asked.append(1)
        await asyncio.sleep(0)
        return {"Records": [1], "NextShardIterator": "2"}

    reads, place = SharedReads(), Place("stream", "shard", "7")
    first = await asyncio.gather(*(reads.read(place, ask) for _ in range(3)))
    assert [await reads.read(place, ask), *first] == [await ask()] * 4
    assert len(asked) == 2  # the second is the test's own
    await reads.read(Place("stream", "shard", "8"), ask)
    assert len(asked) == 3


async def test_an_answer_that_failed_is_asked_for_again() -> None:
    outcomes = iter([OSError("down"), None])

    async def ask() -> Mapping[str, Any]:
        if (error := next(outcomes)) is not None:
            raise error
        return {"Records": [1]}

    reads, place = SharedReads(), Place("stream", "shard", None)
    with pytest.raises(OSError, match="down"):
        await reads.read(place, ask)
    assert await reads.read(place, ask) == {"Records": [1]}
