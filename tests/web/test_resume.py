"""A stream that is resumed while the projector stands still, over a socket."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from litestar import Litestar
from tests.stage import Stream
from tests.web.callers import Person
from tests.web.listening import listening

from cruddur.bootstrap import Application, open_application
from cruddur.config import Settings
from cruddur.engines.bus.memory import MemoryBus
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.clock import utc_now

pytestmark = pytest.mark.every_engine


@pytest.fixture
async def application(settings: Settings) -> AsyncIterator[Application]:
    """Without a projector: rows move when a test says so."""
    async with open_application(settings) as application:
        yield application


@pytest.fixture
async def group(application: Application, andrew: Person, bayko: Person) -> str:
    """A conversation of yesterday."""
    application.messaging.clock = lambda: utc_now() - timedelta(days=1)
    uuid: str = (await andrew.send("Yesterday", handle="bayko"))["message_group_uuid"]
    application.messaging.clock = utc_now
    return uuid


async def test_a_resumed_stream_tells_right_numbers_and_what_was_missed(
    address: str, application: Application, andrew: Person, bayko: Person, group: str
) -> None:
    last = {"Last-Event-ID": application.messaging.now()}
    sent = [await andrew.send(text, message_group_uuid=group) for text in ("One", "Two")]
    async with listening(address, bayko, headers=last) as hers:
        heard = await hers.next()
        assert (heard.type, heard.data["last_seq"], heard.data["unread"]) == ("group", 3, 3)
        for message in sent:
            heard = await hers.next()
            assert (heard.type, heard.id, heard.data["seq"]) == (
                "message",
                message["created_at"],
                message["seq"],
            )


@pytest.fixture
def looks_again_often(app: Litestar) -> None:
    app.state["context"].look_again_after = [0.01] * 1000


@pytest.mark.usefixtures("looks_again_often")
async def test_what_another_process_sent_is_told_once_its_row_has_moved(
    address: str, application: Application, andrew: Person, bayko: Person, group: str
) -> None:
    messaging = application.messaging
    last = {"Last-Event-ID": messaging.now()}
    elsewhere = MessagingContext(table=messaging.table, bus=MemoryBus())
    await send_message(elsewhere, andrew.user, group, "From elsewhere")
    async with listening(address, bayko, headers=last) as hers:
        await andrew.http.post(f"/api/message_groups/{group}/typing")
        assert (await hers.next()).type == "typing"
        await Stream(messaging.table).project(messaging)  # type: ignore[arg-type]
        heard = [await hers.next() for _ in range(2)]
    assert [one.type for one in heard] == ["group", "message"]
    assert heard[1].data["message"] == "From elsewhere"
