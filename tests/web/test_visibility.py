"""What was written before somebody joined reaches them by no way: not by any route, not by any event.

A conversation has four messages, whose texts are `secret-1` to `secret-4`, and events between them. Five
people look at it; a route or an event that is not in the tables here fails the first two tests.
"""

import asyncio
import re
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, NamedTuple, get_args

import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute
from tests.subscriptions import Subscriber, next_event, subscribed
from tests.web.callers import Person, enter, open_client
from tests.web.listening import listening

from cruddur.bootstrap import Application
from cruddur.messaging.events import channel
from cruddur.ports.bus import Event
from cruddur.web.sse.encoding import StreamEvent

pytestmark = pytest.mark.every_engine

PATIENCE_SECONDS = 20
END = Event("end", b"")
GROUP = "{message_group_uuid:str}"
REACTION = f"/api/messages/{GROUP}/{{seq:int}}/reactions/{{emoji:str}}"
THUMB = "%F0%9F%91%8D"
MEMBER = f"/api/message_groups/{GROUP}/members/{{user_uuid:str}}"
REQUEST = f"/api/message_groups/{GROUP}/requests/{{user_uuid:str}}"
NOBODY = "00000000-0000-4000-8000-000000000000"
MESSAGE_UUIDS = {number: str(uuid.uuid4()) for number in range(1, 5)}

Views = tuple[str, str, str, str, str]
"""What the five see: who was there from the start and wrote 1 and 4; a newcomer, who came after 3; who
wrote 3 and left; who wrote 2, left, and came back after 3; and a stranger."""

NOTHING: Views = ("404", "404", "404", "404", "404")
ALL: Views = ("200 1234", "200 4", "404", "200 4", "404")
NEWEST: Views = ("200 4", "200 4", "404", "200 4", "404")
INBOX: Views = ("200 4", "200 4", "200", "200 4", "200")
ADMINS: Views = ("200", "403", "404", "403", "404")
SENT: Views = ("200", "200", "404", "200", "404")
ANSWERED_3: Views = ("200", "422", "404", "422", "404")
ANSWER = {"message": "new", "message_group_uuid": "$"}
HIDDEN_3: Views = ("200 4", "404", "404", "404", "404")
HIDDEN_4: Views = ("200", "200", "404", "200", "404")
DONE: Views = ("204", "204", "404", "204", "404")
HIS_OWN_1: Views = ("200", "404", "404", "404", "404")
HERS_FROM_BEFORE: Views = ("403", "404", "404", "404", "404")
HIS_OWN_4: Views = ("200", "403", "404", "403", "404")


class Call(NamedTuple):
    """A request: `$` stands for the conversation, `#2` for the uuid of secret 2, `@2` for its number in
    the conversation, and `@2+` for the number after it.
    """

    path: str
    views: Views
    json: Any = None


def sent_again(number: int, views: Views) -> Call:
    body = {"message": "again", "message_group_uuid": "$", "message_uuid": f"#{number}", "after": 0}
    return Call("/api/messages", views, body)


