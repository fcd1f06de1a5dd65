"""Every route of the application, by every kind of caller."""

from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute
from litestar.types import Message
from tests.web.callers import Person

pytestmark = pytest.mark.every_engine

GROUP = "{message_group_uuid:str}"
NOWHERE = "00000000-0000-4000-8000-000000000000"


class Case(NamedTuple):
    """A request, and what nobody, a stranger and a member of the conversation get."""

    path: str
    json: Any
    nobody: int
    stranger: int
    member: int


TABLE: dict[tuple[str, str], Case] = {
    ("POST", "/api/accounts"): Case(
        "/api/accounts",
        {"handle": "@new", "display_name": "Chloe", "password": "it is long enough"},
        201,
        201,
        201,
    ),
    ("POST", "/api/sessions"): Case(
        "/api/sessions", {"handle": "chloe", "password": "wrong one"}, 401, 401, 401
    ),
    ("DELETE", "/api/sessions"): Case("/api/sessions", None, 401, 204, 204),
    ("GET", "/api/sessions"): Case("/api/sessions", None, 401, 200, 200),
    ("DELETE", "/api/sessions/{session_id:str}"): Case(
        "/api/sessions/00000000-0000-4000-8000-000000000000", None, 401, 404, 404
    ),
    ("POST", "/api/me/password"): Case(
        "/api/me/password",
        {"current_password": "wrong one", "new_password": "battery staple"},
        401,
        409,
        409,
    ),
    ("GET", "/api/me/factors"): Case("/api/me/factors", None, 401, 200, 200),
    ("POST", "/api/me/confirmation_options"): Case(
        "/api/me/confirmation_options", None, 401, 200, 200
    ),
    ("POST", "/api/me/passkeys/options"): Case("/api/me/passkeys/options", {}, 401, 409, 409),
    ("POST", "/api/me/passkeys"): Case(
        "/api/me/passkeys",
        {"passkey": {"id": "eA", "client_data": "e30", "attestation_object": "e30"}},
        401,
        409,
        409,
    ),
    ("PATCH", "/api/me/passkeys/{passkey_id:str}"): Case(
        "/api/me/passkeys/x", {"name": "Key"}, 401, 404, 404
    ),
    ("DELETE", "/api/me/passkeys/{passkey_id:str}"): Case("/api/me/passkeys/x", {}, 401, 404, 404),
    ("PUT", "/api/me/second_factor"): Case("/api/me/second_factor", {}, 401, 409, 409),
    ("DELETE", "/api/me/second_factor"): Case("/api/me/second_factor", {}, 401, 204, 204),
    ("POST", "/api/sessions/passkey_options"): Case(
        "/api/sessions/passkey_options", {}, 200, 200, 200
    ),
    ("POST", "/api/sessions/passkey"): Case(
        "/api/sessions/passkey",
        {"passkey": {"id": "eA", "client_data": "", "authenticator_data": "", "signature": ""}},
        409,
        409,
        409,
    ),
    ("POST", "/api/password-reset"): Case(
        "/api/password-reset", {"token": "x", "new_password": "battery staple"}, 404, 404, 404
    ),
    ("POST", "/api/sign_up_invites"): Case("/api/sign_up_invites", {}, 401, 403, 403),
    ("GET", "/api/sign_up_invites"): Case("/api/sign_up_invites", None, 401, 200, 200),
    ("DELETE", "/api/sign_up_invites/{invite_id:str}"): Case(
        "/api/sign_up_invites/x", None, 401, 404, 404
    ),
    ("POST", "/api/sign_up_invites/look"): Case(
        "/api/sign_up_invites/look", {"token": "x"}, 404, 404, 404
    ),
    ("POST", "/api/password-forgotten"): Case(
        "/api/password-forgotten", {"who": "bayko"}, 409, 409, 409
    ),
    ("GET", "/forgotten"): Case("/forgotten", None, 200, 200, 200),
    ("POST", "/api/email-confirmation"): Case(
        "/api/email-confirmation", {"token": "x"}, 404, 404, 404
    ),
    ("GET", "/confirm-email"): Case("/confirm-email", None, 200, 200, 200),
    ("GET", "/api/me/email"): Case("/api/me/email", None, 401, 200, 200),
    ("PUT", "/api/me/email"): Case(
        "/api/me/email", {"email": "a@b.de", "current_password": "wrong one"}, 401, 409, 409
    ),
    ("PATCH", "/api/me/email"): Case("/api/me/email", {"digest": False}, 401, 200, 200),
    ("GET", "/stop-mails/{token:str}"): Case("/stop-mails/x", None, 404, 404, 404),
    ("POST", "/stop-mails/{token:str}"): Case("/stop-mails/x", None, 404, 404, 404),
    ("DELETE", "/api/me/email"): Case(
        "/api/me/email", {"current_password": "wrong one"}, 401, 409, 409
    ),
    ("GET", "/reset"): Case("/reset", None, 200, 200, 200),
    ("PUT", "/api/me/picture"): Case("/api/me/picture", {}, 401, 415, 415),
    ("DELETE", "/api/me/picture"): Case("/api/me/picture", None, 401, 200, 200),
    ("GET", "/api/pictures/{user_uuid:str}/{picture:str}"): Case(
        "/api/pictures/x/y", None, 401, 404, 404
    ),
    ("GET", "/api/me"): Case("/api/me", None, 401, 200, 200),
    ("DELETE", "/api/me"): Case("/api/me", {"password": "wrong one"}, 401, 409, 409),
    ("GET", "/api/me/export"): Case("/api/me/export", None, 401, 200, 200),
    ("PATCH", "/api/me"): Case("/api/me", {"display_name": "Me"}, 401, 200, 200),
    ("GET", "/api/users/{at_handle:str}/short"): Case(
        "/api/users/@bayko/short", None, 401, 200, 200
    ),
    ("GET", "/api/users/{at_handle:str}/conversation"): Case(
        "/api/users/@bayko/conversation", None, 401, 204, 204
    ),
    ("GET", "/api/users"): Case("/api/users?prefix=ba", None, 401, 200, 200),
    ("PUT", "/api/users/{external_id:str}"): Case(
        "/api/users/42", {"display_name": "Me"}, 401, 401, 401
    ),
    ("PUT", "/api/users/{external_id:str}/picture"): Case(
        "/api/users/42/picture", {}, 401, 401, 401
    ),
    ("DELETE", "/api/users/{external_id:str}/picture"): Case(
        "/api/users/42/picture", None, 401, 401, 401
    ),
    ("GET", "/api/users/{external_id:str}"): Case("/api/users/42", None, 401, 401, 401),
    ("POST", "/api/users:batch"): Case("/api/users:batch", {"users": []}, 401, 401, 401),
    ("POST", "/api/users/{external_id:str}/disable"): Case(
        "/api/users/42/disable", None, 401, 401, 401
    ),
    ("POST", "/api/users/{external_id:str}/enable"): Case(
        "/api/users/42/enable", None, 401, 401, 401
    ),
    ("POST", "/api/tokens"): Case("/api/tokens", {"external_id": "42"}, 401, 401, 401),
    ("DELETE", "/api/users/{external_id:str}"): Case("/api/users/42", None, 401, 401, 401),
    ("DELETE", f"/api/moderation/messages/{GROUP}/{{seq:int}}"): Case(
        "/api/moderation/messages/$/1", None, 401, 401, 401
    ),
    ("POST", "/api/system_messages"): Case(
        "/api/system_messages", {"message_group_uuid": "$", "message": "Hello"}, 401, 401, 401
    ),
    ("POST", "/api/webhooks"): Case(
        "/api/webhooks", {"name": "a", "url": "https://a.example/"}, 401, 401, 401
    ),
    ("GET", "/api/webhooks"): Case("/api/webhooks", None, 401, 401, 401),
    ("DELETE", "/api/webhooks/{name:str}"): Case("/api/webhooks/a", None, 401, 401, 401),
    **{
        ("POST", f"/api/webhooks/{{name:str}}/{act}"): Case(
            f"/api/webhooks/a/{act}", None, 401, 401, 401
        )
        for act in ("roll", "pause", "resume", "test")
    },
    ("POST", "/api/webhooks/{name:str}/replay"): Case(
        "/api/webhooks/a/replay", {"message_group_uuid": "$"}, 401, 401, 401
    ),
    ("GET", "/api/webhooks/{name:str}/sent"): Case("/api/webhooks/a/sent", None, 401, 401, 401),
    ("GET", "/api/webhooks/{name:str}/dead"): Case("/api/webhooks/a/dead", None, 401, 401, 401),
    ("GET", "/api/key"): Case("/api/key", None, 401, 401, 401),
    ("GET", "/api/unread"): Case("/api/unread", None, 401, 200, 200),
    ("POST", "/api/reports"): Case(
        "/api/reports",
        {"message_group_uuid": "$", "seq": 1, "reason": "spam"},
        401,
        404,
        201,
    ),
    ("GET", "/api/blocks"): Case("/api/blocks", None, 401, 200, 200),
    ("PUT", "/api/blocks/{user_uuid:str}"): Case(
        "/api/blocks/00000000-0000-4000-8000-000000000000", None, 401, 404, 404
    ),
    ("DELETE", "/api/blocks/{user_uuid:str}"): Case(
        "/api/blocks/00000000-0000-4000-8000-000000000000", None, 401, 204, 204
    ),
    ("GET", "/api/people/{user_uuid:str}"): Case(
        "/api/people/00000000-0000-4000-8000-000000000000", None, 401, 404, 404
    ),
    ("GET", "/api/requests"): Case("/api/requests", None, 401, 200, 200),
    ("GET", "/api/push"): Case("/api/push", None, 401, 200, 200),
    ("PUT", "/api/push"): Case(
        "/api/push", {"endpoint": "https://a.b", "p256dh": "", "auth": "", "key": ""}, 401, 409, 409
    ),
    ("PATCH", "/api/push"): Case("/api/push", {"texts": True}, 401, 200, 200),
    ("DELETE", "/api/push/{device_id:str}"): Case("/api/push/0", None, 401, 404, 404),
    ("GET", "/api/mentions"): Case("/api/mentions", None, 401, 200, 200),
    ("PUT", "/api/presence/{stream_id:str}"): Case(
        "/api/presence/a-stream", {"user_uuids": []}, 401, 204, 204
    ),
    ("GET", "/api/message_groups"): Case("/api/message_groups", None, 401, 200, 200),
    ("POST", "/api/message_groups"): Case(
        "/api/message_groups", {"handles": ["bayko"], "title": "Us"}, 401, 201, 201
    ),
    ("GET", f"/api/message_groups/{GROUP}"): Case("/api/message_groups/$", None, 401, 404, 200),
    ("PATCH", f"/api/message_groups/{GROUP}"): Case(
        "/api/message_groups/$", {"title": "Them"}, 401, 404, 200
    ),
    ("POST", f"/api/message_groups/{GROUP}/members"): Case(
        "/api/message_groups/$/members", {"handles": ["mallory"]}, 401, 404, 200
    ),
    ("PATCH", f"/api/message_groups/{GROUP}/members/{{user_uuid:str}}"): Case(
        f"/api/message_groups/$/members/{NOWHERE}", {"role": "admin"}, 401, 404, 404
    ),
    ("DELETE", f"/api/message_groups/{GROUP}/members/{{user_uuid:str}}"): Case(
        f"/api/message_groups/$/members/{NOWHERE}", None, 401, 404, 404
    ),
    ("POST", f"/api/message_groups/{GROUP}/invite"): Case(
        "/api/message_groups/$/invite", {}, 401, 404, 201
    ),
    ("GET", f"/api/message_groups/{GROUP}/invite"): Case(
        "/api/message_groups/$/invite", None, 401, 404, 200
    ),
    ("DELETE", f"/api/message_groups/{GROUP}/invite"): Case(
        "/api/message_groups/$/invite", None, 401, 404, 204
    ),
    ("GET", f"/api/message_groups/{GROUP}/requests"): Case(
        "/api/message_groups/$/requests", None, 401, 404, 200
    ),
    ("POST", f"/api/message_groups/{GROUP}/requests/{{user_uuid:str}}"): Case(
        f"/api/message_groups/$/requests/{NOWHERE}", None, 401, 404, 404
    ),
    ("DELETE", f"/api/message_groups/{GROUP}/requests/{{user_uuid:str}}"): Case(
        f"/api/message_groups/$/requests/{NOWHERE}", None, 401, 404, 204
    ),
    ("GET", "/api/invites/{token:str}"): Case("/api/invites/x", None, 401, 404, 404),
    ("POST", "/api/invites/{token:str}"): Case("/api/invites/x", None, 401, 404, 404),
    ("GET", "/join/{token:str}"): Case("/join/x", None, 303, 404, 404),
    ("GET", "/api/invitations"): Case("/api/invitations", None, 401, 200, 200),
    ("POST", f"/api/invitations/{GROUP}"): Case("/api/invitations/$", None, 401, 404, 404),
    ("DELETE", f"/api/invitations/{GROUP}"): Case("/api/invitations/$", None, 401, 204, 204),
    ("POST", f"/api/message_groups/{GROUP}/leave"): Case(
        "/api/message_groups/$/leave", None, 401, 404, 204
    ),
    ("POST", f"/api/message_groups/{GROUP}/read"): Case(
        "/api/message_groups/$/read", {"seq": 1}, 401, 404, 204
    ),
    ("PATCH", f"/api/message_groups/{GROUP}/settings"): Case(
        "/api/message_groups/$/settings", {"muted_until": "always"}, 401, 404, 200
    ),
    ("POST", f"/api/message_groups/{GROUP}/accept"): Case(
        "/api/message_groups/$/accept", None, 401, 404, 200
    ),
    ("POST", f"/api/message_groups/{GROUP}/decline"): Case(
        "/api/message_groups/$/decline", None, 401, 404, 204
    ),
    ("POST", f"/api/message_groups/{GROUP}/typing"): Case(
        "/api/message_groups/$/typing", None, 401, 404, 204
    ),
    ("POST", "/api/messages"): Case(
        "/api/messages", {"message": "hi", "message_group_uuid": "$"}, 401, 404, 200
    ),
    ("GET", f"/api/messages/{GROUP}"): Case("/api/messages/$", None, 401, 404, 200),
    ("PATCH", f"/api/messages/{GROUP}/{{seq:int}}"): Case(
        "/api/messages/$/2", {"message": "hello"}, 401, 404, 200
    ),
    ("DELETE", f"/api/messages/{GROUP}/{{seq:int}}"): Case(
        "/api/messages/$/2", None, 401, 404, 200
    ),
    ("POST", f"/api/messages/{GROUP}/hide"): Case(
        "/api/messages/$/hide", {"seqs": [1]}, 401, 404, 200
    ),
    ("GET", f"/api/messages/{GROUP}/changes"): Case("/api/messages/$/changes", None, 401, 404, 200),
    ("GET", f"/api/messages/{GROUP}/receipts"): Case(
        "/api/messages/$/receipts", None, 401, 404, 200
    ),
    ("GET", f"/api/messages/{GROUP}/quoted"): Case(
        "/api/messages/$/quoted?seq=1", None, 401, 404, 200
    ),
    ("PUT", f"/api/messages/{GROUP}/{{seq:int}}/reactions/{{emoji:str}}"): Case(
        "/api/messages/$/2/reactions/%F0%9F%91%8D", None, 401, 404, 200
    ),
    ("DELETE", f"/api/messages/{GROUP}/{{seq:int}}/reactions/{{emoji:str}}"): Case(
        "/api/messages/$/2/reactions/%F0%9F%91%8D", None, 401, 404, 200
    ),
    ("GET", f"/api/messages/{GROUP}/{{seq:int}}/edits"): Case(
        "/api/messages/$/2/edits", None, 401, 404, 200
    ),
    ("GET", "/api/events"): Case("/api/events", None, 401, 200, 200),
    ("GET", "/health/live"): Case("/health/live", None, 200, 200, 200),
    ("GET", "/health/ready"): Case("/health/ready", None, 200, 200, 200),
    ("GET", "/metrics"): Case("/metrics", None, 200, 200, 200),
    ("GET", "/"): Case("/", None, 303, 200, 200),
    ("GET", f"/c/{GROUP}"): Case("/c/$", None, 303, 404, 200),
    ("GET", "/{at_handle:str}"): Case("/@bayko", None, 303, 200, 200),
    ("GET", "/sign-in"): Case("/sign-in", None, 200, 200, 200),
    ("GET", "/sign-in/{name:str}"): Case("/sign-in/sso", None, 404, 404, 404),
    ("GET", "/sign-in/{name:str}/callback"): Case("/sign-in/sso/callback", None, 404, 404, 404),
    ("GET", "/sign-out"): Case("/sign-out", None, 303, 303, 303),
    ("GET", "/sign-up"): Case("/sign-up", None, 200, 200, 200),
    ("GET", "/service-worker.js"): Case("/service-worker.js", None, 200, 200, 200),
    ("GET", "/embed"): Case("/embed", None, 404, 404, 404),  # no setting names who may show it
    ("GET", "/embed/{file:str}"): Case("/embed/v1.js", None, 200, 200, 200),
    ("GET", "/static/{path:path}"): Case("/static/js/main.js", None, 200, 200, 200),
    ("GET", "/llms.txt"): Case("/llms.txt", None, 200, 200, 200),
    ("GET", "/docs"): Case("/docs", None, 302, 302, 302),
    ("GET", "/docs/{path:path}"): Case("/docs/embedding.md", None, 200, 200, 200),
    ("GET", "/schema"): Case("/schema", None, 200, 200, 200),
    ("GET", "/schema/openapi.json"): Case("/schema/openapi.json", None, 200, 200, 200),
    ("GET", "/schema/asyncapi.json"): Case("/schema/asyncapi.json", None, 200, 200, 200),
    ("GET", "/schema/{path:str}"): Case("/schema/nothing", None, 404, 404, 404),
}


