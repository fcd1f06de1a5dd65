"""Presence: who is online, told to the pages that show them, and to nobody else."""

import asyncio
import json
from collections.abc import Collection, Sequence

import pytest
from litestar import Litestar
from tests.captured_logs import captured_logs
from tests.subscriptions import subscribed
from tests.web.applications import make_app
from tests.web.callers import Person
from tests.web.clients import until
from tests.web.listening import Device, listening

from cruddur.bootstrap import Application
from cruddur.messaging.events import channel
from cruddur.ports.bus import Event
from cruddur.ports.online import OnlineHere
from cruddur.web.http.context import Context
from cruddur.web.http.presence import WATCHED_MAX, Presence
from cruddur.web.sse.encoding import encode_event


@pytest.fixture
def app(application: Application) -> Litestar:
    """Without the pauses in which a person may come back."""
    app = make_app(application.messaging, application.identity, application.settings)
    context: Context = app.state["context"]
    context.presence = quick(application)
    return app


def quick(
    application: Application, online: OnlineHere | None = None, refresh_seconds: float = 0.05
) -> Presence:
    return Presence(
        application.messaging.bus,
        online or OnlineHere(),
        encode_event,
        grace_seconds=0.05,
        doubt_seconds=0.05,
        refresh_seconds=refresh_seconds,
    )


@pytest.fixture
async def talk(andrew: Person, bayko: Person) -> None:
    await andrew.send("hello", handle="bayko")


async def shows(person: Person, device: Device, *people: Person) -> int:
    body = {"user_uuids": [one.uuid for one in people]}
    return (await person.http.put(f"/api/presence/{device.stream_id}", json=body)).status_code


async def told(device: Device) -> tuple[str, bool]:
    heard = await device.next(presence=True)
    assert heard.type == "presence"
    return heard.data["user_uuid"], heard.data["online"]


def is_online(said: Event) -> bool:
    return bool(json.loads(said.data)["online"])


async def nothing_runs(presence: Presence) -> None:
    await until(lambda: not presence._tasks)


@pytest.mark.usefixtures("talk")
async def test_a_page_hears_who_is_there_who_comes_and_who_goes(
    address: str, andrew: Person, bayko: Person
) -> None:
    async with listening(address, andrew) as his:
        assert await shows(andrew, his, bayko) == 204
        assert await told(his) == (bayko.uuid, False)
        async with listening(address, bayko) as hers:
            assert await told(his) == (bayko.uuid, True)
            await shows(bayko, hers, andrew)
            assert await told(hers) == (andrew.uuid, True)
        assert await told(his) == (bayko.uuid, False)


class CountingOnline(OnlineHere):
    """An engine that counts how often it was asked to find people."""

    def __init__(self) -> None:
        super().__init__()
        self.looks = 0

    async def find(self, user_uuids: Sequence[str]) -> Collection[str]:
        self.looks += 1
        return await super().find(user_uuids)


@pytest.mark.usefixtures("talk")
async def test_nothing_is_sent_while_nothing_changes(
    address: str, app: Litestar, application: Application, andrew: Person, bayko: Person
) -> None:
    online = CountingOnline()
    app.state["context"].presence = quick(application, online)
    async with listening(address, andrew) as his, listening(address, bayko):
        await shows(andrew, his, bayko)
        assert await told(his) == (bayko.uuid, True)
        bus = application.messaging.bus
        before, looks = bus.published, online.looks  # type: ignore[attr-defined]
        await until(lambda: online.looks > looks + 8)  # several rounds of refreshing
        assert bus.published == before  # type: ignore[attr-defined]


@pytest.mark.usefixtures("talk")
async def test_of_two_tabs_one_may_close_and_a_page_may_be_loaded_again(
    address: str, application: Application, andrew: Person, bayko: Person
) -> None:
    async with listening(address, andrew) as his, listening(address, bayko):
        await shows(andrew, his, bayko)
        assert await told(his) == (bayko.uuid, True)
        async with subscribed(application.messaging.bus, f"presence#{bayko.uuid}") as said:
            for _ in range(3):
                async with listening(address, bayko):
                    pass
            await bayko.send("still here", handle="andrew")
            assert (await his.next(presence=True)).type == "message"
        assert said.arrived() == []


@pytest.mark.usefixtures("talk")
async def test_who_is_connected_to_another_process_too_stays_online(
    address: str, application: Application, app: Litestar, andrew: Person, bayko: Person
) -> None:
    """The other process says that she is gone, and this one knows better."""
    here = quick(application, refresh_seconds=60)  # or the next refresh would mend it
    app.state["context"].presence = here
    elsewhere = quick(application, here._online)  # type: ignore[arg-type]
    async with listening(address, andrew) as his, listening(address, bayko):
        await shows(andrew, his, bayko)
        assert await told(his) == (bayko.uuid, True)
        async with subscribed(application.messaging.bus, channel(bayko.uuid)) as said:
            elsewhere.on_connect(bayko.uuid)
            elsewhere.on_disconnect(bayko.uuid)
            assert not is_online(await said.next())
        await nothing_runs(here)  # by then it is decided who is there
        await bayko.send("still here", handle="andrew")
        assert (await his.next(presence=True)).type == "message"
    for presence in (elsewhere, here):
        await presence.close()


