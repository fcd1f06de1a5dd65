"""A message answers another by its number, if its sender may see that one."""

import asyncio

import msgspec
import pytest
from tests.stage import Stream, beside, come_back

from cruddur.domain.errors import Invalid, NotFound
from cruddur.domain.model import Message, User
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.add_members import add_members
from cruddur.messaging.groups.leave_group import leave_group
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.delete_message import delete_message
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.messaging.messages.list_quoted import list_quoted, quoted_seqs
from cruddur.messaging.messages.send_message import send_message, uuid7
from cruddur.ports.table import Put
from cruddur.schema import items

pytestmark = pytest.mark.every_engine


@pytest.fixture
async def group(messaging: MessagingContext, andrew: User, bayko: User) -> str:
    return (await start_direct_group(messaging, andrew, bayko, "Lunch?")).message_group_uuid


async def answers(messaging: MessagingContext, user: User, group: str) -> list[int | None]:
    page = await list_messages(messaging, user.user_uuid, group, limit=100)
    return [message.reply_to_seq for message in page.messages]


async def differences(messaging: MessagingContext) -> list[str]:
    return [one.what async for one in verify_inboxes(messaging)]


async def test_an_answer_holds_the_number_of_what_it_answers(
    messaging: MessagingContext, stream: Stream, andrew: User, bayko: User, group: str
) -> None:
    sent = await send_message(messaging, bayko, group, "Yes", reply_to_seq=1)
    assert sent.reply_to_seq == 1
    await edit_message(messaging, bayko.user_uuid, group, 2, "Yes, please")
    await delete_message(messaging, andrew.user_uuid, group, 1)
    assert await answers(beside(messaging), andrew, group) == [None, 1]
    await stream.project(messaging)
    assert await differences(messaging) == []


@pytest.mark.parametrize("number", [0, 2, 3, 10**12 - 1])
async def test_a_number_that_no_message_has_is_no_answer(
    messaging: MessagingContext, bayko: User, group: str, number: int
) -> None:
    for process in (messaging, beside(messaging)):
        with pytest.raises(Invalid) as refused:
            await send_message(process, bayko, group, "To what?", reply_to_seq=number)
        assert refused.value.code == "reply_to_seq_unknown"
    assert await answers(messaging, bayko, group) == [None]


async def test_what_another_process_has_just_written_can_be_answered(
    messaging: MessagingContext, andrew: User, bayko: User, group: str
) -> None:
    await send_message(messaging, andrew, group, "Today")
    other = beside(messaging)
    await send_message(other, bayko, group, "Where?")
    await send_message(other, bayko, group, "And when?")
    sent = await send_message(messaging, andrew, group, "At one", reply_to_seq=4)
    assert (sent.seq, sent.reply_to_seq) == (5, 4)


async def test_a_wrong_number_among_many_at_once_fails_alone(
    messaging: MessagingContext, andrew: User, group: str
) -> None:
    wanted = [1, 77, 1, None, 1]
    sends = (send_message(messaging, andrew, group, "Go", reply_to_seq=one) for one in wanted)
    outcomes = await asyncio.gather(*sends, return_exceptions=True)
    assert [isinstance(one, Invalid) for one in outcomes] == [False, True, False, False, False]
    assert sorted(map(str, await answers(messaging, andrew, group))) == ["1"] * 3 + ["None"] * 2


async def test_a_newcomer_cannot_answer_what_they_cannot_see(
    messaging: MessagingContext, andrew: User, bayko: User, mallory: User
) -> None:
    group = (await start_group(messaging, andrew, [bayko], "Lake")).message_group_uuid
    await send_message(messaging, andrew, group, "Secret")
    await add_members(messaging, andrew.user_uuid, group, [mallory])
    with pytest.raises(Invalid):
        await send_message(messaging, mallory, group, "What?", reply_to_seq=2)
    await send_message(messaging, bayko, group, "Yes", reply_to_seq=2)
    assert await list_quoted(messaging, mallory.user_uuid, group, [2]) == []
    assert [one.message for one in await list_quoted(messaging, bayko.user_uuid, group, [2])] == [
        "Secret"
    ]


async def test_a_retry_is_recognized_although_its_sender_left_and_came_back_in_between(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = (await start_group(messaging, andrew, [bayko], "Lake")).message_group_uuid
    await send_message(messaging, andrew, group, "Who comes?")
    mine = {"message_uuid": uuid7(), "after": 2, "reply_to_seq": 2}
    first = await send_message(messaging, bayko, group, "Me", **mine)  # type: ignore[arg-type]
    await leave_group(messaging, bayko.user_uuid, group)
    await come_back(messaging, andrew, group, bayko)
    for process in (messaging, beside(messaging)):
        again = await send_message(process, bayko, group, "Me", **mine)  # type: ignore[arg-type]
        assert again == first


async def test_a_message_to_a_handle_answers_only_in_a_conversation_that_exists(
    messaging: MessagingContext, andrew: User, bayko: User, mallory: User, group: str
) -> None:
    cold = beside(messaging)
    sent = await start_direct_group(cold, bayko, andrew, "Yes", reply_to_seq=1)
    assert (sent.seq, sent.reply_to_seq) == (2, 1)
    with pytest.raises(Invalid):
        await start_direct_group(messaging, mallory, andrew, "Hello", reply_to_seq=1)


async def test_quoted_messages_are_found_as_they_are_now_and_for_members_only(
    messaging: MessagingContext, andrew: User, bayko: User, mallory: User, group: str
) -> None:
    for text in ("Two", "Three"):
        await send_message(messaging, andrew, group, text)
    await edit_message(messaging, andrew.user_uuid, group, 2, "Deux")
    found = await list_quoted(messaging, bayko.user_uuid, group, [3, 2, 2, 0, 99])
    assert [(one.seq, one.message) for one in found] == [(2, "Deux"), (3, "Three")]
    with pytest.raises(NotFound):
        await list_quoted(messaging, mallory.user_uuid, group, [1])


async def test_verify_names_an_answer_to_a_later_message(
    messaging: MessagingContext, stream: Stream, andrew: User, group: str
) -> None:
    stored = await send_message(messaging, andrew, group, "Odd", reply_to_seq=1)
    odd = msgspec.structs.replace(stored, reply_to_seq=7)
    await messaging.table.put(Put(items.message_item(odd)))
    await stream.project(messaging)
    assert await differences(messaging) == ["message 2 answers message 7, which is not before it"]


def test_what_a_page_quotes_and_does_not_show_is_asked_for_once() -> None:
    def message(seq: int, answered: int | None, deleted_at: str | None = None) -> Message:
        return Message(
            message_group_uuid="g", seq=seq, message_uuid="m", message="", user_uuid="u",
            user_handle="h", user_display_name="n", created_at="t", reply_to_seq=answered,
            deleted_at=deleted_at,
        )  # fmt: skip

    page = [message(7, 2), message(8, 7), message(9, 2), message(10, 3, "then"), message(11, None)]
    assert quoted_seqs(page) == [2]
