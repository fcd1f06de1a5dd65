"""No route fails over one item that another program wrote: it is as if it were not there."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from tests.captured_logs import captured_logs
from tests.stage import CHEAP_PASSWORDS
from tests.web.applications import make_app
from tests.web.callers import Person, open_client
from tests.web.test_who_may_call_what import TABLE

from cruddur.bootstrap import Application
from cruddur.domain.item import Key
from cruddur.identity.context import LOCAL_ISSUER, IdentityContext
from cruddur.identity.set_password import set_password
from cruddur.messaging.context import MessagingContext
from cruddur.ports.table import Put
from cruddur.schema import keys

pytestmark = pytest.mark.every_engine

SIGN_IN = {"handle": "chloe", "password": "correct horse"}
CHLOE = {**SIGN_IN, "display_name": "Chloe"}
ENDLESS = ("GET", "/api/events")
# Without those after which one is no longer there to ask.
ROUTES = [
    r for r in TABLE if r not in {ENDLESS, ("DELETE", "/api/sessions")} and "leave" not in r[1]
]
GARBLED: dict[str, Any] = {
    "user_uuid": 7,
    "message_group_uuid": [],
    "members": "everybody",
    "message": 7,
    "created_at": "yesterday",
    "last_seq": "many",
    "read_seq": "many",
    "password_hash": True,
    "handle": None,
}
ITEMS: dict[str, Callable[[str, str, str], Key]] = {
    "group": lambda group, me, other: keys.group_key(group),
    "message": lambda group, me, other: keys.message_key(group, 1),
    "inbox row": lambda group, me, other: keys.inbox_row_key(me, group),
    "their inbox row": lambda group, me, other: keys.inbox_row_key(other, group),
    "my profile": lambda group, me, other: keys.user_key(me),
    "their profile": lambda group, me, other: keys.user_key(other),
    "their handle": lambda group, me, other: keys.handle_key("bayko"),
    "a word of their name": lambda group, me, other: keys.name_key("bayko", other),
    "a login": lambda group, me, other: keys.login_key(LOCAL_ISSUER, "chloe"),
}
NOT_FOUND = {
    "group": "message_group_not_found",
    "message": "message_not_found",
}


@pytest.fixture
async def elsewhere(
    application: Application, andrew: Person, nobody: httpx.AsyncClient
) -> AsyncIterator[httpx.AsyncClient]:
    """Andrew at another process, which remembers nothing of what was there before."""
    await nobody.post("/api/accounts", json=CHLOE)
    messaging, identity = application.messaging, application.identity
    app = make_app(
        MessagingContext(table=messaging.table, bus=messaging.bus),
        IdentityContext(identity.table, identity.secret, password_cost=CHEAP_PASSWORDS),
        application.settings,
    )
    async with open_client(app) as client:
        client.headers["Authorization"] = f"Bearer {andrew.token}"
        yield client
    await app.state["context"].presence.close()


@pytest.fixture
async def group(andrew: Person, bayko: Person) -> str:
    made = await andrew.http.post("/api/message_groups", json={"handles": ["bayko"], "title": "We"})
    uuid: str = made.json()["uuid"]
    await andrew.send("first", message_group_uuid=uuid)
    return uuid


async def garble(application: Application, key: Key) -> None:
    await application.messaging.table.put(Put({"pk": key.pk, "sk": key.sk, **GARBLED}))


async def request(client: httpx.AsyncClient, route: tuple[str, str], group: str) -> httpx.Response:
    case = TABLE[route]
    body = case.json
    if isinstance(body, dict):
        body = {name: group if value == "$" else value for name, value in body.items()}
    return await client.request(route[0], case.path.replace("$", group), json=body)


@pytest.mark.parametrize("name", ITEMS)
async def test_no_route_fails_over_a_garbled_item(
    application: Application,
    elsewhere: httpx.AsyncClient,
    andrew: Person,
    bayko: Person,
    group: str,
    *,
    name: str,
) -> None:
    key = ITEMS[name](group, andrew.uuid, bayko.uuid)
    for route in ROUTES:
        await garble(application, key)
        answer = await request(elsewhere, route, group)
        assert answer.status_code < 500, (route, answer.text)


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("group", "GET /api/message_groups/$"),
        ("group", "POST /api/message_groups/$/leave"),
        ("message", "PATCH /api/messages/$/1"),
        ("message", "DELETE /api/messages/$/1"),
    ],
)
async def test_what_is_garbled_is_not_found_and_named_in_the_log(
    application: Application,
    elsewhere: httpx.AsyncClient,
    group: str,
    name: str,
    call: str,
) -> None:
    method, _, path = call.partition(" ")
    key = ITEMS[name](group, "", "")
    await garble(application, key)
    body = {"message": "hello"} if method == "PATCH" else None
    with captured_logs() as logs:
        answer = await elsewhere.request(method, path.replace("$", group), json=body)
    assert (answer.status_code, answer.json()["code"]) == (404, NOT_FOUND[name])
    assert f"{key.pk} / {key.sk}" in [log.get("key") for log in logs]


async def test_a_garbled_conversation_is_none_and_the_others_go_on(
    application: Application, elsewhere: httpx.AsyncClient, andrew: Person, group: str
) -> None:
    other = (await andrew.send("Other", handle="bayko"))["message_group_uuid"]
    await garble(application, keys.group_key(group))
    garbled = await elsewhere.get(f"/api/messages/{group}")
    assert (garbled.status_code, garbled.json()["code"]) == (404, "message_group_not_found")
    assert (await elsewhere.get(f"/api/messages/{other}")).json()[0]["message"] == "Other"
    direct = await elsewhere.post("/api/messages", json={"handle": "bayko", "message": "On"})
    assert direct.json()["seq"] == 2


async def test_a_garbled_conversation_of_two_is_not_started_anew(
    application: Application, elsewhere: httpx.AsyncClient, andrew: Person, bayko: Person
) -> None:
    group = (await andrew.send("1", handle="bayko"))["message_group_uuid"]
    await garble(application, keys.group_key(group))
    answer = await elsewhere.post("/api/messages", json={"handle": "bayko", "message": "2"})
    assert (answer.status_code, answer.json()["code"]) == (404, "message_group_not_found")


async def test_a_retry_of_a_message_that_was_garbled_is_sent_under_a_new_uuid(
    application: Application, elsewhere: httpx.AsyncClient, andrew: Person, group: str
) -> None:
    uuid = "3f0c7a3e-8d3c-4b5e-9c53-0a9d1f5f3b11"
    body = {"message_group_uuid": group, "message": "2", "message_uuid": uuid, "after": 1}
    seq = (await andrew.http.post("/api/messages", json=body)).json()["seq"]
    table, key = application.messaging.table, keys.message_key(group, seq)
    await table.put(Put({**(await table.get(key) or {}), "created_at": "yesterday"}))
    retry = await elsewhere.post("/api/messages", json=body)
    assert (retry.status_code, retry.json()["code"]) == (409, "message_uuid_taken")
    assert (await andrew.send("2", message_group_uuid=group))["seq"] == seq + 1


@pytest.mark.parametrize(
    "changes",
    [{"user_uuid": 7}, {"user_uuid": None}, {"password_hash": True}, {"known_addresses": "here"}],
)
async def test_a_garbled_login_signs_nobody_in_and_a_new_password_mends_it(
    application: Application, elsewhere: httpx.AsyncClient, changes: dict[str, Any]
) -> None:
    table, key = application.messaging.table, keys.login_key(LOCAL_ISSUER, "chloe")
    item = {**(await table.get(key) or {}), **changes}
    await table.put(Put({name: value for name, value in item.items() if value is not None}))
    with captured_logs() as logs:
        answer = await elsewhere.post("/api/sessions", json=SIGN_IN)
    assert (answer.status_code, answer.json()["code"]) == (401, "credentials_wrong")
    assert "LOGIN#local#chloe / LOGIN" in [log.get("key") for log in logs]
    await set_password(application.identity, "chloe", CHLOE["password"])
    assert (await elsewhere.post("/api/sessions", json=SIGN_IN)).status_code == 200


async def test_the_right_password_of_a_garbled_profile_hears_that_the_account_is_gone(
    application: Application, elsewhere: httpx.AsyncClient, nobody: httpx.AsyncClient
) -> None:
    chloe = (await elsewhere.get("/api/users/@chloe/short")).json()["uuid"]
    await garble(application, keys.user_key(chloe))
    answer = await elsewhere.post("/api/sessions", json=SIGN_IN)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


async def test_a_search_leaves_out_who_cannot_be_read(
    application: Application, elsewhere: httpx.AsyncClient, bayko: Person
) -> None:
    await application.messaging.table.put(Put({"pk": "HANDLE#ba", "sk": "baboon"}))
    found = (await elsewhere.get("/api/users?prefix=ba")).json()
    assert [user["handle"] for user in found] == ["bayko"]
