"""A first read of a conversation may come from a replica that lags. It costs half, and no message."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.stage import beside

from cruddur.domain.item import Item
from cruddur.domain.model import Message, MessageRef, User
from cruddur.engines.sqlite import SqliteTable
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.add_members import add_members
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.inbox.mark_read import mark_read
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.find_stored import TAIL_PAGE, _lacks_some
from cruddur.messaging.messages.send_message import send_message, uuid7
from cruddur.ports.table import Page, Put, Query
from cruddur.schema import items


class Lagging:
    """Two real tables: what need not be consistent is answered by the one that is behind."""

    def __init__(self, leader: SqliteTable, replica: SqliteTable) -> None:
        self.leader = leader
        self.replica = replica

    def __getattr__(self, name: str) -> Any:
        return getattr(self.leader, name)

    async def get(self, *given: Any, consistent: bool = False) -> Item | None:
        table = self.leader if consistent else self.replica
        return await table.get(*given, consistent=consistent)

    async def query(self, query: Query) -> Page:
        return await (self.leader if query.consistent else self.replica).query(query)


@pytest.fixture
async def lagging(table: SqliteTable, tmp_path: Path) -> AsyncIterator[Lagging]:
    (tmp_path / "replica").mkdir()
    replica = await SqliteTable.open(tmp_path / "replica")
    yield Lagging(table, replica)
    await replica.close()


async def converse(
    messaging: MessagingContext, one: User, other: User, count: int
) -> list[Message]:
    sent = [await start_direct_group(messaging, one, other, "1")]
    group = sent[0].message_group_uuid
    sent += [await send_message(messaging, one, group, str(n)) for n in range(2, count + 1)]
    return sent


@pytest.mark.parametrize("known", [[], [1], [1, 2, 3], [1, 3, 4, 5], [1, 2, 3, 4, 5]])
async def test_a_replica_that_lags_doubles_no_number_and_no_retry(
    messaging: MessagingContext, lagging: Lagging, andrew: User, bayko: User, known: list[int]
) -> None:
    sent = await converse(messaging, andrew, bayko, 5)
    for message in sent:
        if message.seq in known:
            await lagging.replica.put(Put(items.message_item(message)))
    group = sent[0].message_group_uuid
    for message in sent[1:]:
        again = beside(messaging, lagging)
        retry = send_message(again, andrew, group, "?", message_uuid=message.message_uuid)
        assert (await retry).seq == message.seq
    new = await send_message(beside(messaging, lagging), bayko, group, "new")
    assert new.seq == 6


async def test_an_old_retry_is_found_although_a_later_page_came_from_a_replica_that_lags(
    messaging: MessagingContext, lagging: Lagging, andrew: User, bayko: User
) -> None:
    sent = await converse(messaging, andrew, bayko, 3 * TAIL_PAGE)
    lost = sent[TAIL_PAGE]
    for message in sent[2 * TAIL_PAGE :]:
        await lagging.replica.put(Put(items.message_item(message)))
    group = lost.message_group_uuid
    again = beside(messaging, lagging)
    retry = send_message(again, andrew, group, "?", message_uuid=lost.message_uuid, after=2)
    assert (await retry).seq == lost.seq


async def test_a_conversation_that_a_replica_does_not_have_yet_is_found(
    messaging: MessagingContext, lagging: Lagging, andrew: User, bayko: User
) -> None:
    group = (await converse(messaging, andrew, bayko, 1))[0].message_group_uuid
    message = await send_message(
        beside(messaging, lagging),
        bayko,
        group,
        "Here",
        message_uuid=uuid7(),
    )
    assert message.seq == 2
    assert len([difference async for difference in verify_inboxes(messaging)]) == 2


async def test_a_newcomer_comes_after_what_is_stored_whatever_a_replica_has(
    messaging: MessagingContext, lagging: Lagging, andrew: User, bayko: User
) -> None:
    group = (await start_group(messaging, andrew, [], "Lunch")).message_group_uuid
    for text in ("One", "Two"):
        await send_message(messaging, andrew, group, text)
    adding = beside(messaging, lagging)
    changed = await add_members(adding, andrew.user_uuid, group, [bayko])
    assert changed.members[bayko.user_uuid].joined_seq == 3


async def test_what_another_process_has_shown_can_be_marked_read(
    messaging: MessagingContext, lagging: Lagging, andrew: User, bayko: User
) -> None:
    group = (await converse(messaging, andrew, bayko, 2))[0].message_group_uuid
    await mark_read(beside(messaging, lagging), bayko.user_uuid, group, 2)
    (row,) = (await list_inbox(messaging, bayko.user_uuid)).rows
    assert row.read_seq == 2


@pytest.mark.parametrize(
    ("seqs", "after", "lacks_some"),
    [
        ([], None, False),
        ([], 3, False),
        ([5, 4, 3], None, False),
        ([5], None, False),
        ([5, 3], None, True),
        ([5, 4, 2, 1], 0, True),
        ([5, 4, 3], 2, False),
        ([5, 4, 3], 4, False),
        ([5, 4, 3], 1, True),
        ([5, 4, 3], 0, True),
    ],
    ids=str,
)
def test_pages_lack_some_where_a_number_is_left_out(
    seqs: list[int], after: int | None, lacks_some: bool
) -> None:
    newest_first = [MessageRef(seq, str(seq), "") for seq in seqs]
    assert _lacks_some(newest_first, after) == lacks_some