@pytest.fixture
async def group(andrew: Person, bayko: Person) -> str:
    made = await andrew.http.post("/api/message_groups", json={"handles": ["bayko"], "title": "We"})
    uuid: str = made.json()["uuid"]
    await andrew.send("first", message_group_uuid=uuid)
    return uuid


def test_every_route_is_in_the_table(app: Litestar) -> None:
    routes = {
        (method, route.path)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method in route.methods - {"OPTIONS"}
    }
    assert routes == set(TABLE)


@pytest.fixture
def callers(
    nobody: httpx.AsyncClient, mallory: Person, andrew: Person
) -> tuple[httpx.AsyncClient, ...]:
    """Nobody, a stranger and a member. To build an application for each takes longer than to ask it."""
    return nobody, mallory.http, andrew.http


@pytest.mark.parametrize("route", TABLE, ids=" ".join)
async def test_each_kind_of_caller_gets_what_they_may_have(
    route: tuple[str, str], app: Litestar, callers: tuple[httpx.AsyncClient, ...], group: str
) -> None:
    statuses = [await _status(app, caller, route, group) for caller in callers]
    case = TABLE[route]
    assert statuses == [case.nobody, case.stranger, case.member]


async def test_a_foreign_conversation_looks_like_none_at_all(mallory: Person, group: str) -> None:
    for route, case in TABLE.items():
        if "$" in case.path and case.path.startswith("/api"):
            foreign = await _call(mallory.http, route, group)
            none = await _call(mallory.http, route, NOWHERE)
            assert (foreign.status_code, foreign.content) == (none.status_code, none.content)


