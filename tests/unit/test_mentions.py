"""A mention is fixed when a message is sent or edited, is on the row, and is found by whom it names."""

from collections.abc import Sequence
from itertools import permutations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.js.formatting_cases import texts_of_chance
from tests.stage import Clock, Stream, come_back, person

from cruddur.domain.errors import ConditionFailed
from cruddur.domain.member import Member
from cruddur.domain.mentions import MENTION_SEQS_MAX, MENTIONS_MAX, mentions_in
from cruddur.domain.model import InboxRow, MessageGroup, User
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.leave_group import leave_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.find_inbox_row import find_inbox_row
from cruddur.messaging.inbox.hide_messages import hide_messages
from cruddur.messaging.inbox.list_mentions import Place, list_mentions
from cruddur.messaging.inbox.project import project
from cruddur.messaging.inbox.rebuild_inboxes import rebuild_inboxes
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.inbox.write_row import write_row
from cruddur.messaging.messages.delete_message import delete_message
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.table import Put, Update
from cruddur.schema import items, keys


def group_of(*handles: str) -> MessageGroup:
    """A group whose members' uuids are their handles, in small letters."""
    members = {handle.lower(): Member(handle=handle, display_name=handle) for handle in handles}
    return MessageGroup(message_group_uuid="g", kind="group", members=members, created_at="")


GROUP = group_of("maya", "Tomas", "maya.l", "in_es")


@pytest.mark.parametrize(
    ("text", "mentioned"),
    [
        ("@maya", {"maya": "maya"}),
        (
            "Hello @MAYA, @tomas and @maya.l.",
            {"maya": "MAYA", "tomas": "tomas", "maya.l": "maya.l"},
        ),
        ("(@maya) *@tomas* _@in_es_\n> @maya.l...", dict.fromkeys(GROUP.members)),
        ("@maya.", {"maya": "maya"}),
        ("@mayax @may @nobody maya@maya @@maya /@maya .@maya", {}),
        ("`@maya` and ```@maya``` code", {}),
        ("```\n@maya\n```", {}),
        ("https://a.example/?x=@maya www.a.example/@tomas", {}),
        ("@maya @Maya", {"maya": "maya"}),
        ("@", {}),
    ],
)
def test_whom_a_text_mentions(text: str, mentioned: dict[str, str | None]) -> None:
    found = mentions_in(text, GROUP)
    assert found.keys() == mentioned.keys()
    assert all(mentioned[uuid] in {handle, None} for uuid, handle in found.items())


def test_a_message_mentions_no_more_than_it_may() -> None:
    many = [f"maya{number}" for number in range(MENTIONS_MAX + 5)]
    found = mentions_in(" ".join(f"@{handle}" for handle in many), group_of(*many))
    assert list(found) == many[:MENTIONS_MAX]


@given(st.integers(0, 2**32).map(lambda seed: texts_of_chance(1, seed)[0]))
def test_what_a_text_mentions_stands_in_it(text: str) -> None:
    for handle in mentions_in(text, group_of("maya_", "a", "b_c")).values():
        assert f"@{handle}" in text


class Talk:
    """A group of three, of which Carla is mentioned. Its message 1 says that it was made."""

    def __init__(self, messaging: MessagingContext, stream: Stream, *people: User) -> None:
        self.messaging, self.stream = messaging, stream
        self.andrew, self.bayko, self.carla = people
        self.uuid = ""

    async def says(self, *texts: str) -> None:
        for text in texts:
            await send_message(self.messaging, self.andrew, self.uuid, text)
        await self.stream.project(self.messaging)

    async def row(self) -> InboxRow:
        return (await find_inbox_row(self.messaging, self.carla.user_uuid, self.uuid))[0]

    async def mentioned(self, before: Place | None = None) -> list[int]:
        page = await list_mentions(self.messaging, self.carla.user_uuid, before=before)
        return [message.seq for message in page.messages]

    async def wrong(self) -> list[str]:
        return [one.what async for one in verify_inboxes(self.messaging)]

    async def edits(self, seq: int, text: str) -> None:
        await edit_message(self.messaging, self.andrew.user_uuid, self.uuid, seq, text)
        await self.stream.project(self.messaging)


@pytest.fixture
async def talk(messaging: MessagingContext, stream: Stream, andrew: User, bayko: User) -> Talk:
    made = Talk(messaging, stream, andrew, bayko, person("carla"))
    for user in (andrew, bayko, made.carla):
        await messaging.table.transact([Put(item) for item in items.person_items(user)])
    group = await start_group(messaging, andrew, [bayko, made.carla], "Lake")
    made.uuid = group.message_group_uuid
    return made


pytestmark = pytest.mark.every_engine


async def test_a_mention_is_on_the_message_and_on_the_row_of_whom_it_names(talk: Talk) -> None:
    await talk.says("Hello", "Hello @carla", "@andrew and @nobody", "Bye")
    page = await list_messages(talk.messaging, talk.carla.user_uuid, talk.uuid)
    carla, andrew = talk.carla.user_uuid, talk.andrew.user_uuid
    found = [one.mentions for one in page.messages]
    assert found == [{}, {}, {carla: "carla"}, {andrew: "andrew"}, {}]
    assert (await talk.row()).mention_seqs == (3,)
    own, _ = await find_inbox_row(talk.messaging, andrew, talk.uuid)
    assert own.mention_seqs == ()  # one's own message
    assert (await talk.mentioned(), await talk.wrong()) == ([3], [])