ROUTES: Mapping[tuple[str, str], Sequence[Call]] = {
    ("GET", f"/api/messages/{GROUP}"): [
        Call("/api/messages/$", ALL),
        Call("/api/messages/$?limit=1", NEWEST),
        Call("/api/messages/$?before=99", ALL),
        Call("/api/messages/$?before=@4+&limit=1", NEWEST),
        Call("/api/messages/$?before=@4", ("200 123", "200", "404", "200", "404")),
        Call("/api/messages/$?before=@3", ("200 12", "200", "404", "200", "404")),
        Call("/api/messages/$?before=@2", ("200 1", "200", "404", "200", "404")),
        Call("/api/messages/$?before=@1", ("200", "200", "404", "200", "404")),
        Call("/api/messages/$?after=0", ALL),
        Call("/api/messages/$?after=@2", ("200 34", "200 4", "404", "200 4", "404")),
        Call("/api/messages/$?after=@3", NEWEST),
    ],
    ("POST", "/api/messages"): [
        Call("/api/messages", SENT, {"message": "new", "message_group_uuid": "$"}),
        Call("/api/messages", ANSWERED_3, {**ANSWER, "reply_to_seq": "@3"}),
        Call("/api/messages", SENT, {**ANSWER, "reply_to_seq": "@4"}),
        sent_again(1, ("200 1", "409", "404", "409", "404")),
        # One's own retry is answered, also with what one wrote before one left: else it is doubled.
        sent_again(2, ("409", "409", "404", "200 2", "404")),
        sent_again(3, ("409", "409", "404", "409", "404")),
        sent_again(4, ("200 4", "409", "404", "409", "404")),
    ],
    ("GET", f"/api/messages/{GROUP}/changes"): [
        Call("/api/messages/$/changes", SENT),
        Call("/api/messages/$/changes?after=0", SENT),
    ],
    ("GET", f"/api/messages/{GROUP}/receipts"): [Call("/api/messages/$/receipts", SENT)],
    ("GET", f"/api/messages/{GROUP}/quoted"): [
        Call(f"/api/messages/$/quoted?{'&'.join(f'seq={n}' for n in range(1, 10))}", ALL),
        Call("/api/messages/$/quoted?seq=@2", ("200 2", "200", "404", "200", "404")),
    ],
    ("GET", f"/api/messages/{GROUP}/{{seq:int}}/edits"): [
        Call("/api/messages/$/@1/edits", ("200 1", "404", "404", "404", "404")),
        Call("/api/messages/$/@4/edits", NEWEST),
    ],
    ("PATCH", f"/api/messages/{GROUP}/{{seq:int}}"): [
        Call("/api/messages/$/@1", HIS_OWN_1, {"message": "edited"}),
        Call("/api/messages/$/@2", HERS_FROM_BEFORE, {"message": "edited"}),
        Call("/api/messages/$/@3", HERS_FROM_BEFORE, {"message": "edited"}),
        Call("/api/messages/$/@4", HIS_OWN_4, {"message": "edited"}),
        Call("/api/messages/$/99", NOTHING, {"message": "edited"}),
    ],
    ("DELETE", f"/api/messages/{GROUP}/{{seq:int}}"): [
        Call("/api/messages/$/@1", HIS_OWN_1),
        Call("/api/messages/$/@2", HERS_FROM_BEFORE),
        Call("/api/messages/$/@3", HERS_FROM_BEFORE),
        Call("/api/messages/$/@4", HIS_OWN_4),
        Call("/api/messages/$/99", NOTHING),
    ],
    ("POST", f"/api/messages/{GROUP}/hide"): [
        Call("/api/messages/$/hide", HIDDEN_3, {"seqs": ["@3"]}),
        Call("/api/messages/$/hide", HIDDEN_4, {"seqs": ["@4"]}),
    ],
    ("PUT", REACTION): [
        Call(f"/api/messages/$/@1/reactions/{THUMB}", ("200 1", "404", "404", "404", "404")),
        Call(f"/api/messages/$/@2/reactions/{THUMB}", ("200 2", "404", "404", "404", "404")),
        Call(f"/api/messages/$/@4/reactions/{THUMB}", NEWEST),
        Call(f"/api/messages/$/99/reactions/{THUMB}", NOTHING),
    ],
    ("DELETE", REACTION): [
        Call(f"/api/messages/$/@1/reactions/{THUMB}", ("200 1", "404", "404", "404", "404")),
        Call(f"/api/messages/$/@4/reactions/{THUMB}", NEWEST),
    ],
    # Each message mentions all five. One's own is no mention, and message 1 is from before 4 came.
    ("GET", "/api/mentions"): [Call("/api/mentions", ("200 23", "200 4", "200", "200 4", "200"))],
    ("GET", "/api/message_groups"): [
        Call("/api/message_groups", INBOX),
        Call("/api/message_groups?unread=true", ("200", "200 4", "200", "200 4", "200")),
        Call("/api/message_groups?pinned_first=true", INBOX),
    ],
    ("GET", f"/api/message_groups/{GROUP}"): [Call("/api/message_groups/$", NEWEST)],
    ("PATCH", f"/api/message_groups/{GROUP}"): [
        Call("/api/message_groups/$", NEWEST, {"title": "Other"})
    ],
    ("POST", f"/api/message_groups/{GROUP}/members"): [
        Call("/api/message_groups/$/members", NEWEST, {"handles": ["bayko"]})
    ],
    ("PATCH", MEMBER): [
        Call(f"/api/message_groups/$/members/{NOBODY}", NOTHING, {"role": "admin"}),
    ],
    ("POST", f"/api/message_groups/{GROUP}/invite"): [
        Call("/api/message_groups/$/invite", ("201", "201", "404", "201", "404"), {})
    ],
    ("GET", f"/api/message_groups/{GROUP}/invite"): [Call("/api/message_groups/$/invite", SENT)],
    ("DELETE", f"/api/message_groups/{GROUP}/invite"): [Call("/api/message_groups/$/invite", DONE)],
    ("GET", f"/api/message_groups/{GROUP}/requests"): [
        Call("/api/message_groups/$/requests", ADMINS)
    ],
    ("POST", REQUEST): [
        Call(f"/api/message_groups/$/requests/{NOBODY}", ("404", "403", "404", "403", "404"))
    ],
    ("DELETE", REQUEST): [
        Call(f"/api/message_groups/$/requests/{NOBODY}", ("204", "403", "404", "403", "404"))
    ],
    ("GET", "/api/invites/{token:str}"): [Call("/api/invites/x", NOTHING)],
    ("POST", "/api/invites/{token:str}"): [Call("/api/invites/x", NOTHING)],
    ("GET", "/join/{token:str}"): [Call("/join/x", NOTHING)],
    ("GET", "/api/invitations"): [Call("/api/invitations", ("200", "200", "200", "200", "200"))],
    ("POST", f"/api/invitations/{GROUP}"): [Call("/api/invitations/$", NOTHING)],
    ("DELETE", f"/api/invitations/{GROUP}"): [
        Call("/api/invitations/$", ("204", "204", "204", "204", "204"))
    ],
    ("DELETE", MEMBER): [Call(f"/api/message_groups/$/members/{NOBODY}", NOTHING)],
    ("POST", f"/api/message_groups/{GROUP}/read"): [
        Call("/api/message_groups/$/read", DONE, {"seq": 2})
    ],
    ("PATCH", f"/api/message_groups/{GROUP}/settings"): [
        Call("/api/message_groups/$/settings", NEWEST, {"muted_until": "always"}),
        Call("/api/message_groups/$/settings", NEWEST, {"cleared_seq": "@3"}),
        Call("/api/message_groups/$/settings", NEWEST, {"pinned": True}),
        Call("/api/message_groups/$/settings", SENT, {"cleared_seq": "@4"}),
    ],
    ("POST", f"/api/message_groups/{GROUP}/accept"): [Call("/api/message_groups/$/accept", NEWEST)],
    ("POST", f"/api/message_groups/{GROUP}/decline"): [Call("/api/message_groups/$/decline", DONE)],
    ("POST", f"/api/message_groups/{GROUP}/typing"): [Call("/api/message_groups/$/typing", DONE)],
    ("POST", f"/api/message_groups/{GROUP}/leave"): [Call("/api/message_groups/$/leave", DONE)],
    ("GET", "/api/me/export"): [
        Call("/api/me/export", ("200 1234", "200 4", "200", "200 4", "200"))
    ],
    ("GET", "/api/people/{user_uuid:str}"): [Call(f"/api/people/{NOBODY}", NOTHING)],
    ("GET", "/"): [Call("/", INBOX)],
    ("GET", f"/c/{GROUP}"): [Call("/c/$", ALL)],
    ("GET", "/{at_handle:str}"): [Call("/@andrew", INBOX)],
}
"""The routes that tell of conversations."""

