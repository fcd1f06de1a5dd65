"""A line of the service is an event: numbered, in the rows, not unread, and nobody's."""

import pytest
from tests.stage import Stream

from cruddur.domain.model import User
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.messaging.messages.send_message import send_message
from cruddur.messaging.messages.tell_conversation import NOBODY, tell_conversation

pytestmark = pytest.mark.every_engine


@pytest.fixture(params=["direct", "group"])
async def group(
    request: pytest.FixtureRequest, messaging: MessagingContext, andrew: User, bayko: User
) -> str:
    if request.param == "direct":
        return (await start_direct_group(messaging, andrew, bayko, "1")).message_group_uuid
    return (await start_group(messaging, andrew, [bayko], "Trip")).message_group_uuid


async def test_it_has_the_next_number_and_is_not_unread(
    messaging: MessagingContext, stream: Stream, andrew: User, bayko: User, group: str
) -> None:
    await stream.project(messaging)
    [before] = (await list_inbox(messaging, bayko.user_uuid)).rows
    told = await tell_conversation(messaging, group, "It was sent.", display_name="Shop")
    sent = await send_message(messaging, andrew, group, "Thanks")
    await stream.project(messaging)
    [row] = (await list_inbox(messaging, bayko.user_uuid)).rows
    assert (told.kind, told.user_uuid, sent.seq) == ("event", NOBODY, told.seq + 1)
    assert (row.last_seq, row.unread) == (sent.seq, before.unread + 1)
    assert [one.what async for one in verify_inboxes(messaging)] == []


async def test_it_is_read_in_its_place(
    messaging: MessagingContext, bayko: User, group: str
) -> None:
    told = await tell_conversation(messaging, group, "It was *sent* to @andrew.", display_name="S")
    page = await list_messages(messaging, bayko.user_uuid, group, limit=10)
    shown = {one.seq: one for one in page.messages}[told.seq]
    assert (shown.message, shown.mentions) == ("It was *sent* to @andrew.", {})
