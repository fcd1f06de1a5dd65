"""Many who write into one conversation at once: stored together, each once, without a gap."""

import asyncio
import uuid
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.folders import temporary_folder
from tests.stage import Clock, Counted, Interrupted, beside, person

from cruddur.domain.errors import TableUnavailable
from cruddur.domain.model import Message, User
from cruddur.engines.bus.memory import MemoryBus
from cruddur.engines.sqlite import SqliteTable
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.messages.send_message import send_message, uuid7
from cruddur.ports.table import Table
from cruddur.schema import items

MANY = 20
FIRST, LAST = 2, MANY + 1


@pytest.fixture
async def group(messaging: MessagingContext, andrew: User, bayko: User) -> str:
    return (await start_direct_group(messaging, andrew, bayko, "Hello")).message_group_uuid


async def all_at_once(messaging: MessagingContext, sender: User, group: str) -> list[Message]:
    sends = [send_message(messaging, sender, group, f"{n}") for n in range(MANY)]
    return await asyncio.gather(*sends)


async def test_who_waits_is_stored_with_the_others(
    messaging: MessagingContext, table: Table, andrew: User, group: str
) -> None:
    counted = Counted(table)
    warm = beside(messaging, counted)
    await send_message(warm, andrew, group, "Warm")
    counted.calls.clear()
    sent = await all_at_once(warm, andrew, group)
    assert [message.seq for message in sent] == list(range(FIRST + 1, LAST + 2))
    assert [call for call in counted.calls if call in {"put", "transact"}] == ["put", "transact"]


async def test_where_transactions_cost_more_they_are_stored_one_by_one(
    messaging: MessagingContext, table: Table, andrew: User, group: str
) -> None:
    counted = Counted(table, transactions_cost_more=True)
    sent = await all_at_once(beside(messaging, counted), andrew, group)
    assert [message.seq for message in sent] == list(range(FIRST, LAST + 1))
    assert counted.calls.count("put") == MANY
    assert "transact" not in counted.calls


async def test_one_message_sent_by_several_tabs_at_once_is_stored_once(
    messaging: MessagingContext, andrew: User, group: str
) -> None:
    same = uuid7()
    uuids = [uuid7(), same, uuid7(), same, same]
    sent = await asyncio.gather(
        *(send_message(messaging, andrew, group, "x", message_uuid=one) for one in uuids)
    )
    assert len({message.seq for message in sent}) == 3
    assert len({m.seq for m in sent if m.message_uuid == same}) == 1


async def test_a_number_that_another_process_takes_meanwhile_sets_nobody_back(
    messaging: MessagingContext, table: Table, andrew: User, group: str
) -> None:
    async def take_the_number() -> None:
        await send_message(beside(messaging), andrew, group, "From elsewhere")

    between = beside(messaging, Interrupted(table, "transact", take_the_number))
    sent = await all_at_once(between, andrew, group)
    assert sorted(message.seq for message in sent) == [2, *range(4, LAST + 2)]


async def test_a_transaction_that_fails_is_done_again_one_by_one(
    messaging: MessagingContext, table: Table, andrew: User, group: str
) -> None:
    async def fail() -> None:
        raise TableUnavailable("not now")

    between = beside(messaging, Interrupted(table, "transact", fail))
    sent = await all_at_once(between, andrew, group)
    assert sorted(message.seq for message in sent) == list(range(FIRST, LAST + 1))


async def test_a_message_that_cannot_be_stored_fails_alone(
    messaging: MessagingContext, table: Table, andrew: User, group: str
) -> None:
    """An engine's refusal, of whatever kind, is heard by its sender, and the next one has a turn."""
    odd = msgspec.structs.replace(andrew, display_name="\0" * 400 * 1024)
    sends = [send_message(messaging, who, group, "x") for who in (andrew, andrew, odd, andrew)]
    outcomes = await asyncio.gather(*sends, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [Message, Message, ValueError, Message]
    assert (await send_message(messaging, andrew, group, "next")).seq == 5


async def test_who_gives_up_waiting_holds_nobody_up(
    messaging: MessagingContext, andrew: User, group: str
) -> None:
    sends = [
        asyncio.create_task(send_message(messaging, andrew, group, f"{n}")) for n in range(MANY)
    ]
    await asyncio.sleep(0)
    for send in sends[::2]:
        send.cancel()
    outcomes = await asyncio.gather(*sends, return_exceptions=True)
    stored = [outcome.seq for outcome in outcomes if isinstance(outcome, Message)]
    assert len(stored) == MANY // 2
    assert (await send_message(messaging, andrew, group, "next")).seq == max(stored) + 1


senders = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 9), st.integers(0, 6)), max_size=40)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(senders)
def test_whoever_sends_what_at_once_and_gives_up_numbers_have_no_gap(
    senders: list[tuple[int, int, int]],
) -> None:
    asyncio.run(_everybody_sends(senders))


async def _everybody_sends(senders: list[tuple[int, int, int]]) -> None:
    andrew = person("andrew")
    with temporary_folder() as folder:
        table = await SqliteTable.open(Path(folder))
        here = MessagingContext(table=table, bus=MemoryBus(), clock=Clock())
        group = (await start_direct_group(here, andrew, andrew, "Hello")).message_group_uuid
        processes = (here, beside(here))
        sends = [
            asyncio.create_task(
                send_message(processes[n], andrew, group, "x", message_uuid=str(uuid.UUID(int=m)))
            )
            for n, m, _ in senders
        ]
        for send, (_, _, turns) in zip(sends, senders, strict=True):
            if turns < 3:
                for _ in range(turns):
                    await asyncio.sleep(0)
                send.cancel()
        outcomes = await asyncio.gather(*sends, return_exceptions=True)
        stored = [items.message_from(i) async for i in table.scan() if i["sk"].isdigit()]
        await table.close()
    assert sorted(message.seq for message in stored) == list(range(1, len(stored) + 1))
    assert len({message.message_uuid for message in stored}) == len(stored)
    assert all(one in stored for one in outcomes if isinstance(one, Message))