TELLS_OF_NO_CONVERSATION = {
    ("POST", "/api/accounts"),
    ("POST", "/api/sessions"),
    ("GET", "/api/sessions"),
    ("DELETE", "/api/sessions"),
    ("DELETE", "/api/sessions/{session_id:str}"),
    ("POST", "/api/sign_up_invites"),
    ("GET", "/api/sign_up_invites"),
    ("DELETE", "/api/sign_up_invites/{invite_id:str}"),
    ("POST", "/api/sign_up_invites/look"),
    ("POST", "/api/password-reset"),
    ("POST", "/api/password-forgotten"),
    ("GET", "/forgotten"),
    ("POST", "/api/email-confirmation"),
    ("GET", "/confirm-email"),
    ("GET", "/api/me/email"),
    ("PUT", "/api/me/email"),
    ("DELETE", "/api/me/email"),
    ("PATCH", "/api/me/email"),
    ("GET", "/stop-mails/{token:str}"),
    ("POST", "/stop-mails/{token:str}"),
    ("GET", "/reset"),
    ("PUT", "/api/me/picture"),
    ("DELETE", "/api/me/picture"),
    ("GET", "/api/pictures/{user_uuid:str}/{picture:str}"),
    ("GET", "/api/me"),
    ("PATCH", "/api/me"),
    ("DELETE", "/api/me"),
    ("POST", "/api/me/password"),
    ("GET", "/api/me/factors"),
    ("POST", "/api/me/confirmation_options"),
    ("POST", "/api/me/passkeys/options"),
    ("POST", "/api/me/passkeys"),
    ("PATCH", "/api/me/passkeys/{passkey_id:str}"),
    ("DELETE", "/api/me/passkeys/{passkey_id:str}"),
    ("PUT", "/api/me/second_factor"),
    ("DELETE", "/api/me/second_factor"),
    ("POST", "/api/sessions/passkey_options"),
    ("POST", "/api/sessions/passkey"),
    ("GET", "/api/users/{at_handle:str}/short"),
    ("GET", "/api/users/{at_handle:str}/conversation"),
    ("GET", "/api/users"),
    ("GET", "/api/key"),
    ("POST", "/api/system_messages"),
    ("GET", "/api/webhooks"),
    ("POST", "/api/webhooks"),
    ("DELETE", "/api/webhooks/{name:str}"),
    *(
        ("POST", f"/api/webhooks/{{name:str}}/{act}")
        for act in ("roll", "pause", "resume", "test", "replay")
    ),
    *(("GET", f"/api/webhooks/{{name:str}}/{what}") for what in ("sent", "dead")),
    ("DELETE", "/api/users/{external_id:str}"),
    ("DELETE", f"/api/moderation/messages/{GROUP}/{{seq:int}}"),
    ("POST", "/api/tokens"),
    ("GET", "/api/blocks"),
    ("POST", "/api/reports"),
    ("PUT", "/api/blocks/{user_uuid:str}"),
    ("DELETE", "/api/blocks/{user_uuid:str}"),
    ("PUT", "/api/users/{external_id:str}"),
    ("GET", "/api/users/{external_id:str}"),
    ("PUT", "/api/users/{external_id:str}/picture"),
    ("DELETE", "/api/users/{external_id:str}/picture"),
    ("POST", "/api/users:batch"),
    ("POST", "/api/users/{external_id:str}/disable"),
    ("POST", "/api/users/{external_id:str}/enable"),
    ("GET", "/api/unread"),
    ("GET", "/api/requests"),
    ("GET", "/api/push"),
    ("PUT", "/api/push"),
    ("PATCH", "/api/push"),
    ("DELETE", "/api/push/{device_id:str}"),
    ("PUT", "/api/presence/{stream_id:str}"),
    ("POST", "/api/message_groups"),
    ("GET", "/health/live"),
    ("GET", "/health/ready"),
    ("GET", "/metrics"),
    ("GET", "/sign-in"),
    ("GET", "/sign-in/{name:str}"),
    ("GET", "/sign-in/{name:str}/callback"),
    ("GET", "/sign-out"),
    ("GET", "/sign-up"),
    ("GET", "/service-worker.js"),
    ("GET", "/embed"),
    ("GET", "/embed/{file:str}"),
    ("GET", "/static/{path:path}"),
    ("GET", "/llms.txt"),
    ("GET", "/docs"),
    ("GET", "/docs/{path:path}"),
    ("GET", "/schema"),
    ("GET", "/schema/openapi.json"),
    ("GET", "/schema/asyncapi.json"),
    ("GET", "/schema/{path:str}"),
}
IN_THE_TABLE_OF_EVENTS = {("GET", "/api/events")}


