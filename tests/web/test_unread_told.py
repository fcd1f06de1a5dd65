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
        number = heard.data if heard.type == "unread" else heard.data.get("unread")
        if number and number["messages"] == messages:
            assert number["conversations"] == conversations
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


async def test_what_is_read_is_told_with_the_number(
    address: str, app: Litestar, andrew: Person, bayko: Person, mallory: Person
) -> None:
    # What is read while a count is made comes without a number.
    app.state["context"].unread_seconds = CountSeconds(gather=3600, rest=0)
    first = await andrew.send("one", handle="bayko")
    await andrew.send("two", message_group_uuid=first["message_group_uuid"])
    await mallory.send("three", handle="bayko")
    await until(bayko, 3, 2)
    group = f"/api/message_groups/{first['message_group_uuid']}"
    async with (
        listening(address, bayko, query=ASKING) as asking,
        listening(address, bayko) as plain,
    ):
        for seq, messages, conversations in ((1, 2, 2), (2, 1, 1)):
            await bayko.http.post(f"{group}/read", json={"seq": seq})
            read = await asking.next()
            assert (read.type, read.data["seq"]) == ("read", seq)
            assert read.data["unread"] == {"messages": messages, "conversations": conversations}
            assert "unread" not in (await plain.next()).data


async def test_what_is_read_in_a_muted_conversation_changes_no_number(
    address: str, andrew: Person, bayko: Person
) -> None:
    first = await andrew.send("one", handle="bayko")
    group = f"/api/message_groups/{first['message_group_uuid']}"
    await until(bayko, 1, 1)
    await bayko.http.patch(f"{group}/settings", json={"muted_until": "always"})
    await until(bayko, 0, 0)
    async with listening(address, bayko, query=ASKING) as device:
        await bayko.http.post(f"{group}/read", json={"seq": 1})
        assert (await device.next()).data["unread"] == {"messages": 0, "conversations": 0}


async def test_a_number_that_is_not_certain_is_not_told(
    address: str, app: Litestar, andrew: Person, bayko: Person
) -> None:
    app.state["context"].unread_seconds = CountSeconds(gather=3600, rest=0)
    async with listening(address, bayko, query=ASKING) as device:
        first = await andrew.send("one", handle="bayko")  # which nobody counts for an hour
        await device.next()
        group = f"/api/message_groups/{first['message_group_uuid']}"
        await bayko.http.post(f"{group}/read", json={"seq": 1})
        read = await device.next()
        assert read.type == "read"
        assert "unread" not in read.data


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
