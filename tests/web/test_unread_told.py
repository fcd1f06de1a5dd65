"""A stream that asks for it tells how much is unread, at first and when it changes."""

import pytest
from litestar import Litestar
from tests.web.callers import Person
from tests.web.listening import Device, listening
from tests.web.test_unread import until

from cruddur.web.http.context import Context
from cruddur.web.http.count_seconds import CountSeconds

pytestmark = pytest.mark.every_engine

ASKING = "?unread=true"


@pytest.fixture(autouse=True)
def soon(app: Litestar) -> None:
    context: Context = app.state["context"]
    context.unread_seconds = CountSeconds(gather=0.01, rest=0.2)


async def told(device: Device, messages: int, conversations: int) -> None:
    """Awaits this number. A count may come between two messages."""
    while True:
        heard = await device.next()
        if heard.type == "unread" and heard.data["messages"] == messages:
            assert heard.data["conversations"] == conversations
            return


async def test_it_is_told_at_first_and_when_it_changes(
    address: str, andrew: Person, bayko: Person, mallory: Person
) -> None:
    first = await andrew.send("one", handle="bayko")
    await until(bayko, 1, 1)
    group = f"/api/message_groups/{first['message_group_uuid']}"
    async with listening(address, bayko, query=ASKING) as device:
        assert device.ready["unread"] == {"messages": 1, "conversations": 1}
        await mallory.send("two", handle="bayko")
        await told(device, 2, 2)
        await bayko.http.post(f"{group}/read", json={"seq": 1})
        await told(device, 1, 1)
        await andrew.send("three", message_group_uuid=first["message_group_uuid"])
        await told(device, 2, 2)
        await bayko.http.patch(f"{group}/settings", json={"muted_until": "always"})
        await told(device, 1, 1)


async def test_a_stream_that_does_not_ask_is_told_nothing(
    address: str, andrew: Person, bayko: Person
) -> None:
    async with (
        listening(address, bayko) as plain,
        listening(address, bayko, query=ASKING) as asking,
    ):
        assert "unread" not in plain.ready
        assert asking.ready["unread"] == {"messages": 0, "conversations": 0}
        first = await andrew.send("one", handle="bayko")
        await told(asking, 1, 1)
        await andrew.send("two", message_group_uuid=first["message_group_uuid"])
        assert [(await plain.next()).data["seq"] for _ in range(2)] == [1, 2]


async def test_what_is_neither_true_nor_false_is_refused(andrew: Person) -> None:
    answer = await andrew.http.get("/api/events?unread=much")
    assert (answer.status_code, answer.json()["code"]) == (422, "validation")