@dataclass
class Scene:
    """The conversation and its five people, in the order of `Views`."""

    people: list[Person]
    group: str
    seqs: Mapping[int, int]

    async def call(self, caller: Person, method: str, call: Call) -> str:
        """The status, and the numbers of the secrets in the answer."""
        answer = await caller.http.request(method, self._filled(call.path), json=self._body(call))
        return f"{answer.status_code} {numbers_in(answer.text)}".strip()

    def _body(self, call: Call) -> Any:
        if call.json is None:
            return None
        return {name: self._filled(value) for name, value in call.json.items()}

    def _filled(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._filled(one) for one in value]
        if not isinstance(value, str):
            return value
        for number, message_uuid in MESSAGE_UUIDS.items():
            value = value.replace(f"#{number}", message_uuid)
        for number, seq in self.seqs.items():
            if value == f"@{number}":
                return seq
            value = value.replace(f"@{number}+", str(seq + 1)).replace(f"@{number}", str(seq))
        return value.replace("$", self.group)


def numbers_in(text: str) -> str:
    return "".join(sorted(set(re.findall(r"secret-(\d)", text))))


@pytest.fixture
async def scene(app: Litestar, application: Application) -> AsyncIterator[Scene]:
    async with AsyncExitStack() as stack:
        people = [
            await enter(application, await stack.enter_async_context(open_client(app)), handle)
            for handle in ("andrew", "bayko", "chloe", "dora", "mallory")
        ]
        yield Scene(people, *await told(people))