@pytest.mark.usefixtures("talk")
async def test_who_was_on_a_process_that_was_killed_goes_offline_by_time(
    address: str, app: Litestar, andrew: Person, bayko: Person
) -> None:
    online: OnlineHere = app.state["context"].presence._online
    await online.arrive(bayko.uuid)
    async with listening(address, andrew) as his:
        await shows(andrew, his, bayko)
        assert await told(his) == (bayko.uuid, True)
        online._until[bayko.uuid] = 0.0  # as when nobody has refreshed it
        assert await told(his) == (bayko.uuid, False)


async def test_a_channel_says_once_who_comes_and_who_goes(
    address: str, application: Application, bayko: Person
) -> None:
    async with subscribed(application.messaging.bus, f"presence#{bayko.uuid}") as said:
        async with listening(address, bayko):
            assert is_online(await said.next())
        assert not is_online(await said.next())
        assert said.arrived() == []


async def test_whoever_comes_back_within_a_moment_was_never_away(application: Application) -> None:
    bus = application.messaging.bus
    presence = Presence(bus, OnlineHere(), encode_event, grace_seconds=0.5)
    presence.on_connect("bayko")
    await nothing_runs(presence)
    async with subscribed(bus, "presence#bayko") as said:
        presence.on_disconnect("bayko")
        for _ in range(3):
            await asyncio.sleep(0)  # what waits for no time would have been done
        presence.on_connect("bayko")
        await nothing_runs(presence)
        assert said.arrived() == []
    await presence.close()


async def test_the_end_ends_all_that_waits(application: Application) -> None:
    before = asyncio.all_tasks()
    presence = Presence(application.messaging.bus, OnlineHere(), encode_event)
    presence.on_connect("bayko")
    presence.on_disconnect("bayko")
    assert len(asyncio.all_tasks() - before) == 3
    await presence.close()
    assert asyncio.all_tasks() <= before


class FailingOnce(OnlineHere):
    """An engine whose client has a fault that nobody foresaw, at the first refresh of all."""

    def __init__(self) -> None:
        super().__init__()
        self.has_failed = asyncio.Event()

    async def refresh(self, user_uuids: Sequence[str]) -> None:
        await super().refresh(user_uuids)
        if len(user_uuids) > 1 and not self.has_failed.is_set():
            self.has_failed.set()
            raise ValueError("odd")


@pytest.mark.usefixtures("talk")
async def test_a_refresh_that_fails_is_told_and_those_after_it_go_on(
    address: str, application: Application, app: Litestar, andrew: Person, bayko: Person
) -> None:
    online = FailingOnce()
    app.state["context"].presence = quick(application, online)
    with captured_logs() as logs:
        async with listening(address, andrew) as his, listening(address, bayko):
            await shows(andrew, his, bayko)
            assert await told(his) == (bayko.uuid, True)
            await online.has_failed.wait()
            online._until[bayko.uuid] = 0.0
            await until(lambda: online._until.get(bayko.uuid, 0.0) > 0)  # refreshed
    assert [line["event"] for line in logs if line["level"] == "error"] == [
        "presence was not refreshed, and will be in a while"
    ]


STRANGERS = {
    "a stranger": "mallory",
    "oneself": "andrew",
    "nobody": "",
}


@pytest.mark.parametrize("whom", STRANGERS)
@pytest.mark.usefixtures("talk")
async def test_strangers_learn_nothing(
    whom: str, address: str, andrew: Person, bayko: Person, mallory: Person
) -> None:
    people = {"mallory": mallory, "andrew": andrew}
    wanted = [person.uuid for name, person in people.items() if name == STRANGERS[whom]]
    async with listening(address, andrew) as his, listening(address, mallory):
        body = {"user_uuids": [*(wanted or ["nobody"]), bayko.uuid]}
        answer = await andrew.http.put(f"/api/presence/{his.stream_id}", json=body)
        assert answer.status_code == 204
        assert await told(his) == (bayko.uuid, False)
        await andrew.send("the next event", handle="bayko")
        assert (await his.next(presence=True)).type == "message"


@pytest.mark.usefixtures("talk")
async def test_the_page_of_another_person_is_not_spoken_for(
    address: str, andrew: Person, bayko: Person, mallory: Person
) -> None:
    async with listening(address, andrew) as his:
        assert await shows(mallory, his, andrew) == 204
        assert await shows(bayko, his, andrew) == 204
        await andrew.send("the next event", handle="bayko")
        assert (await his.next(presence=True)).type == "message"


async def test_too_many_people_are_refused(address: str, andrew: Person) -> None:
    async with listening(address, andrew) as his:
        body = {"user_uuids": ["x"] * (WATCHED_MAX + 1)}
        answer = await andrew.http.put(f"/api/presence/{his.stream_id}", json=body)
    assert answer.status_code == 422


@pytest.mark.usefixtures("talk")
async def test_who_looks_away_leaves_nothing_behind(
    address: str, application: Application, app: Litestar, andrew: Person, bayko: Person
) -> None:
    presence: Presence = app.state["context"].presence
    async with listening(address, andrew) as his:
        await shows(andrew, his, bayko)
        assert await told(his) == (bayko.uuid, False)
        await shows(andrew, his)
        assert presence._watched == {}
        await shows(andrew, his, bayko)
        assert await told(his) == (bayko.uuid, False)
    await until(lambda: presence._watched == {})
    await until(lambda: f"presence#{bayko.uuid}" not in application.messaging.bus._channels)  # type: ignore[attr-defined]