async def test_in_whatever_order_they_come_the_row_ends_the_same(talk: Talk) -> None:
    await talk.says("@carla 1", "2", "@carla 3")
    wanted = await talk.row()
    changes = await talk.stream.all()
    for order in permutations(changes[-3:]):
        assert not await project(talk.messaging, order)
        assert await talk.row() == wanted
    assert wanted.mention_seqs == (2, 4)


async def test_two_late_mentions_at_once_lose_neither(talk: Talk) -> None:
    """They change nothing else of the row, so nothing else shows that it was written meanwhile."""
    await talk.says("@carla 1", "@carla 2", "3")
    key = keys.inbox_row_key(talk.carla.user_uuid, talk.uuid)
    await talk.messaging.table.update(Update(key, {}, ["mention_seqs"]))
    row, group = await find_inbox_row(talk.messaging, talk.carla.user_uuid, talk.uuid)
    page = await list_messages(talk.messaging, talk.carla.user_uuid, talk.uuid)
    first, second = [one for one in page.messages if one.mentions]
    await write_row(talk.messaging, row, [first], group)
    with pytest.raises(ConditionFailed):
        await write_row(talk.messaging, row, [second], group)


async def test_an_edit_brings_a_mention_and_takes_one_away(talk: Talk) -> None:
    await talk.says("Hello", "Hello @carla", "@carla @carla")
    await talk.edits(2, "Hello @carla")
    await talk.edits(3, "Hello")
    assert (await talk.mentioned(), (await talk.row()).mention_seqs) == ([4, 2], (2, 3, 4))
    await delete_message(talk.messaging, talk.andrew.user_uuid, talk.uuid, 2)
    await hide_messages(talk.messaging, talk.carla.user_uuid, talk.uuid, [4])
    await talk.stream.project(talk.messaging)
    assert (await talk.mentioned(), await talk.wrong()) == ([], [])
    log = await talk.messaging.table.get(keys.change_key(talk.uuid, 1))
    assert "mentions" not in (log or {})  # it went with the text


async def test_a_mention_stays_when_the_handle_is_another_persons(talk: Talk) -> None:
    await talk.says("@carla")
    group = items.group_from(await talk.messaging.table.get(keys.group_key(talk.uuid)) or {})
    carla, bayko = talk.carla.user_uuid, talk.bayko.user_uuid
    members = {
        **group.members,
        carla: msgspec.structs.replace(group.members[carla], handle="carla2"),
        bayko: msgspec.structs.replace(group.members[bayko], handle="carla"),
    }
    renamed = items.group_item(msgspec.structs.replace(group, members=members))
    await talk.messaging.table.put(Put(renamed))
    await talk.edits(2, "@carla, again")
    await talk.says("@carla")
    page = await list_messages(talk.messaging, carla, talk.uuid)
    assert [list(one.mentions) for one in page.messages] == [[], [carla], [bayko]]


async def test_whoever_left_and_came_back_finds_no_mention_from_before(talk: Talk) -> None:
    await talk.says("@carla 1", "2")
    late = await talk.stream.all()
    await leave_group(talk.messaging, talk.carla.user_uuid, talk.uuid)
    assert await talk.mentioned() == []
    await come_back(talk.messaging, talk.andrew, talk.uuid, talk.carla)
    await talk.edits(2, "@carla, from before")
    await project(talk.messaging, late)
    assert ((await talk.row()).mention_seqs, await talk.mentioned()) == ((), [])
    # Even if a row had such a number, as by a projector that read the members before.
    key = keys.inbox_row_key(talk.carla.user_uuid, talk.uuid)
    await talk.messaging.table.update(Update(key, {"mention_seqs": [2]}))
    assert await talk.mentioned() == []


async def test_mentions_of_all_conversations_come_newest_first_in_pages(
    talk: Talk, clock: Clock
) -> None:
    groups = [talk.uuid]
    for title in ("Boat", "Pier"):
        made = await start_group(talk.messaging, talk.andrew, [talk.carla], title)
        groups.append(made.message_group_uuid)
    sent: list[tuple[str, int]] = []
    for number in range(3 * MENTION_SEQS_MAX // 2):
        clock.turn(seconds=1)
        group = groups[(number * number) % 3]
        message = await send_message(talk.messaging, talk.andrew, group, "@carla")
        sent.append((group, message.seq))
    await talk.stream.project(talk.messaging)
    found, before = [], None
    while True:
        page = await list_mentions(talk.messaging, talk.carla.user_uuid, before=before, limit=4)
        found += [(one.message_group_uuid, one.seq) for one in page.messages]
        assert len(page.messages) == 4 or page.next is None
        if (before := page.next) is None:
            break
    assert found == sent[::-1]


async def test_a_row_keeps_the_last_mentions_and_rebuild_brings_them_back(talk: Talk) -> None:
    await talk.says(*["@carla"] * (MENTION_SEQS_MAX + 3))
    wanted = tuple(range(5, MENTION_SEQS_MAX + 5))
    assert (await talk.row()).mention_seqs == wanted
    assert await talk.wrong() == []
    key = keys.inbox_row_key(talk.carla.user_uuid, talk.uuid)
    lacking: Sequence[Update] = [
        Update(key, {}, ["mention_seqs"]),  # as a version leaves it that knows no mentions
        Update(key, {"mention_seqs": [5, 9]}),
        Update(key, {"mention_seqs": [5, 99]}),
    ]
    for update in lacking:
        await talk.messaging.table.update(update)
        assert [what for what in await talk.wrong() if "mention_seqs" in what]
        assert [one async for one in rebuild_inboxes(talk.messaging)]
        assert ((await talk.row()).mention_seqs, await talk.wrong()) == (wanted, [])
