"""Lambda's rules around the real function: nothing lost, nothing counted twice, nobody held up."""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from tests.dynamodb.faulty import Proxy, refused, server_error
from tests.stream.conftest import World, settings_of
from tests.stream.pump import Pump, Record, Rules, is_wanted, sequence_of

from cruddur.domain.model import User
from cruddur.entrypoints.stream_lambda import StreamFunction
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.inbox.rebuild_inboxes import rebuild_inboxes
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.table import Put
from cruddur.schema import keys

THROTTLED = refused("ProvisionedThroughputExceededException")


async def converse(world: World, one: User, other: User, count: int = 5) -> str:
    """The conversation's uuid."""
    first = await start_direct_group(world.messaging, one, other, "1")
    for n in range(2, count + 1):
        sender = other if n % 3 == 0 else one
        await send_message(world.messaging, sender, first.message_group_uuid, str(n))
    return first.message_group_uuid


async def pumped(
    function: Any, polls: Sequence[Sequence[Record]], rules: Rules | None = None
) -> Pump:
    pump = Pump(function, rules or Rules())
    await asyncio.to_thread(pump.run, polls)
    return pump


async def unread(world: World, user: User) -> list[int]:
    page = await list_inbox(world.messaging, user.user_uuid)
    return sorted(row.unread for row in page.rows)


async def test_several_messages_of_several_conversations_in_one_batch(
    world: World, function: StreamFunction, andrew: User, bayko: User, carla: User
) -> None:
    await converse(world, andrew, bayko)
    await converse(world, andrew, carla)
    pump = await pumped(function, [await world.records()])
    assert [len(numbers) for numbers in pump.invocations] == [12]
    assert await world.problems() == []
    assert await unread(world, bayko) == [2]


async def test_batches_are_formed_by_size_and_by_window(
    world: World, function: StreamFunction, andrew: User, bayko: User
) -> None:
    await converse(world, andrew, bayko, 7)
    polls = [[record] for record in await world.records()]
    small = await pumped(function, polls, Rules(batch_size=3, window=100))
    alone = await pumped(function, polls, Rules(window=1))
    assert [len(numbers) for numbers in small.invocations] == [3, 3, 2]
    assert [len(numbers) for numbers in alone.invocations] == [1] * 8
    assert await world.problems() == []


async def test_what_is_delivered_again_changes_nothing(
    world: World, function: StreamFunction, andrew: User, bayko: User
) -> None:
    await converse(world, andrew, bayko)
    records = await world.records()
    for _ in range(3):
        await pumped(function, [records])
    await pumped(function, [records[:4]])
    assert await world.problems() == []
    assert len(await world.records()) == len(records) + 2


async def test_overlapping_batches_and_two_functions_at_once_agree(
    world: World, function: StreamFunction, andrew: User, bayko: User
) -> None:
    await converse(world, andrew, bayko, 12)
    records = await world.records()
    other = StreamFunction(world.settings)
    await asyncio.gather(
        pumped(function, [records[:8], records[4:]]),
        pumped(other, [records[2:10], records]),
    )
    await asyncio.to_thread(other.close)
    assert await world.problems() == []


async def test_a_conversation_split_between_shards_may_come_in_any_order(
    world: World, function: StreamFunction, andrew: User, bayko: User
) -> None:
    await converse(world, andrew, bayko, 9)
    records = await world.records()
    for first, second in ((1, 0), (0, 1)):
        pump = Pump(function, Rules(batch_size=2))
        turns = zip_longest(
            pump.steps([records[first::2]], "shardId-1"),
            pump.steps([records[second::2][::-1]], "shardId-2"),
        )
        await asyncio.to_thread(list, turns)
        assert await world.problems() == []


async def test_a_poisoned_record_fails_alone_and_is_given_up_after_the_last_retry(
    world: World, function: StreamFunction, andrew: User, bayko: User, carla: User
) -> None:
    await converse(world, andrew, bayko)
    await world.table.put(Put({"pk": "MSG#nowhere", "sk": keys.seq_sk(1), "message": "?"}))
    await converse(world, andrew, carla)
    records = [r for r in await world.records() if is_wanted(Rules().filters, r)]
    pump = await pumped(function, [records])
    (given_up,) = pump.discarded
    assert given_up["DDBStreamBatchInfo"]["startSequenceNumber"] == sequence_of(records[6])
    assert [len(numbers) for numbers in pump.invocations] == [13, 7, 7, 7]
    assert await world.problems() == []  # given up are records that were projected long before


