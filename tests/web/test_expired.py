"""What was too old to be kept reaches nobody by any way: not by any route, not by any event.

The scene, the routes and the events are those of what was written before somebody joined.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from litestar import Litestar
from tests.web.callers import enter, open_client
from tests.web.test_visibility import (
    CHANGES,
    EVENTS,
    GROUP,
    READS,
    ROUTES,
    START,
    Call,
    Scene,
    happens,
    heard_of,
    told,
)

from cruddur.bootstrap import Application
from cruddur.domain.model import timestamp
from cruddur.ports.table import Update
from cruddur.schema import keys
from cruddur.web.http.context import Context

pytestmark = pytest.mark.every_engine

OLD = {"1", "2", "3"}
_RULE = Call("/api/message_groups/$", ("", "", "", "", ""), {"retention_days": 7})


@pytest.fixture
async def scene(app: Litestar, application: Application) -> AsyncIterator[Scene]:
    """Messages 1 to 3 are too old by the rule of the group, hidden, and not removed yet."""
    async with AsyncExitStack() as stack:
        people = [
            await enter(application, await stack.enter_async_context(open_client(app)), handle)
            for handle in ("andrew", "bayko", "chloe", "dora", "mallory")
        ]
        scene = Scene(people, *await told(people))
        await make_old(application, scene.group, scene.seqs)
        assert (await scene.call(people[START], "PATCH", _RULE)).startswith("200")
        yield scene


async def make_old(application: Application, group: str, seqs: Mapping[int, int]) -> None:
    messaging = application.messaging
    long_ago = timestamp(messaging.clock() - timedelta(days=8))
    for seq in range(1, seqs[3] + 1):
        key = keys.message_key(group, seq)
        await messaging.table.update(Update(key, {"created_at": long_ago}))


async def test_no_read_shows_what_is_too_old(scene: Scene) -> None:
    for route in READS:
        await _shows_nothing_old(route, scene)


@pytest.mark.parametrize("route", CHANGES, ids=" ".join)
async def test_no_change_shows_what_is_too_old(route: tuple[str, str], scene: Scene) -> None:
    await _shows_nothing_old(route, scene)


async def _shows_nothing_old(route: tuple[str, str], scene: Scene) -> None:
    for call in ROUTES[route]:
        for person in scene.people:
            shown = await scene.call(person, route[0], call)
            _, _, numbers = shown.partition(" ")
            assert not OLD & set(numbers), (route, call, person)


@pytest.mark.parametrize("kind", EVENTS)
async def test_no_event_tells_what_is_too_old(
    kind: str, scene: Scene, application: Application
) -> None:
    for happening in EVENTS[kind]:
        for told_to in await heard_of(scene, application, happening):
            assert not OLD & set(told_to), happening


async def test_its_author_cannot_reach_it_either(scene: Scene) -> None:
    andrew = scene.people[START]
    for method, path in (("PATCH", "$/@1"), ("DELETE", "$/@1"), ("GET", "$/@1/edits")):
        body = {"message": "x"} if method == "PATCH" else None
        call = Call(f"/api/messages/{path}", ("", "", "", "", ""), body)
        assert await scene.call(andrew, method, call) == "404"


async def test_the_rule_hides_it_on_each_device_at_once(
    scene: Scene, application: Application, app: Litestar
) -> None:
    await make_old(application, scene.group, {3: scene.seqs[4]})
    rule = {"retention_days": 6}
    views = await heard_of(
        scene, application, happens(START, "PATCH", "/api/message_groups/$", _RULE.views, rule)
    )
    heard = [view.split(", ") for view in views]
    assert ["row_settings" in one for one in heard] == [True, True, False, True, False], views
    context: Context = app.state["context"]
    assert context.sweeps.take() == {scene.group}
    assert f"/api/message_groups/{GROUP}" in {path for _, path in ROUTES}
