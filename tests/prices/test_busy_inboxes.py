"""Busy inboxes open at a bounded price, and their places cost few writes: `pytest -s` prints what."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from tests.prices import busy
from tests.prices.trace import Sent, trace
from tests.stage import beside

from cruddur.domain.model import InboxRow, Message, timestamp
from cruddur.engines.bus.memory import MemoryBus
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.messaging.busy_inboxes import BusyInboxes
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.inbox_rows import advance
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.index_places import HOUR, Slack
from cruddur.ports.metering import measured


class AlwaysAnHour(BusyInboxes):
    """What was before there were busy inboxes."""

    def slack(self, row: InboxRow, at: str) -> Slack:
        return HOUR


@pytest.fixture
def messaging(table: DynamoTable) -> MessagingContext:
    return MessagingContext(table=table, bus=MemoryBus())


async def cost_of_a_page(messaging: MessagingContext, newest: list[str]) -> float:
    with measured() as units:
        page = await list_inbox(messaging, busy.OWNER)
    assert [row.message_group_uuid for row in page.rows] == newest[:20]
    return units.read


async def test_a_page_among_2000_that_moved_within_the_hour(messaging: MessagingContext) -> None:
    newest = await busy.fill(messaging, 2000)
    first = await cost_of_a_page(messaging, newest)
    second = await list_inbox(
        messaging, busy.OWNER, cursor=(await list_inbox(messaging, busy.OWNER)).cursor
    )
    assert [row.message_group_uuid for row in second.rows] == newest[20:40]
    print(f"\na page of 20 among 2,000: {first} read units")  # noqa: T201  the figure
    assert first <= 40


async def test_before_it_cost_as_many_rows_as_had_moved(messaging: MessagingContext) -> None:
    before = beside(messaging)
    before.busy_inboxes = AlwaysAnHour()
    cost = await cost_of_a_page(messaging, await busy.fill(before, 2000))
    print(f"\na page of 20 among 2,000, all with an hour's slack: {cost} read units")  # noqa: T201  the figure
    assert cost > 900


@pytest.mark.parametrize("an_hour", [7_200, 100_000])
async def test_the_busier_it_is_the_shorter_the_slack(
    messaging: MessagingContext, an_hour: int
) -> None:
    newest = await busy.fill(messaging, 600, within=timedelta(hours=600 / an_hour))
    for process in (messaging, beside(messaging)):
        cost = await cost_of_a_page(process, newest)
        assert cost <= 40
    print(f"\na page of 20 where {an_hour:,} move within an hour: {cost} read units")  # noqa: T201


def test_a_message_of_a_chat_trace_costs_little_more_than_three_writes() -> None:
    sents = trace()
    before = cost_of_a_message(sents, AlwaysAnHour())
    now = cost_of_a_message(sents, BusyInboxes())
    print(f"\n{len(sents):,} messages: {now:.3f} write units each, {before:.3f} before")  # noqa: T201
    assert before < now <= 3.3


def cost_of_a_message(sents: Sequence[Sent], inboxes: BusyInboxes) -> float:
    """Each is projected alone: in batches some would share a write of a row.

    A write of a row costs a unit, and two more if its place in the index is another one
    (tests/dynamodb/test_units.py measures both).
    """
    rows: dict[tuple[int, int], InboxRow] = {}
    units = 0
    for number, sent in enumerate(sents, start=1):
        units += 1
        for owner, other in (sent[1:], sent[:0:-1]):
            before = rows.get((owner, other)) or new_row_of(owner, other, sents[0])
            after = advance(before, [message_of(sent, number)], inboxes.slack)
            units += 1 if after.indexed_at == before.indexed_at else 3
            rows[owner, other] = after
    return units / len(sents)


def new_row_of(owner: int, other: int, first: Sent) -> InboxRow:
    at = timestamp(first.at - timedelta(days=1))
    uuid = f"{min(owner, other)}-{max(owner, other)}"
    return InboxRow(
        owner_uuid=f"{owner}",
        message_group_uuid=uuid,
        kind="direct",
        last_message_at=at,
        indexed_at=at,
        created_at=at,
    )


def message_of(sent: Sent, number: int) -> Message:
    return Message(
        message_group_uuid="",
        seq=number,
        message_uuid=f"{number}",
        message="So they say",
        user_uuid=f"{sent.sender}",
        user_handle="",
        user_display_name="",
        created_at=timestamp(sent.at),
    )