async def told(people: Sequence[Person]) -> tuple[str, Mapping[int, int]]:
    andrew, bayko, chloe, dora, _ = people
    body = {"handles": ["chloe", "dora"], "title": "Secrets"}
    group: str = (await andrew.http.post("/api/message_groups", json=body)).json()["uuid"]
    senders = enumerate((andrew, dora, chloe), start=1)
    seqs = {number: await tell(sender, group, number) for number, sender in senders}
    for leaver in (chloe, dora):
        await leaver.http.post(f"/api/message_groups/{group}/leave")
    body = {"handles": ["bayko", "dora"]}
    await andrew.http.post(f"/api/message_groups/{group}/members", json=body)
    assert (await dora.http.post(f"/api/invitations/{group}")).is_success
    seqs[4] = await tell(andrew, group, 4)
    async with asyncio.timeout(PATIENCE_SECONDS):
        for member in (andrew, bayko, dora):
            while await last_seq(member, group) < seqs[4]:  # noqa: ASYNC110  until it is projected
                await asyncio.sleep(0.01)
    return group, seqs


async def tell(sender: Person, group: str, number: int) -> int:
    mine = MESSAGE_UUIDS[number]
    text = f"secret-{number} @andrew @bayko @chloe @dora @mallory"
    sent = await sender.send(text, message_group_uuid=group, message_uuid=mine)
    return int(sent["seq"])


