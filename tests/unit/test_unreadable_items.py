"""One item that another program wrote, or that was damaged, is named, and the others go on."""

from typing import Any

import pytest
from tests.captured_logs import captured_logs
from tests.stage import Stream, person

from cruddur.domain.item import Item, Key
from cruddur.domain.model import User
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.add_members import add_members
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.export_messages import export_messages, exported_rows
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.inbox.missed_events import MissedEvents
from cruddur.messaging.inbox.project import project_batch
from cruddur.messaging.inbox.rebuild_inboxes import rebuild_inboxes
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.table import Put, Table
from cruddur.schema import keys

pytestmark = pytest.mark.every_engine

ISO = "2023-04-13T12:00:00.123456"
DAMAGE: dict[str, dict[str, Any]] = {
    "no text": {"message": None},
    "a text that is a number": {"message": 7},
    "no time": {"created_at": None},
    "a time that is none": {"created_at": "yesterday"},
    "no uuid": {"message_uuid": None},
    "nobody's": {"user_uuid": None},
}


@pytest.fixture
async def group(messaging: MessagingContext, stream: Stream, andrew: User, bayko: User) -> str:
    """Three messages of two people, projected; andrew has another conversation."""
    uuid = (await start_direct_group(messaging, andrew, bayko, "1")).message_group_uuid
    for text in ("2", "3"):
        await send_message(messaging, andrew, uuid, text)
    await start_direct_group(messaging, andrew, person("londo"), "Other")
    await stream.project(messaging)
    return uuid


async def damage(table: Table, key: Key, changes: dict[str, Any]) -> None:
    item = {**(await table.get(key) or {}), **changes}
    await table.put(Put({name: value for name, value in item.items() if value is not None}))


@pytest.mark.parametrize("changes", DAMAGE.values(), ids=DAMAGE.keys())
async def test_a_message_is_a_tombstone_and_its_number_stays(
    messaging: MessagingContext, table: Table, andrew: User, group: str, changes: dict[str, Any]
) -> None:
    await damage(table, keys.message_key(group, 2), changes)
    for asked in ({}, {"after": 0}, {"before": 3}):
        with captured_logs() as logs:
            page = await list_messages(messaging, andrew.user_uuid, group, **asked)
        seqs = [1, 2] if "before" in asked else [1, 2, 3]
        assert [message.seq for message in page.messages] == seqs
        assert page.messages[1].deleted_at
        assert f"MSG#{group} / 000000000002" in {log.get("key") for log in logs}


@pytest.mark.parametrize("changes", DAMAGE.values(), ids=DAMAGE.keys())
async def test_who_writes_after_a_damaged_last_message_gets_the_next_number(
    messaging: MessagingContext, table: Table, andrew: User, group: str, changes: dict[str, Any]
) -> None:
    await damage(table, keys.message_key(group, 3), changes)
    elsewhere = MessagingContext(table=table, bus=messaging.bus, clock=messaging.clock)
    sent = await send_message(elsewhere, andrew, group, "Next")
    assert (sent.seq, sent.created_at) == (4, messaging.now())


async def test_items_of_others_among_the_messages_are_left_out(
    messaging: MessagingContext, table: Table, andrew: User, group: str
) -> None:
    for number in range(30):  # more than what a cold start reads back
        theirs = {"pk": keys.messages_pk(group), "sk": f"{ISO}{number}", "message": "theirs"}
        await table.put(Put(theirs))
    elsewhere = MessagingContext(table=table, bus=messaging.bus, clock=messaging.clock)
    assert (await send_message(elsewhere, andrew, group, "Next")).seq == 4
    page = await list_messages(elsewhere, andrew.user_uuid, group, after=0, limit=100)
    assert [message.message for message in page.messages] == ["1", "2", "3", "Next"]


@pytest.mark.parametrize(
    "changes", [{"last_message_at": None}, {"indexed_at": "yesterday"}, {"last_seq": "many"}]
)
async def test_an_inbox_lists_the_other_conversations_and_rebuild_mends_the_row(
    messaging: MessagingContext, table: Table, andrew: User, group: str, changes: dict[str, Any]
) -> None:
    await damage(table, keys.inbox_row_key(andrew.user_uuid, group), changes)
    page = await list_inbox(messaging, andrew.user_uuid)
    assert [row.message for row in page.rows] == ["Other"]
    (found,) = [difference async for difference in verify_inboxes(messaging)]
    assert found.where == f"{andrew.user_uuid}/{group}"
    assert found.what.startswith("the row cannot be read: ")
    assert [difference.is_mended async for difference in rebuild_inboxes(messaging)] == [True]
    assert [difference async for difference in verify_inboxes(messaging)] == []
    page = await list_inbox(messaging, andrew.user_uuid)
    assert {row.message for row in page.rows} == {"Other", "3"}


