"""Sending: numbers without a gap, exactly once, whoever tries at the same time."""

import asyncio
from collections.abc import Sequence

import msgspec
import pytest
from tests.stage import Clock, Counted, beside

from cruddur.bus.memory import MemoryBus
from cruddur.errors import Invalid, NotFound
from cruddur.messaging.events import channel
from cruddur.messaging.list_messages import list_messages
from cruddur.messaging.ports import Missing, Put
from cruddur.messaging.send_message import send_message, uuid7
from cruddur.messaging.service import Messaging
from cruddur.messaging.start_direct_group import start_direct_group
from cruddur.model import Message, User
from cruddur.table import items

pytestmark = pytest.mark.every_engine

PATIENCE_SECONDS = 10


async def started(messaging: Messaging, sender: User, recipient: User) -> str:
    first = await start_direct_group(messaging, sender, recipient, "Hello")
    return first.message_group_uuid


async def everything(messaging: Messaging, reader: User, group: str) -> Sequence[Message]:
    page = await list_messages(messaging, reader.user_uuid, group, after=0, limit=100)
    return page.messages


async def test_messages_are_numbered_in_the_order_they_were_sent(
    messaging: Messaging, andrew: User, bayko: User
) -> None:
    group = await started(messaging, andrew, bayko)
    await send_message(messaging, bayko, group, "How are you?")
    await send_message(messaging, andrew, group, "Fine")
    stored = await everything(messaging, andrew, group)
    assert [(m.seq, m.message, m.user_handle) for m in stored] == [
        (1, "Hello", "andrew"),
        (2, "How are you?", "bayko"),
        (3, "Fine", "andrew"),
    ]


async def test_a_message_sent_again_is_the_same_message(
    messaging: Messaging, andrew: User, bayko: User
) -> None:
    group = await started(messaging, andrew, bayko)
    uuid = uuid7()
    first = await send_message(messaging, andrew, group, "Once", message_uuid=uuid)
    again = await send_message(messaging, andrew, group, "Once", message_uuid=uuid)
    assert again == first
    assert len(await everything(messaging, andrew, group)) == 2


async def test_a_retry_is_recognised_by_a_process_that_remembers_nothing(
    messaging: Messaging, andrew: User, bayko: User
) -> None:
    group = await started(messaging, andrew, bayko)
    uuid = uuid7()
    await send_message(messaging, andrew, group, "Once", message_uuid=uuid)
    for number in range(200):
        await send_message(messaging, bayko, group, f"{number}")
    elsewhere = Messaging(table=messaging.table, bus=messaging.bus, clock=messaging.clock)
    again = await send_message(elsewhere, andrew, group, "Once", message_uuid=uuid, after=1)
    assert again.seq == 2


async def test_a_retry_is_recognised_after_the_memory_has_moved_on(
    messaging: Messaging, andrew: User, bayko: User
) -> None:
    group = await started(messaging, andrew, bayko)
    uuid = uuid7()
    await send_message(messaging, andrew, group, "Once", message_uuid=uuid, after=1)
    for number in range(100):
        await send_message(messaging, bayko, group, f"{number}")
    again = await send_message(messaging, andrew, group, "Once", message_uuid=uuid, after=1)
    assert again.seq == 2


async def test_a_retry_of_long_ago_is_found_in_few_reads(
    messaging: Messaging, andrew: User, bayko: User
) -> None:
    group = await started(messaging, andrew, bayko)
    uuid = uuid7()
    second = await send_message(messaging, andrew, group, "Once", message_uuid=uuid)
    later = [
        msgspec.structs.replace(second, seq=seq, message_uuid=uuid7()) for seq in range(3, 1101)
    ]
    await asyncio.gather(*(messaging.table.put(Put(items.message_item(m))) for m in later))
    table = Counted(messaging.table)
    elsewhere = beside(messaging, table)
    again = await send_message(elsewhere, andrew, group, "Once", message_uuid=uuid, after=1)
    assert again.seq == 2
    assert table.calls.count("query") == 3


async def test_a_retry_tells_the_members_once_more(
    messaging: Messaging, andrew: User, bayko: User
) -> None:
    group = await started(messaging, andrew, bayko)
    uuid = uuid7()
    died_before_it_told = Messaging(table=messaging.table, bus=MemoryBus(), clock=messaging.clock)
    await send_message(died_before_it_told, andrew, group, "Once", message_uuid=uuid)
    async with messaging.bus.subscribe(channel(bayko.user_uuid)) as device:
        await send_message(messaging, andrew, group, "Once", message_uuid=uuid)
        heard = await asyncio.wait_for(device.next(), PATIENCE_SECONDS)
    assert msgspec.json.decode(heard.data)["seq"] == 2