async def test_a_shard_goes_on_after_a_poisoned_record(
    world: World, function: StreamFunction, andrew: User, bayko: User
) -> None:
    await world.table.put(Put({"pk": "MSG#nowhere", "sk": keys.seq_sk(1), "message": "?"}))
    group = await converse(world, andrew, bayko)
    early = await world.records()
    await send_message(world.messaging, andrew, group, "later")
    pump = await pumped(function, [early, (await world.records())[len(early) :]])
    assert len(pump.discarded) == 1
    assert await world.problems() == []


async def test_a_record_without_keys_or_without_a_number_stops_no_other(
    world: World, function: StreamFunction, andrew: User, bayko: User
) -> None:
    await converse(world, andrew, bayko, 2)
    records = [r for r in await world.records() if is_wanted(Rules().filters, r)]
    without_keys = {"eventID": "1", "dynamodb": {"SequenceNumber": "9"}}
    without_number = {"eventID": "2", "eventName": "INSERT", "dynamodb": {}}
    event = {"Records": [without_keys, without_number, *records]}
    answer = await asyncio.to_thread(function, event)
    assert [one["itemIdentifier"] for one in answer["batchItemFailures"]] == ["9", ""]
    assert await world.problems() == []


async def test_a_throttled_table_fails_the_batch_and_then_loses_nothing(
    world: World, proxy: Proxy, andrew: User, bayko: User
) -> None:
    await converse(world, andrew, bayko)
    function = StreamFunction(settings_of(world.table, proxy.url))
    proxy.always = THROTTLED
    pump = Pump(function)
    steps = pump.steps([await world.records()], "shardId-1")
    await asyncio.to_thread(next, steps)
    proxy.always = None
    proxy.next.extend([server_error, THROTTLED])
    await asyncio.to_thread(list, steps)
    await asyncio.to_thread(function.close)
    assert [len(numbers) for numbers in pump.invocations] == [6, 6]
    assert await world.problems() == []


async def test_what_was_given_up_is_mended_by_rebuild(
    world: World, function: StreamFunction, andrew: User, bayko: User
) -> None:
    def broken(_event: Mapping[str, Any]) -> Mapping[str, Any]:
        raise RuntimeError

    await converse(world, andrew, bayko)
    pump = await pumped(broken, [await world.records()], Rules(bisect=False))
    assert [info["DDBStreamBatchInfo"]["batchSize"] for info in pump.discarded] == [6]
    assert len(await world.problems()) == 2
    assert [difference async for difference in rebuild_inboxes(world.messaging)]
    assert await world.problems() == []


async def test_bisecting_finds_the_record_that_crashes_the_function(
    world: World, function: StreamFunction, andrew: User, bayko: User, carla: User
) -> None:
    await converse(world, andrew, bayko)
    await converse(world, andrew, carla)
    records = [r for r in await world.records() if is_wanted(Rules().filters, r)]
    deadly = sequence_of(records[4])

    def crashing(event: Mapping[str, Any]) -> Mapping[str, Any]:
        if deadly in map(sequence_of, event["Records"]):
            raise MemoryError
        return function(event)

    pump = await pumped(crashing, [records])
    (given_up,) = pump.discarded
    assert given_up["DDBStreamBatchInfo"]["batchSize"] == 1
    assert await world.problems() == []  # the conversation's later messages tell the same


def test_the_filter_wants_what_the_projector_wants() -> None:
    def record(pk: str, sk: str, name: str = "INSERT") -> Record:
        return {"eventName": name, "dynamodb": {"Keys": {"pk": {"S": pk}, "sk": {"S": sk}}}}

    message = keys.message_key("g", 7)
    others = [keys.inbox_row_key("u", "g"), keys.user_key("u"), keys.session_key("u", "s")]
    assert is_wanted(Rules().filters, record(*message))
    assert is_wanted(Rules().filters, record(*message, "MODIFY"))
    assert not is_wanted(Rules().filters, record(*message, "REMOVE"))
    for key in (keys.group_key("g"), keys.rename_key("u")):
        assert is_wanted(Rules().filters, record(*key))
        assert not is_wanted(Rules().filters, record(*key, "REMOVE"))
    assert not any(is_wanted(Rules().filters, record(*key)) for key in others)