async def last_seq(member: Person, group: str) -> int:
    row = (await member.http.get(f"/api/message_groups/{group}")).json()
    return int(row["last_seq"])


def test_every_route_is_in_a_table(app: Litestar) -> None:
    routes = {
        (method, route.path)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method in route.methods - {"OPTIONS"}
    }
    assert routes == set(ROUTES) | TELLS_OF_NO_CONVERSATION | IN_THE_TABLE_OF_EVENTS


# What only reads changes nothing for the next one, and to set the scene takes longer than all of them.
READS = [route for route in ROUTES if route[0] == "GET"]
CHANGES = [route for route in ROUTES if route[0] != "GET"]


async def test_a_read_shows_what_was_written_since_one_came(scene: Scene) -> None:
    for route in READS:
        await _shows_what_one_may_see(route, scene)


@pytest.mark.parametrize("route", CHANGES, ids=" ".join)
async def test_a_change_shows_what_was_written_since_one_came(
    route: tuple[str, str], scene: Scene
) -> None:
    await _shows_what_one_may_see(route, scene)


async def _shows_what_one_may_see(route: tuple[str, str], scene: Scene) -> None:
    for call in ROUTES[route]:
        views = [await scene.call(person, route[0], call) for person in scene.people]
        assert tuple(views) == call.views, (route, call)


class Happening(NamedTuple):
    """A call by one of the five, counted from 0, and the events that each of them then gets."""

    caller: int
    method: str
    call: Call


def happens(caller: int, method: str, path: str, views: Views, json: Any = None) -> Happening:
    return Happening(caller, method, Call(path, views, json))


OF_1: Views = ("message 1", "", "", "", "")
OF_2: Views = ("message 2", "", "", "", "")
START, NEWCOMER, LEFT, BACK, STRANGER = range(5)
_MESSAGES, _GROUPS = "/api/messages", "/api/message_groups"
_AGAIN_1, _AGAIN_2 = sent_again(1, OF_1).json, sent_again(2, OF_2).json

EVENTS: Mapping[str, Sequence[Happening]] = {
    "message": [
        happens(
            START,
            "POST",
            _MESSAGES,
            ("message 5", "message 5", "", "message 5", ""),
            {"message": "secret-5", "message_group_uuid": "$"},
        ),
        happens(START, "POST", _MESSAGES, OF_1, _AGAIN_1),
        happens(BACK, "POST", _MESSAGES, OF_2, _AGAIN_2),
    ],
    "message_changed": [
        happens(
            START,
            "PATCH",
            f"{_MESSAGES}/$/@1",
            ("message_changed 1", "", "", "", ""),
            {"message": "secret-1!"},
        ),
        happens(
            START,
            "PATCH",
            f"{_MESSAGES}/$/@4",
            ("message_changed 4", "message_changed 4", "", "message_changed 4", ""),
            {"message": "secret-4!"},
        ),
        happens(START, "DELETE", f"{_MESSAGES}/$/@1", ("message_changed", "", "", "", "")),
        happens(
            START,
            "PUT",
            f"{_MESSAGES}/$/@2/reactions/{THUMB}",
            ("message_changed 2", "", "", "", ""),
        ),
        happens(
            NEWCOMER,
            "PUT",
            f"{_MESSAGES}/$/@4/reactions/{THUMB}",
            ("message_changed 4", "message_changed 4", "", "message_changed 4", ""),
        ),
    ],
    "group_changed": [
        happens(
            START,
            "PATCH",
            f"{_GROUPS}/$",
            ("group_changed, message", "group_changed, message", "", "group_changed, message", ""),
            {"title": "x"},
        ),
    ],
    "group": [
        happens(
            START,
            "POST",
            f"{_GROUPS}/$/members",
            (
                "group_changed, message",
                "group_changed, message",
                "invited",
                "group_changed, message",
                "group, message",
            ),
            {"handles": ["chloe", "mallory"]},
        ),
    ],
    "invited": [
        happens(
            START,
            "POST",
            f"{_GROUPS}/$/members",
            ("", "", "invited", "", ""),
            {"handles": ["chloe"]},
        ),
    ],
    "typing": [
        happens(NEWCOMER, "POST", f"{_GROUPS}/$/typing", ("typing", "", "", "typing", "")),
    ],
    "read": [
        happens(START, "POST", f"{_GROUPS}/$/read", ("", "", "", "", ""), {"seq": 4}),
        happens(
            NEWCOMER,
            "POST",
            f"{_GROUPS}/$/read",
            ("receipt", "read", "", "receipt", ""),
            {"seq": "@4"},
        ),
    ],
    "receipt": [
        happens(
            NEWCOMER,
            "POST",
            f"{_GROUPS}/$/read",
            ("receipt", "read", "", "receipt", ""),
            {"seq": "@4"},
        ),
    ],
    "row_settings": [
        happens(
            NEWCOMER,
            "PATCH",
            f"{_GROUPS}/$/settings",
            ("", "row_settings", "", "", ""),
            {"muted_until": "always"},
        ),
    ],
    "messages_hidden": [
        happens(
            NEWCOMER,
            "POST",
            f"{_MESSAGES}/$/hide",
            ("", "messages_hidden", "", "", ""),
            {"seqs": ["@4"]},
        ),
    ],
    "left": [
        happens(
            BACK,
            "POST",
            f"{_GROUPS}/$/leave",
            ("group_changed, message", "group_changed, message", "", "left", ""),
        ),
    ],
}
"""By type of event, what makes it happen. Its text, where it has one, is the secret of its number."""