@pytest.mark.parametrize(
    ("item", "why"),
    [
        ({"pk": "MSG#1", "sk": "GROUP"}, "missing required field"),
        ({"pk": "USER#1", "sk": "PROFILE"}, "missing required field"),
        ({"pk": "HANDLE#an", "sk": "andrew"}, "missing required field"),
        ({"pk": "GRP#1", "sk": "2"}, "missing required field"),
        ({"pk": "LOGIN#local#an", "sk": "LOGIN"}, "missing required field"),
        ({"pk": keys.DEAD_LETTERS, "sk": "1"}, "it has no change_sk"),
    ],
)
async def test_verify_names_what_it_cannot_read_and_goes_on(
    messaging: MessagingContext, table: Table, group: str, item: Item, why: str
) -> None:
    await table.put(Put(item))
    await damage(table, keys.message_key(group, 2), {"message": None})
    found = {d.where: d.what async for d in verify_inboxes(messaging)}
    assert found.keys() == {f"{item['pk']} / {item['sk']}", f"MSG#{group} / 000000000002"}
    assert why in found[f"{item['pk']} / {item['sk']}"]
    assert [d.is_mended async for d in rebuild_inboxes(messaging)] == [False, False]


@pytest.mark.parametrize("changes", DAMAGE.values(), ids=DAMAGE.keys())
async def test_a_device_that_comes_back_hears_of_the_others(
    messaging: MessagingContext, table: Table, andrew: User, group: str, changes: dict[str, Any]
) -> None:
    await damage(table, keys.message_key(group, 2), changes)
    await damage(table, keys.inbox_row_key(andrew.user_uuid, group), {"last_seq": None})
    missed = await MissedEvents(messaging, andrew.user_uuid, "").find()
    assert [event.type for event in missed if "Other" in repr(event)] == ["group", "message"]
    others = await MissedEvents(messaging, person("bayko").user_uuid, "").find()
    assert [event.type for event in others] == ["group", "message", "message", "message"]


async def test_a_garbled_conversation_is_named_and_the_others_are_told_of(
    messaging: MessagingContext, table: Table, andrew: User, group: str
) -> None:
    await damage(table, keys.group_key(group), {"members": "everybody"})
    elsewhere = MessagingContext(table=table, bus=messaging.bus, clock=messaging.clock)
    with captured_logs() as logs:
        missed = await MissedEvents(elsewhere, andrew.user_uuid, "").find()
    assert [event.type for event in missed] == ["group", "message"]
    assert all("Other" in repr(event) for event in missed)
    assert f"MSG#{group} / GROUP" in {log.get("key") for log in logs}
    unreadable: list[Item] = []
    rows = await exported_rows(elsewhere, andrew.user_uuid)
    told = [m async for _, m in export_messages(elsewhere, rows, lambda i, _: unreadable.append(i))]
    assert [message.message for message in told] == ["Other"]
    assert unreadable == [{"pk": f"MSG#{group}", "sk": "GROUP"}]


async def test_the_projector_sets_a_message_of_a_garbled_conversation_aside(
    messaging: MessagingContext, table: Table, stream: Stream, andrew: User, group: str
) -> None:
    await send_message(messaging, andrew, group, "4")
    await damage(table, keys.group_key(group), {"members": "everybody"})
    elsewhere = MessagingContext(table=table, bus=messaging.bus, clock=messaging.clock)
    failed = await project_batch(elsewhere, await stream.take())
    assert [change.key.sk for change in failed.broken] == ["000000000004"]
    assert not failed.waiting


async def test_somebody_can_join_where_another_program_wrote_among_the_messages(
    messaging: MessagingContext, table: Table, andrew: User, bayko: User
) -> None:
    lunch = (await start_group(messaging, andrew, [], "Lunch")).message_group_uuid
    await send_message(messaging, andrew, lunch, "Before")
    await table.put(Put({"pk": keys.messages_pk(lunch), "sk": ISO}))
    changed = await add_members(messaging, andrew.user_uuid, lunch, [bayko])
    assert changed.members[bayko.user_uuid].joined_seq == 2
