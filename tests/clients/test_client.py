"""The client for Python, both of its kinds, against a service that runs."""

import asyncio
from pathlib import Path

import pytest
from tests.bus.services import PASSWORD, service
from tests.bus.services import entered as signed_up
from tests.clients.conftest import Entering

from cruddur_client import ApiError, AsyncClient, Client, Message


def _talk(url: str, token: str, other: str) -> list[str]:
    with Client(url, token) as client:
        first = client.send("Hello", to=other)
        again = client.send("Hello", conversation=first.conversation, message_uuid=first.uuid)
        edited = client.edit(first, "Hello, Bayko")
        client.react(first, "👍")
        deleted = client.delete(client.send("Oops", conversation=first.conversation))
        changed = client.changes(first.conversation, after=0)
        (row,) = client.conversations()
        found = client.messages(first.conversation)
    assert again.seq == first.seq == 1
    assert (row.last_seq, row.handle, row.kind) == (2, other, "direct")
    assert changed.last_change_seq == deleted.change_seq
    assert list(found[0].reactions) == ["👍"]
    return [edited.text, *(message.text for message in found)]


async def test_the_client_that_waits_does_what_a_person_does(url: str, entered: Entering) -> None:
    async with entered("andrew") as andrew, entered("bayko") as bayko:
        texts = await asyncio.to_thread(_talk, url, andrew.token, bayko.user.handle)
    assert texts == ["Hello, Bayko", "Hello, Bayko", ""]


async def test_the_client_that_awaits_signs_in_and_hears_of_messages(
    url: str, entered: Entering
) -> None:
    async with entered("andrew") as andrew, signed_up(url, "bayko"):
        bayko = await AsyncClient.sign_in(url, "bayko", PASSWORD)
        async with bayko, AsyncClient(url, andrew.token) as sender:
            heard = None
            async for event in bayko.events():
                if event.type == "ready":
                    await sender.send("Hello", to="bayko")
                elif event.type == "message":
                    heard = Message.from_json(event.data)
                    break
            assert heard is not None
            await bayko.mark_read(heard.conversation, heard.seq)
            row = await bayko.conversation(heard.conversation)
    assert (heard.text, heard.handle, row.unread) == ("Hello", andrew.user.handle, 0)


async def test_all_pages_of_an_inbox_are_listed(url: str, entered: Entering) -> None:
    async with entered("andrew") as andrew, AsyncClient(url, andrew.token) as client:
        for number in range(103):
            group = {"title": f"Group {number}", "handles": [andrew.user.handle]}
            (await andrew.http.post("/api/message_groups", json=group)).raise_for_status()
        titles = [row.display_name async for row in client.conversations()]
    assert titles == [f"Group {number}" for number in reversed(range(103))]


async def test_a_refusal_says_what_and_which_field(url: str, entered: Entering) -> None:
    async with entered("andrew") as andrew, AsyncClient(url, andrew.token) as client:
        with pytest.raises(ApiError) as refused:
            await client.send("Hello", to="nobody")
        with pytest.raises(ApiError) as empty:
            await client.send("", to=andrew.user.handle)
    assert (refused.value.status, refused.value.code) == (404, "user_not_found")
    assert (empty.value.status, empty.value.field) == (422, "message")


async def test_a_path_of_the_services_own_is_kept(tmp_path: Path) -> None:
    async with (
        service(tmp_path, {"CRUDDUR_BASE_PATH": "/chat"}) as (_, url),
        signed_up(url, "andrew") as andrew,
        AsyncClient(url, andrew.token) as client,
    ):
        me = await client.me()
        rows = [row async for row in client.conversations()]
    assert (me.handle, rows) == ("andrew", [])


async def test_a_token_that_ended_is_asked_for_again_once(url: str, entered: Entering) -> None:
    async with entered("andrew") as andrew:
        tokens = iter(["ended", andrew.token])

        async def ask() -> str:
            return next(tokens)

        async with AsyncClient(url, ask) as client:
            assert (await client.me()).handle == andrew.user.handle
        with Client(url, lambda: "ended") as stranger, pytest.raises(ApiError) as refused:
            await asyncio.to_thread(stranger.me)
    assert refused.value.status == 401