async def test_a_stranger_learns_nothing_by_adding_people(mallory: Person, group: str) -> None:
    body = {"handles": ["nobody-of-this-name"]}
    answer = await mallory.http.post(f"/api/message_groups/{group}/members", json=body)
    assert answer.json()["code"] == "message_group_not_found"


async def _status(
    app: Litestar, client: httpx.AsyncClient, route: tuple[str, str], group: str
) -> int:
    if route == ("GET", "/api/events"):
        return await _status_of_stream(app, client)
    return (await _call(client, route, group)).status_code


async def _call(client: httpx.AsyncClient, route: tuple[str, str], group: str) -> httpx.Response:
    case = TABLE[route]
    body = case.json
    if isinstance(body, dict):
        body = {name: _given(value, group) for name, value in body.items()}
    return await client.request(route[0], case.path.replace("$", group), json=body)


def _given(value: Any, group: str) -> Any:
    """Fills in what a case leaves open: the conversation, or a handle that nobody has yet."""
    if value == "@new":
        return f"new{uuid4().hex[:12]}"
    return group if value == "$" else value


async def _status_of_stream(app: Litestar, client: httpx.AsyncClient) -> int:
    """Of a stream whose client leaves as soon as it began: it has no end to wait for."""
    started: list[Message] = []
    request = client.build_request("GET", "/api/events")
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/api/events",
        "raw_path": b"/api/events",
        "query_string": b"",
        "scheme": "http",
        "http_version": "1.1",
        "root_path": "",
        "server": ("cruddur.test", 80),
        "client": ("127.0.0.1", 1),
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
    }

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        started.append(message)

    await app(scope, receive, send)  # type: ignore[arg-type]
    status: int = started[0]["status"]  # type: ignore[typeddict-item]
    return status