EVENTS_OF_NO_CONVERSATION = {
    "ready",
    "caught_up",
    "presence",
    "person",
    "receipts_switched",
    "block",
    "unread",
}

RESUMED: Views = (
    f"group 4, message, message 1, message 2, message 3{4 * ', message'}, message 4",
    "group 4, message, message, message 4",
    "",
    "group 4, message, message 4",
    "",
)
"""What a stream sends first to a device that asks for everything since the beginning."""


def test_every_event_is_in_the_table() -> None:
    types = {event.type for event in get_args(StreamEvent)}
    assert types == set(EVENTS) | EVENTS_OF_NO_CONVERSATION


@pytest.mark.parametrize("kind", EVENTS)
async def test_an_event_tells_what_was_written_since_one_came(
    kind: str, scene: Scene, application: Application
) -> None:
    for happening in EVENTS[kind]:
        views = await heard_of(scene, application, happening)
        assert tuple(views) == happening.call.views, happening


async def test_a_resumed_stream_tells_what_was_written_since_one_came(
    scene: Scene, address: str, application: Application
) -> None:
    (first, *_) = await scene.people[START].list(scene.group)
    for person, view in zip(scene.people, RESUMED, strict=True):
        last = {"Last-Event-ID": first["created_at"]}
        async with listening(address, person, headers=last) as device:
            await application.messaging.bus.publish([channel(person.uuid)], Event("end", b"{}"))
            got = []
            while (heard := await device.next()).type != "end":
                got.append(f"{heard.type} {numbers_in(str(heard.data))}".strip())
        assert ", ".join(got) == view


async def heard_of(scene: Scene, application: Application, happening: Happening) -> Sequence[str]:
    """The types of the events that each of the five gets, with the secrets that they tell."""
    bus = application.messaging.bus
    channels = [channel(person.uuid) for person in scene.people]
    async with AsyncExitStack() as stack:
        devices = [await stack.enter_async_context(subscribed(bus, one)) for one in channels]
        await scene.call(scene.people[happening.caller], happening.method, happening.call)
        await bus.publish(channels, END)
        return [", ".join([one async for one in until_the_end(device)]) for device in devices]


async def until_the_end(device: Subscriber) -> AsyncIterator[str]:
    while (event := await next_event(device)) != END:
        yield f"{event.type} {numbers_in(event.data.decode())}".strip()
