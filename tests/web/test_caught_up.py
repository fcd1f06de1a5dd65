"""What a stream says of the time before it was open, and whether that is all."""

import html
import json
import re
from datetime import timedelta

import pytest
from tests.web.callers import Person
from tests.web.listening import Device, Heard, listening

from cruddur.bootstrap import Application
from cruddur.domain.model import timestamp
from cruddur.ports.clock import utc_now
from cruddur.web.sse.resumed import ABSENCE_MAX, OVERLAP


@pytest.fixture
async def group(andrew: Person, bayko: Person) -> str:
    uuid: str = (await andrew.send("Hello", handle="bayko"))["message_group_uuid"]
    return uuid


async def until_typing(device: Device, other: Person, group: str) -> list[Heard]:
    """What comes before an event of this moment."""
    await other.http.post(f"/api/message_groups/{group}/typing")
    heard = []
    while (event := await device.next()).type != "typing":
        heard.append(event)
    return heard


def is_complete(device: Device) -> bool:
    assert device.caught_up is not None
    return bool(device.caught_up.data["is_complete"])


async def page_of(person: Person) -> tuple[str, str]:
    """The id of a page that was just made, and the time from which it resumes."""
    text = (await person.http.get("/")).text
    found = re.search("data-stream='([^']*)'", text)
    assert found is not None
    stream = json.loads(html.unescape(found[1]))
    return stream["page"], stream["resume_at"]


@pytest.mark.parametrize(
    ("absence", "is_told"),
    [
        (None, False),
        (timedelta(), True),
        (ABSENCE_MAX - OVERLAP - timedelta(minutes=1), True),
        (ABSENCE_MAX, False),
        (-timedelta(minutes=2), False),
    ],
    ids=["new", "short", "nearly an hour", "long", "a wrong clock"],
)
async def test_a_stream_says_whether_it_told_all_that_was_missed(  # noqa: PLR0917  fixtures
    address: str,
    andrew: Person,
    bayko: Person,
    group: str,
    absence: timedelta | None,
    is_told: bool,
) -> None:
    last = {} if absence is None else {"Last-Event-ID": timestamp(utc_now() - absence)}
    async with listening(address, bayko, headers=last) as hers:
        await until_typing(hers, andrew, group)
    assert is_complete(hers) == is_told


async def test_the_id_of_a_stream_that_caught_up_resumes_from_that_moment(
    address: str, andrew: Person, bayko: Person, group: str
) -> None:
    async with listening(address, bayko) as hers:
        await until_typing(hers, andrew, group)
    assert hers.caught_up is not None
    await andrew.send("Are you there?", message_group_uuid=group)
    last = {"Last-Event-ID": hers.caught_up.id}
    async with listening(address, bayko, headers=last) as hers:
        heard = await until_typing(hers, andrew, group)
    assert "Are you there?" in [event.data["message"] for event in heard]


async def test_a_page_is_told_what_happened_between_it_and_its_stream(
    address: str, andrew: Person, bayko: Person, group: str
) -> None:
    page, resume_at = await page_of(bayko)
    await bayko.http.post(f"/api/message_groups/{group}/read", json={"seq": 1})
    await andrew.http.patch(f"/api/messages/{group}/1", json={"message": "Hello!"})
    last = {"Last-Event-ID": resume_at}
    async with listening(address, bayko, headers=last, query=f"?page={page}") as hers:
        heard = await until_typing(hers, andrew, group)
    assert [event.type for event in heard][:2] == ["read", "message_changed"]
    assert is_complete(hers)
    async with listening(address, bayko, headers=last, query=f"?page={page}") as hers:
        await until_typing(hers, andrew, group)
    assert not is_complete(hers)  # a page has one first stream


async def test_nobody_gets_the_events_of_another_persons_page(
    address: str, application: Application, andrew: Person, bayko: Person, group: str
) -> None:
    page, _ = await page_of(andrew)
    await andrew.http.post(f"/api/message_groups/{group}/read", json={"seq": 1})
    last = {"Last-Event-ID": application.messaging.now()}
    async with listening(address, bayko, headers=last, query=f"?page={page}") as hers:
        heard = await until_typing(hers, andrew, group)
    assert "read" not in [event.type for event in heard]
    assert not is_complete(hers)
