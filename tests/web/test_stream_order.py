"""What a stream asks and reads, and when: before which event, and after which."""

import asyncio

import pytest
from litestar import Litestar
from tests.stage import Interrupted
from tests.web.callers import Person, remove
from tests.web.listening import check_often, listening

from cruddur.bootstrap import Application
from cruddur.messaging.events import channel
from cruddur.ports.bus import Event
from cruddur.web.http.context import Context

pytestmark = pytest.mark.every_engine


async def test_a_stream_that_is_never_quiet_ends_with_its_account_too(
    address: str, app: Litestar, application: Application, andrew: Person
) -> None:
    context: Context = app.state["context"]
    check_often(app)
    event = Event("typing", b"{}", "")

    async def never_be_quiet() -> None:
        while context.streams.count:
            await application.messaging.bus.publish([channel(andrew.uuid)], event)
            await asyncio.sleep(0.01)

    async with listening(address, andrew) as his:
        busy = asyncio.create_task(never_be_quiet())
        assert (await his.next()).type == "typing"
        await remove(application, andrew)
        async with asyncio.timeout(30):
            assert {heard.type for heard in await his.all()} == {"typing"}
    await busy


async def test_what_is_sent_while_a_stream_reads_what_was_missed_is_on_it(
    address: str, application: Application, andrew: Person, bayko: Person
) -> None:
    first = await andrew.send("first", handle="bayko")

    async def send() -> None:
        await andrew.send("meanwhile", handle="bayko")

    messaging = application.messaging
    messaging.table = Interrupted(messaging.table, "query", send)
    resume = {"Last-Event-ID": first["created_at"]}
    async with listening(address, bayko, headers=resume) as hers:
        async with asyncio.timeout(10):
            while (heard := await hers.next()).data.get("seq") != 2:
                assert heard.type in {"group", "message"}
        assert (heard.type, heard.data["message"]) == ("message", "meanwhile")
