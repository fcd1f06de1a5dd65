"""A change of a group is one event for all members, and has the reader's row on streams that ask."""

import asyncio

import pytest
from litestar import Litestar
from tests.stage import Interrupted
from tests.web.callers import Person
from tests.web.listening import Device, Heard, listening

from cruddur.bootstrap import Application
from cruddur.domain.errors import TableUnavailable
from cruddur.messaging.events import GroupChanged
from cruddur.ports.bus import Event
from cruddur.web.http.context import Context
from cruddur.web.sse.encoding import encode_event
from cruddur.web.sse.examples import EXAMPLES
from cruddur.web.sse.own_rows import WAITING_MAX, OwnRows

pytestmark = pytest.mark.every_engine

SHARED = "?group_rows=false"


async def lake(andrew: Person, *handles: str) -> str:
    body = {"handles": list(handles), "title": "Lake"}
    uuid: str = (await andrew.http.post("/api/message_groups", json=body)).json()["uuid"]
    return f"/api/message_groups/{uuid}"


async def heard(device: Device, *types: str) -> list[Heard]:
    """The next event of each of these types, which come in this order."""
    found = []
    for wanted in types:
        while (event := await device.next()).type != wanted:
            assert event.type not in types
        found.append(event)
    return found


async def test_each_stream_gets_the_form_that_it_asked_for(
    address: str, andrew: Person, bayko: Person
) -> None:
    group = await lake(andrew, "bayko")
    async with (
        listening(address, bayko) as own,
        listening(address, bayko, query=SHARED) as shared,
    ):
        assert (await andrew.http.patch(group, json={"title": "Sea"})).is_success
        with_row, renamed = await heard(own, "group", "message")
        (alone,) = await heard(shared, "group_changed")
    row, members = with_row.data, [one["uuid"] for one in with_row.data["members"]]
    assert (row["title"], row["display_name"], row["version"]) == ("Sea", "Sea", 2)
    assert (row["read_seq"], row["by_user_uuid"], len(members)) == (0, andrew.uuid, 2)
    assert renamed.data["event"]["type"] == "renamed"
    assert alone.data.items() <= row.items()
    assert "last_seq" not in alone.data


async def test_a_newcomer_gets_their_row_and_the_others_learn_of_them(
    address: str, andrew: Person, bayko: Person, mallory: Person
) -> None:
    group = await lake(andrew, "bayko")
    async with (
        listening(address, bayko, query=SHARED) as member,
        listening(address, mallory, query=SHARED) as newcomer,
    ):
        added = await andrew.http.post(f"{group}/members", json={"handles": ["mallory"]})
        assert added.is_success
        (mine,) = await heard(newcomer, "group")
        (theirs,) = await heard(member, "group_changed")
    assert (mine.data["version"], mine.data["last_seq"]) == (2, 2)
    assert mallory.uuid in {one["uuid"] for one in theirs.data["members"]}


async def test_a_page_that_was_made_before_the_change_gets_it_with_its_stream(
    address: str, app: Litestar, andrew: Person, bayko: Person
) -> None:
    group = await lake(andrew, "bayko")
    context: Context = app.state["context"]
    pages = [await context.held_events.hold(bayko.uuid) for _ in range(2)]
    assert (await andrew.http.patch(group, json={"title": "Sea"})).is_success
    async with listening(address, bayko, query=f"?page={pages[0]}") as older:
        (with_row,) = await heard(older, "group")
    async with listening(address, bayko, query=f"{SHARED}&page={pages[1]}") as newer:
        (alone,) = await heard(newer, "group_changed")
    assert with_row.data["display_name"] == alone.data["display_name"] == "Sea"


async def test_a_change_whose_row_is_not_to_be_had_is_left_out(
    application: Application,
) -> None:
    (changed,) = [encode_event(one) for one in EXAMPLES if isinstance(one, GroupChanged)]
    typing = Event("typing", b"{}")
    messaging = application.messaging
    rows = OwnRows(messaging, "stranger", lambda _: None, lambda: None)
    assert await rows.completed([changed, typing]) == [typing]

    async def fail() -> None:
        raise TableUnavailable("stopped")

    messaging.table = Interrupted(messaging.table, "get", fail)
    assert await rows.completed([typing, changed]) == [typing]


async def test_more_events_than_may_wait_for_a_row_end_the_stream(
    application: Application,
) -> None:
    ended = asyncio.Event()
    sent: list[Event] = []
    rows = OwnRows(application.messaging, "nobody", sent.append, ended.set)
    changed = b'{"uuid":"x"}'
    for _ in range(WAITING_MAX + 1):
        rows.pass_on(Event("group_changed", changed))
    assert (ended.is_set(), sent) == (True, [])
    rows.close()
