"""By no route does a stranger reach somebody who has not accepted them, and no sign comes back.

The routes are those of `test_who_may_call_what.py`, which fails for one that it lacks. The events need
no table: there may be none at all.
"""

from collections.abc import Awaitable, Callable, Sequence

import pytest
from tests.web.callers import Person
from tests.web.listening import Device, Heard, listening
from tests.web.test_who_may_call_what import GROUP, TABLE, _call

from cruddur.bootstrap import Application
from cruddur.messaging.events import channel
from cruddur.ports.bus import Event

pytestmark = pytest.mark.every_engine

Route = tuple[str, str]
Begin = Callable[[Person, Person], Awaitable[str]]
_GROUPS = f"/api/message_groups/{GROUP}"
_STREAM: Route = ("GET", "/api/events")
ENDS_THE_SESSION: set[Route] = {("DELETE", "/api/sessions")}

ANSWERS: set[Route] = {
    ("POST", f"{_GROUPS}/accept"),
    ("POST", f"{_GROUPS}/decline"),
    ("POST", f"{_GROUPS}/leave"),
    ("POST", "/api/messages"),
    ("PATCH", _GROUPS),
    ("POST", f"{_GROUPS}/members"),
    ("POST", f"{_GROUPS}/invite"),
    ("DELETE", f"{_GROUPS}/invite"),
    ("PATCH", "/api/me"),
}
"""With these somebody answers a stranger, leaves their group, or changes it for all, or takes another
name, which is for all to see. All else must give no sign."""

CALLED = [one for one in TABLE if one not in ENDS_THE_SESSION and one != _STREAM]


async def direct(mallory: Person, andrew: Person) -> str:
    group: str = (await mallory.send("buy this", handle="andrew"))["message_group_uuid"]
    for text in ("http://example.com/", "@andrew are you there?"):
        await mallory.send(text, message_group_uuid=group)
    return group


async def group_of_strangers(mallory: Person, andrew: Person) -> str:
    body = {"handles": ["andrew"], "title": "Sale"}
    group: str = (await mallory.http.post("/api/message_groups", json=body)).json()["uuid"]
    await mallory.send("@andrew buy this", message_group_uuid=group)
    return group


async def heard(application: Application, device: Device, person: Person) -> Sequence[Heard]:
    """What the device has got by now. Of presence, whoever is shown as being there."""
    await application.messaging.bus.publish([channel(person.uuid)], Event("end", b"{}"))
    events = []
    while (event := await device.next(presence=True)).type != "end":
        is_offline = event.type == "presence" and not event.data["online"]
        # The projector tells one's own new name once more, whenever it comes to it.
        is_own_name = event.type == "person" and event.data["user_uuid"] == person.uuid
        if not is_offline and not is_own_name:
            events.append(event)
    return events


async def watch(device: Device, person: Person, other: Person) -> None:
    answer = await person.http.put(
        f"/api/presence/{device.stream_id}", json={"user_uuids": [other.uuid]}
    )
    assert answer.status_code == 204


@pytest.mark.parametrize("begin", [direct, group_of_strangers])
async def test_no_route_makes_an_event_or_a_sign_before_a_request_is_accepted(
    begin: Begin, application: Application, address: str, andrew: Person, mallory: Person
) -> None:
    await andrew.http.patch("/api/me", json={"who_may_write": "request"})
    async with listening(address, andrew) as his, listening(address, mallory) as hers:
        await watch(his, andrew, mallory)
        await watch(hers, mallory, andrew)
        group = await begin(mallory, andrew)
        assert await heard(application, his, andrew) == []
        await heard(application, hers, mallory)  # her own
        for route in [one for one in CALLED if one not in ANSWERS]:
            await _call(andrew.http, route, group)
            assert (route, await heard(application, hers, mallory)) == (route, [])
        await heard(application, his, andrew)
        for route in CALLED:
            await _call(mallory.http, route, group)
            assert (route, await heard(application, his, andrew)) == (route, [])
    assert application.outbound._made is None  # type: ignore[attr-defined]  # nothing was fetched


async def test_no_route_makes_an_event_or_a_sign_between_two_of_whom_one_has_blocked_the_other(
    application: Application, address: str, andrew: Person, mallory: Person
) -> None:
    group = await direct(mallory, andrew)
    await andrew.http.put(f"/api/blocks/{mallory.uuid}")
    async with listening(address, andrew) as his, listening(address, mallory) as hers:
        await watch(his, andrew, mallory)
        await watch(hers, mallory, andrew)
        await mallory.send("secret", message_group_uuid=group)
        await heard(application, hers, mallory)  # her own
        for route in CALLED:
            await _call(andrew.http, route, group)
            assert (route, await heard(application, hers, mallory)) == (route, [])
        await heard(application, his, andrew)
        for route in CALLED:
            await _call(mallory.http, route, group)
            assert (route, await heard(application, his, andrew)) == (route, [])
    assert application.outbound._made is None  # type: ignore[attr-defined]  # nothing was fetched
