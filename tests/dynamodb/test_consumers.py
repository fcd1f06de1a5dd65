"""Consumers of the stream: one process reads beside the projector, and each says how far it is."""

import time
from typing import Any

import pytest
from tests.dynamodb.feeding import numbers, put_messages, take

from cruddur.engines.dynamodb.feeds import DynamoChangeFeeds
from cruddur.engines.dynamodb.registrations import LEASE_SECONDS, Registration
from cruddur.engines.dynamodb.streams import DynamoChangeFeed
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.ports.change_feed import PROJECTOR, Consumer, ConsumerState, ReaderElsewhere
from cruddur.ports.table import Put, Update
from cruddur.schema import keys


async def state(table: DynamoTable, name: str) -> ConsumerState:
    (found,) = [one for one in await DynamoChangeFeeds(table).states() if one.name == name]
    return found


async def test_a_second_reader_is_refused_and_told_who_reads(direct: DynamoTable) -> None:
    feeds = DynamoChangeFeeds(direct)
    one = await feeds.open(Consumer("one"))
    with pytest.raises(ReaderElsewhere, match="for the consumer one"):
        await feeds.open(Consumer("two"))
    await one.close()
    await (await feeds.open(Consumer("two"))).close()


async def test_the_projector_needs_no_lease(direct: DynamoTable) -> None:
    feeds = DynamoChangeFeeds(direct)
    one = await feeds.open(Consumer("one"))
    projector = await feeds.open(Consumer(PROJECTOR))
    await put_messages(direct, 1)
    assert numbers(await take(projector, 1)) == numbers(await take(one, 1)) == [1]


async def test_the_same_consumer_resumes_at_once_and_the_one_before_ends(
    direct: DynamoTable,
) -> None:
    feeds = DynamoChangeFeeds(direct)
    killed = await feeds.open(Consumer("one"))
    again = await feeds.open(Consumer("one"))
    await put_messages(direct, 1)
    assert numbers(await take(again, 1)) == [1]
    assert killed._registration._lease
    killed._registration._lease._renew_at = 0
    with pytest.raises(ReaderElsewhere):
        await killed.read(1)
    await killed.close()  # it does not give back the lease of the other
    with pytest.raises(ReaderElsewhere):
        await feeds.open(Consumer("two"))


async def test_a_lease_that_nobody_renews_is_over(direct: DynamoTable) -> None:
    feeds = DynamoChangeFeeds(direct)
    await feeds.open(Consumer("killed"))
    over = round(time.time() - LEASE_SECONDS)
    await direct.update(Update(keys.reader_key(), {"until": over}))
    await feeds.open(Consumer("two"))


@pytest.mark.parametrize("until", ["soon", True, None, -1])
async def test_a_lease_that_another_program_wrote_stops_nobody(
    direct: DynamoTable, until: Any
) -> None:
    key = keys.reader_key()
    await direct.put(Put({"pk": key.pk, "sk": key.sk, "until": until, "owner": "it"}))
    await DynamoChangeFeeds(direct).open(Consumer("one"))


async def test_a_consumer_that_is_at_the_end_is_not_behind(direct: DynamoTable) -> None:
    feed = await DynamoChangeFeeds(direct).open(Consumer("one"))
    await put_messages(direct, 1)
    await feed.acknowledge(await take(feed, 1))
    await feed.close()
    found = await state(direct, "one")
    assert (found.behind_records, found.behind_seconds < 60) == (0, True)


async def test_a_consumer_that_does_not_acknowledge_is_behind_since_its_oldest_change(
    direct: DynamoTable,
) -> None:
    feed = await DynamoChangeFeeds(direct).open(Consumer("slow"))
    await put_messages(direct, 1, 2)
    await take(feed, 2)
    await feed.close()
    found = await state(direct, "slow")
    assert found.behind_records == 2
    assert found.behind_seconds > 0


async def test_a_consumer_that_died_is_behind_since_its_last_report(direct: DynamoTable) -> None:
    feed = await DynamoChangeFeeds(direct).open(Consumer("dead"))
    await feed.close()
    then = int(time.time()) - 1000
    key = keys.consumer_key("dead")
    await direct.update(Update(key, {"reported": then, "up_to": then, "waiting": 0}))
    assert 1000 <= (await state(direct, "dead")).behind_seconds < 1100


async def test_the_projector_of_a_worker_reports_too(direct: DynamoTable) -> None:
    consumer = Consumer(PROJECTOR, frozenset({"message"}))
    registration = Registration(direct, consumer)
    registration._report_at = 0
    feed = DynamoChangeFeed(direct, consumer, registration=registration)
    await put_messages(direct, 1)
    await take(feed, 1)
    assert (await state(direct, PROJECTOR)).kinds is None
