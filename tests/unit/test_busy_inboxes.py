"""The slack of a row: an hour, and shorter in an inbox where many rows move."""

from datetime import datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.stage import Counted
from tests.unit.test_properties import START, a_row, conversation

from cruddur.domain.model import InboxRow, timestamp
from cruddur.messaging.busy_inboxes import FEW, WATCHED, BusyInboxes
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.inbox_rows import advance, is_index_exact
from cruddur.messaging.inbox.list_inbox import list_inbox, rows_since
from cruddur.messaging.index_places import HOUR, MINUTES, SECOND, SLACKS, Slack, end_of, slack_of
from cruddur.ports.table import Put, Table
from cruddur.schema import items, keys

OF_BUSYNESS = (SECOND, MINUTES, HOUR)
"""Those that nobody chooses."""


def moving(inboxes: BusyInboxes, count: int, within: timedelta, begin: datetime = START) -> Slack:
    """The slack of the last of so many conversations that move one after the other."""
    slack = HOUR
    for number in range(count):
        at = timestamp(begin + within * number / count)
        slack = inboxes.slack(a_row(number, 0, 0), at)
    return slack


@pytest.mark.parametrize(
    ("count", "within", "slack"),
    [
        (FEW, timedelta(seconds=1), HOUR),
        (FEW + 1, timedelta(hours=2), HOUR),
        (FEW + 1, timedelta(minutes=59), MINUTES),
        (FEW + 1, timedelta(minutes=9), SECOND),
        (100, timedelta(hours=1), MINUTES),
        (2000, timedelta(hours=1), SECOND),
    ],
)
def test_the_slack_is_the_longest_in_which_few_rows_move(
    count: int, within: timedelta, slack: Slack
) -> None:
    assert moving(BusyInboxes(), count, within) == slack


def test_one_lively_conversation_makes_no_inbox_busy() -> None:
    inboxes = BusyInboxes()
    row = a_row(1, 0, 0)
    assert {inboxes.slack(row, timestamp(START + timedelta(seconds=n))) for n in range(99)} == {
        HOUR
    }


def test_another_person_s_inbox_is_not_busy_for_it() -> None:
    inboxes = BusyInboxes()
    moving(inboxes, 2000, timedelta(hours=1))
    row = msgspec.structs.replace(a_row(1, 0, 0), owner_uuid="another")
    assert inboxes.slack(row, timestamp(START)) == HOUR


def test_a_process_that_has_just_started_lets_a_busy_inbox_stay_busy() -> None:
    fresh, row = BusyInboxes(), a_row(1, 0, 0, SECOND)
    soon = START + timedelta(minutes=5)
    assert fresh.slack(row, timestamp(soon)) == SECOND
    assert fresh.slack(row, timestamp(soon + WATCHED)) == HOUR
    quiet_for_an_hour = timestamp(START + timedelta(hours=1))
    assert BusyInboxes().slack(row, quiet_for_an_hour) == HOUR


slacks = st.sampled_from(OF_BUSYNESS)


@given(st.lists(st.tuples(st.integers(0, 5000), slacks), max_size=30), slacks)
def test_whatever_slack_is_chosen_a_row_is_within_the_one_that_its_place_says(
    steps: list[tuple[int, Slack]], first: Slack
) -> None:
    messages = conversation([(gap, False, False) for gap, _ in steps])
    row = a_row(1, 0, 0, first)
    row = msgspec.structs.replace(row, owner_uuid="a")
    for message, (_, slack) in zip(messages, steps, strict=False):
        row = advance(row, [message], lambda _row, _at, slack=slack: slack)  # type: ignore[misc]
        assert is_index_exact(row)
        assert row.last_message_at < end_of(row.indexed_at)


async def test_where_the_index_is_exact_there_is_no_slack_to_choose(
    messaging: MessagingContext, table: Table
) -> None:
    exact = MessagingContext(table=Counted(table, index_is_exact=True), bus=messaging.bus)
    lazy = MessagingContext(table=Counted(table, index_is_exact=False), bus=messaging.bus)
    for number in range(2 * FEW):
        row, at = a_row(number, 0, 0), timestamp(START)
        chosen = [exact.slack(row, at), lazy.slack(row, at)]
    assert chosen == [HOUR, SECOND]


async def test_what_moved_since_a_time_is_found_in_every_part(
    messaging: MessagingContext, table: Table
) -> None:
    rows = [a_row(10 * n + m, 60 * n, 0, slack) for n in range(9) for m, slack in enumerate(SLACKS)]
    for row in rows:
        await table.put(Put(items.inbox_row_item(row)))
    since = timestamp(START + timedelta(minutes=5))
    found: list[InboxRow] = list(await rows_since(messaging, "me", since, 100))
    wanted = [row for row in rows if row.last_message_at >= since]
    assert [row for row in found if row.last_message_at >= since] == sorted(
        wanted, key=lambda row: (row.last_message_at, row.message_group_uuid), reverse=True
    )


async def test_a_place_of_another_program_above_all_others_hides_nothing(
    messaging: MessagingContext, table: Table
) -> None:
    for sk, indexed_at in (("odd", "zzz"), ("odder", "MIN#yesterday"), ("oddest", "1")):
        await table.put(Put({"pk": keys.inbox_pk("me"), "sk": sk, "indexed_at": indexed_at}))
    rows = [a_row(n, n, 0, OF_BUSYNESS[n % 3]) for n in range(30)]
    for row in rows:
        await table.put(Put(items.inbox_row_item(row)))
    page = await list_inbox(messaging, "me", limit=50)
    assert list(page.rows) == rows[::-1]
    assert {slack_of(row.indexed_at) for row in page.rows} == set(OF_BUSYNESS)
