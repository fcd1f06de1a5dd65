"""Sending: numbers without a gap, exactly once, whoever tries at the same time."""

import asyncio
from collections.abc import Sequence

import msgspec
import pytest
from tests.captured_logs import captured_logs
from tests.stage import Clock, Counted, beside
from tests.subscriptions import next_event, subscribed

from cruddur.domain.errors import Conflict, Invalid, NotFound
from cruddur.domain.model import Message, User, timestamp
from cruddur.engines.bus.memory import MemoryBus
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.events import channel
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.messages.append_message import TOGETHER
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.messaging.messages.send_message import send_message, uuid7
from cruddur.messaging.tails import REMEMBERED_MESSAGES
from cruddur.ports.table import IF_NEW, Put
from cruddur.schema import items

pytestmark = pytest.mark.every_engine

PATIENCE_SECONDS = 10


async def started(messaging: MessagingContext, sender: User, recipient: User) -> str:
    first = await start_direct_group(messaging, sender, recipient, "Hello")
    return first.message_group_uuid


async def everything(messaging: MessagingContext, reader: User, group: str) -> Sequence[Message]:
    page = await list_messages(messaging, reader.user_uuid, group, after=0, limit=100)
    return page.messages


async def test_messages_are_numbered_in_the_order_they_were_sent(
    messaging: MessagingContext, andrew: User, bayko: User
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
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = await started(messaging, andrew, bayko)
    uuid = uuid7()
    first = await send_message(messaging, andrew, group, "Once", message_uuid=uuid)
    again = await send_message(messaging, andrew, group, "Once", message_uuid=uuid)
    assert again == first
    assert len(await everything(messaging, andrew, group)) == 2


@pytest.mark.parametrize("is_remembered", [True, False])
async def test_the_uuid_of_another_persons_message_is_a_conflict(
    messaging: MessagingContext, andrew: User, bayko: User, is_remembered: bool
) -> None:
    group = await started(messaging, andrew, bayko)
    uuid = (await send_message(messaging, andrew, group, "Secret")).message_uuid
    sending = messaging if is_remembered else beside(messaging)
    async with subscribed(messaging.bus, channel(bayko.user_uuid)) as device:
        with pytest.raises(Conflict) as refused:
            await send_message(sending, bayko, group, "Mine", message_uuid=uuid, after=1)
        mine = await send_message(sending, bayko, group, "Mine")
        heard = await asyncio.wait_for(next_event(device), PATIENCE_SECONDS)
    assert (refused.value.code, refused.value.field) == ("message_uuid_taken", "message_uuid")
    assert "Secret" not in refused.value.detail
    assert msgspec.json.decode(heard.data)["seq"] == mine.seq == 3


async def test_of_those_who_wait_together_only_whoever_took_anothers_uuid_is_refused(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = await started(messaging, andrew, bayko)
    uuid = (await send_message(messaging, andrew, group, "Mine")).message_uuid
    people = [andrew, bayko, andrew, bayko]
    uuids = [None, uuid, uuid, None]
    sends = [
        send_message(messaging, who, group, "x", message_uuid=one)
        for who, one in zip(people, uuids, strict=True)
    ]
    outcomes = await asyncio.gather(*sends, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [Message, Conflict, Message, Message]
    assert [m.seq for m in outcomes if isinstance(m, Message)] == [3, 2, 4]


async def test_a_uuid_that_somebody_sends_again_long_after_stays_its_first_senders(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = await started(messaging, andrew, bayko)
    uuid = uuid7()
    second = await send_message(messaging, andrew, group, "Once", message_uuid=uuid)
    copied = msgspec.structs.replace(second, seq=3, user_uuid=bayko.user_uuid)
    await messaging.table.put(Put(items.message_item(copied)))
    again = await send_message(beside(messaging), andrew, group, "Once", message_uuid=uuid, after=1)
    assert again.seq == 2


async def test_a_retry_is_recognised_by_a_process_that_remembers_nothing(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = await started(messaging, andrew, bayko)
    uuid = uuid7()
    await send_message(messaging, andrew, group, "Once", message_uuid=uuid)
    for number in range(200):
        await send_message(messaging, bayko, group, f"{number}")
    elsewhere = MessagingContext(table=messaging.table, bus=messaging.bus, clock=messaging.clock)
    again = await send_message(elsewhere, andrew, group, "Once", message_uuid=uuid, after=1)
    assert again.seq == 2


async def test_a_retry_is_recognised_after_the_memory_has_moved_on(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = await started(messaging, andrew, bayko)
    uuid = uuid7()
    await send_message(messaging, andrew, group, "Once", message_uuid=uuid, after=1)
    for number in range(100):
        await send_message(messaging, bayko, group, f"{number}")
    again = await send_message(messaging, andrew, group, "Once", message_uuid=uuid, after=1)
    assert again.seq == 2


async def test_a_retry_of_long_ago_is_found_in_few_reads(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = await started(messaging, andrew, bayko)
    uuid = uuid7()
    second = await send_message(messaging, andrew, group, "Once", message_uuid=uuid)
    later = [
        msgspec.structs.replace(second, seq=seq, message_uuid=uuid7()) for seq in range(3, 1101)
    ]
    for start in range(0, len(later), TOGETHER):
        part = later[start : start + TOGETHER]
        await messaging.table.transact([Put(items.message_item(m)) for m in part])
    table = Counted(messaging.table)
    elsewhere = beside(messaging, table)
    again = await send_message(elsewhere, andrew, group, "Once", message_uuid=uuid, after=1)
    assert again.seq == 2
    assert table.calls.count("query") == 3


async def test_a_retry_tells_the_members_once_more(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = await started(messaging, andrew, bayko)
    uuid = uuid7()
    died_before_it_told = MessagingContext(
        table=messaging.table, bus=MemoryBus(), clock=messaging.clock
    )
    await send_message(died_before_it_told, andrew, group, "Once", message_uuid=uuid)
    async with subscribed(messaging.bus, channel(bayko.user_uuid)) as device:
        await send_message(messaging, andrew, group, "Once", message_uuid=uuid)
        heard = await asyncio.wait_for(next_event(device), PATIENCE_SECONDS)
    assert msgspec.json.decode(heard.data)["seq"] == 2


async def test_processes_that_send_at_the_same_time_share_the_numbers_without_a_gap(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = await started(messaging, andrew, bayko)
    others = [
        MessagingContext(table=messaging.table, bus=messaging.bus, clock=messaging.clock)
        for _ in range(3)
    ]
    sent = await asyncio.gather(
        *(send_message(other, andrew, group, f"{n}") for other in others for n in range(10))
    )
    assert sorted(message.seq for message in sent) == list(range(2, 32))


async def test_the_same_message_sent_by_two_processes_at_once_is_stored_once(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = await started(messaging, andrew, bayko)
    elsewhere = MessagingContext(table=messaging.table, bus=messaging.bus, clock=messaging.clock)
    uuid = uuid7()
    sent = await asyncio.gather(
        *(send_message(m, andrew, group, "Once", message_uuid=uuid) for m in (messaging, elsewhere))
    )
    assert [message.seq for message in sent] == [2, 2]
    assert len(await everything(messaging, andrew, group)) == 2


async def test_a_stale_memory_finds_the_retry_that_another_process_stored(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = await started(messaging, andrew, bayko)
    warm = await send_message(messaging, andrew, group, "Warm")
    elsewhere = MessagingContext(table=messaging.table, bus=messaging.bus, clock=messaging.clock)
    uuid = uuid7()
    stored = await send_message(elsewhere, andrew, group, "Once", message_uuid=uuid)
    again = await send_message(messaging, andrew, group, "Once", message_uuid=uuid)
    assert (warm.seq, stored.seq, again.seq) == (2, 3, 3)


async def test_a_clock_that_goes_back_puts_no_message_before_the_last(
    messaging: MessagingContext, clock: Clock, andrew: User, bayko: User
) -> None:
    group = await started(messaging, andrew, bayko)
    clock.turn(hours=-2)
    later = await send_message(messaging, andrew, group, "Later")
    first, _ = await everything(messaging, andrew, group)
    assert later.created_at == first.created_at


@pytest.mark.parametrize("years", [1, -1])
async def test_a_clock_that_was_wrong_by_years_dates_one_message_and_no_other(
    messaging: MessagingContext, clock: Clock, andrew: User, bayko: User, years: int
) -> None:
    group = await started(messaging, andrew, bayko)
    right = clock.moment
    clock.turn(days=365 * years)
    await send_message(messaging, andrew, group, "Under a wrong clock")
    clock.moment = right
    with captured_logs() as logs:
        after = await send_message(beside(messaging), andrew, group, "Under a right one")
        next_one = await send_message(messaging, andrew, group, "And another")
    assert after.created_at == next_one.created_at == timestamp(right)
    warned = [log["seq"] for log in logs if "one of two clocks is wrong" in log["event"]]
    assert warned == ([3] if years > 0 else [])


async def test_a_stranger_gets_the_same_answer_as_for_no_conversation(
    messaging: MessagingContext, andrew: User, bayko: User, mallory: User
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
        ("x" * 4097, "message_exceed_max_chars_4096"),
        ("a\x00b", "message_control_characters"),
        ("a\x1bb", "message_control_characters"),
        ("\ud800", "message_control_characters"),
    ],
)
async def test_a_text_that_breaks_a_rule_is_refused_by_name(
    messaging: MessagingContext, andrew: User, bayko: User, text: str, code: str
) -> None:
    group = await started(messaging, andrew, bayko)
    with pytest.raises(Invalid) as refused:
        await send_message(messaging, andrew, group, text)
    assert (refused.value.code, refused.value.field) == (code, "message")
    assert len(await everything(messaging, andrew, group)) == 1


async def test_the_code_of_a_message_that_is_too_long_names_the_limit_that_is_set(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = await started(messaging, andrew, bayko)
    long = await send_message(messaging, andrew, group, "x" * 2000)
    messaging.message_max_chars = 1024
    for change in (
        send_message(messaging, andrew, group, "x" * 1025),
        start_direct_group(messaging, andrew, bayko, "x" * 1025),
        edit_message(messaging, andrew.user_uuid, group, long.seq, "x" * 1025),
    ):
        with pytest.raises(Invalid, match="at most 1024 characters; this one has 1025") as refused:
            await change
        assert refused.value.code == "message_exceed_max_chars_1024"
    await edit_message(messaging, andrew.user_uuid, group, long.seq, "x" * 1024)
    assert (await everything(messaging, bayko, group))[-1].message == "x" * 1024


async def test_the_longest_message_is_kept_whole(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = await started(messaging, andrew, bayko)
    text = "👩‍👩‍👧\n" * 682
    sent = await send_message(messaging, andrew, group, text)
    assert (await everything(messaging, bayko, group))[-1] == sent
    assert sent.message == text


async def test_a_number_taken_behind_the_memorys_back_is_not_overwritten(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = await started(messaging, andrew, bayko)
    second = await send_message(messaging, andrew, group, "Second")
    foreign = msgspec.structs.replace(second, seq=3, message_uuid=uuid7())
    await messaging.table.put(Put(items.message_item(foreign), IF_NEW))
    fourth = await send_message(messaging, andrew, group, "Fourth")
    assert fourth.seq == 4


@pytest.mark.parametrize("beyond", [-1, 0, 1, 2])
async def test_a_late_retry_is_recognised_at_the_edge_of_what_is_remembered(
    messaging: MessagingContext, andrew: User, bayko: User, beyond: int
) -> None:
    """After it, about as many messages were sent as this process remembers of a conversation."""
    group = await started(messaging, andrew, bayko)
    sent = await send_message(messaging, andrew, group, "Once", after=1)
    for n in range(REMEMBERED_MESSAGES + beyond):
        await send_message(messaging, bayko, group, f"{n}")
    again = await send_message(
        messaging, andrew, group, "Once", message_uuid=sent.message_uuid, after=1
    )
    assert again.seq == sent.seq


async def test_a_context_without_an_encoder_stores_but_publishes_nothing(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    bus = MemoryBus()
    silent = MessagingContext(table=messaging.table, bus=bus, clock=messaging.clock)
    message = await start_direct_group(silent, andrew, bayko, "Hello")
    assert (message.seq, bus.published) == (1, 0)
    await start_direct_group(messaging, andrew, bayko, "Hello?")
    assert isinstance(messaging.bus, MemoryBus)
    assert messaging.bus.published == 1