async def test_processes_that_send_at_the_same_time_share_the_numbers_without_a_gap(
    messaging: Messaging, andrew: User, bayko: User
) -> None:
    group = await started(messaging, andrew, bayko)
    others = [
        Messaging(table=messaging.table, bus=messaging.bus, clock=messaging.clock) for _ in range(3)
    ]
    sent = await asyncio.gather(
        *(send_message(other, andrew, group, f"{n}") for other in others for n in range(10))
    )
    assert sorted(message.seq for message in sent) == list(range(2, 32))


async def test_the_same_message_sent_by_two_processes_at_once_is_stored_once(
    messaging: Messaging, andrew: User, bayko: User
) -> None:
    group = await started(messaging, andrew, bayko)
    elsewhere = Messaging(table=messaging.table, bus=messaging.bus, clock=messaging.clock)
    uuid = uuid7()
    sent = await asyncio.gather(
        *(send_message(m, andrew, group, "Once", message_uuid=uuid) for m in (messaging, elsewhere))
    )
    assert [message.seq for message in sent] == [2, 2]
    assert len(await everything(messaging, andrew, group)) == 2


async def test_a_stale_memory_finds_the_retry_that_another_process_stored(
    messaging: Messaging, andrew: User, bayko: User
) -> None:
    group = await started(messaging, andrew, bayko)
    warm = await send_message(messaging, andrew, group, "Warm")
    elsewhere = Messaging(table=messaging.table, bus=messaging.bus, clock=messaging.clock)
    uuid = uuid7()
    stored = await send_message(elsewhere, andrew, group, "Once", message_uuid=uuid)
    again = await send_message(messaging, andrew, group, "Once", message_uuid=uuid)
    assert (warm.seq, stored.seq, again.seq) == (2, 3, 3)


async def test_a_clock_that_goes_back_puts_no_message_before_the_last(
    messaging: Messaging, clock: Clock, andrew: User, bayko: User
) -> None:
    group = await started(messaging, andrew, bayko)
    clock.turn(hours=-2)
    later = await send_message(messaging, andrew, group, "Later")
    first, _ = await everything(messaging, andrew, group)
    assert later.created_at == first.created_at


async def test_a_stranger_gets_the_same_answer_as_for_no_conversation(
    messaging: Messaging, andrew: User, bayko: User, mallory: User
) -> None:
    group = await started(messaging, andrew, bayko)
    answers = []
    for uuid in (group, uuid7(), "not-a-uuid", group.upper()):
        with pytest.raises(NotFound) as refused:
            await send_message(messaging, mallory, uuid, "Let me in")
        answers.append((refused.value.code, refused.value.detail))
    assert len(set(answers)) == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "message_blank"),
        (" \n\t ", "message_blank"),
        ("x" * 1025, "message_exceed_max_chars_1024"),
        ("a\x00b", "message_control_characters"),
        ("a\x1bb", "message_control_characters"),
        ("\ud800", "message_control_characters"),
    ],
)
async def test_a_text_that_breaks_a_rule_is_refused_by_name(
    messaging: Messaging, andrew: User, bayko: User, text: str, code: str
) -> None:
    group = await started(messaging, andrew, bayko)
    with pytest.raises(Invalid) as refused:
        await send_message(messaging, andrew, group, text)
    assert (refused.value.code, refused.value.field) == (code, "message")
    assert len(await everything(messaging, andrew, group)) == 1


async def test_the_longest_message_is_kept_whole(
    messaging: Messaging, andrew: User, bayko: User
) -> None:
    group = await started(messaging, andrew, bayko)
    text = "👩‍👩‍👧\n" * 170
    sent = await send_message(messaging, andrew, group, text)
    assert (await everything(messaging, bayko, group))[-1] == sent
    assert sent.message == text


async def test_a_number_taken_behind_the_memorys_back_is_not_overwritten(
    messaging: Messaging, andrew: User, bayko: User
) -> None:
    group = await started(messaging, andrew, bayko)
    second = await send_message(messaging, andrew, group, "Second")
    foreign = msgspec.structs.replace(second, seq=3, message_uuid=uuid7())
    await messaging.table.put(Put(items.message_item(foreign), [Missing("pk")]))
    fourth = await send_message(messaging, andrew, group, "Fourth")
    assert fourth.seq == 4
