"""A setting says who may make an account: anybody, people with an invitation, or nobody."""

import io
from typing import Any

import httpx
import msgspec
import pytest
from litestar import Litestar
from tests.web.callers import Person

from cruddur.bootstrap import Application
from cruddur.identity.make_sign_up_invite import make_sign_up_invite
from cruddur.logs import log_json
from cruddur.web.http.context import Context
from cruddur.web.http.rate_limits import Limit, Limits

INVITES = "/api/sign_up_invites"
CHLOE = {"handle": "chloe", "display_name": "Chloe", "password": "correct horse"}


def sign_up_is(app: Litestar, sign_up: str, members_invite: str = "off") -> None:
    context: Context = app.state["context"]
    context.settings = msgspec.structs.replace(
        context.settings, sign_up=sign_up, members_invite=members_invite
    )


async def answer_to(client: httpx.AsyncClient, **more: Any) -> tuple[int, str]:
    answer = await client.post("/api/accounts", json={**CHLOE, **more})
    return answer.status_code, answer.json().get("code", "")


@pytest.fixture
async def token(application: Application) -> str:
    return (await make_sign_up_invite(application.identity, None, uses=1, days=1)).token


async def test_by_invite(app: Litestar, nobody: httpx.AsyncClient, token: str) -> None:
    sign_up_is(app, "invite")
    assert await answer_to(nobody) == (403, "sign_up_invite_needed")
    assert await answer_to(nobody, invite="x") == (404, "sign_up_invite_invalid")
    assert await answer_to(nobody, invite=token, password="short") == (422, "password_too_short")
    assert await answer_to(nobody, invite=token) == (201, "")
    assert await answer_to(nobody, invite=token, handle="dora") == (404, "sign_up_invite_invalid")


async def test_closed_is_closed_to_invitations_too(
    app: Litestar, nobody: httpx.AsyncClient, token: str
) -> None:
    sign_up_is(app, "closed")
    assert await answer_to(nobody, invite=token) == (403, "sign_up_closed")


async def test_where_anybody_may_an_invitation_is_not_used_up(
    app: Litestar, nobody: httpx.AsyncClient, token: str
) -> None:
    assert await answer_to(nobody, invite=token) == (201, "")
    sign_up_is(app, "invite")
    assert await answer_to(nobody, invite=token, handle="dora") == (201, "")


async def test_members_invite_where_they_may(
    app: Litestar, andrew: Person, nobody: httpx.AsyncClient
) -> None:
    for sign_up, members in (("invite", "off"), ("open", "on"), ("closed", "on")):
        sign_up_is(app, sign_up, members)
        refused = await andrew.http.post(INVITES, json={})
        assert (refused.status_code, refused.json()["code"]) == (403, "members_invite_off")
    sign_up_is(app, "invite", "on")
    made = (await andrew.http.post(INVITES, json={"uses": 2, "days": 3})).json()
    token = made.pop("token")
    assert (await andrew.http.get(INVITES)).json() == [made]
    seen = await nobody.post(f"{INVITES}/look", json={"token": token})
    assert seen.json() == {"display_name": "Andrew", "expires_at": made["expires_at"]}
    assert await answer_to(nobody, invite=token) == (201, "")
    assert (await andrew.http.get(INVITES)).json() == [{**made, "uses_left": 1}]
    assert (await andrew.http.delete(f"{INVITES}/{made['id']}")).status_code == 204
    assert (await andrew.http.delete(f"{INVITES}/{made['id']}")).status_code == 404
    assert (await nobody.post(f"{INVITES}/look", json={"token": token})).status_code == 404


async def test_nobody_ends_what_another_made(app: Litestar, andrew: Person, bayko: Person) -> None:
    sign_up_is(app, "invite", "on")
    made = (await andrew.http.post(INVITES, json={})).json()
    assert (await bayko.http.get(INVITES)).json() == []
    assert (await bayko.http.delete(f"{INVITES}/{made['id']}")).status_code == 404


@pytest.mark.parametrize("body", [{"uses": 0}, {"uses": 21}, {"days": 0}, {"days": 31}])
async def test_bounds(app: Litestar, andrew: Person, body: dict[str, int]) -> None:
    sign_up_is(app, "invite", "on")
    assert (await andrew.http.post(INVITES, json=body)).status_code == 422


async def test_what_is_limited(app: Litestar, andrew: Person, nobody: httpx.AsyncClient) -> None:
    sign_up_is(app, "invite", "on")
    context: Context = app.state["context"]
    context.limits = Limits()
    context.limits.inviting = Limit("strict", burst=2, seconds=1000)
    context.limits.asking_unknown = Limit("strict too", burst=2, seconds=1000)
    made = [(await andrew.http.post(INVITES, json={})).status_code for _ in range(3)]
    assert made == [201, 201, 429]
    body = {"token": "x"}
    seen = [(await nobody.post(f"{INVITES}/look", json=body)).status_code for _ in range(3)]
    assert seen == [404, 404, 429]


async def test_the_log_says_who_invited_and_holds_no_token(
    app: Litestar, andrew: Person, nobody: httpx.AsyncClient
) -> None:
    sign_up_is(app, "invite", "on")
    lines = io.StringIO()
    log_json(lines)
    made = (await andrew.http.post(INVITES, json={})).json()
    await answer_to(nobody, invite=made["token"])
    await andrew.http.delete(f"{INVITES}/{made['id']}")
    log_json()
    written = [msgspec.json.decode(line) for line in lines.getvalue().splitlines()]
    acts = {one["act"]: one for one in written if one["event"] == "security"}
    assert acts["signed_up"]["invited_by"] == andrew.user.user_uuid
    assert acts["signed_up"]["invite"] == acts["sign_up_invite_made"]["invite"] == made["id"]
    assert "sign_up_invite_revoked" in acts
    assert made["token"][22:] not in lines.getvalue()


@pytest.mark.parametrize(
    ("sign_up", "has_form", "words"),
    [
        ("open", True, "Already have one?"),
        ("invite", True, "Accounts are made by invitation here."),
        ("closed", False, "Accounts are made by the people who run this."),
    ],
)
async def test_the_page(
    app: Litestar, nobody: httpx.AsyncClient, sign_up: str, has_form: bool, words: str
) -> None:
    sign_up_is(app, sign_up)
    page = await nobody.get("/sign-up")
    assert page.headers.get_list("referrer-policy") == ["no-referrer"]
    assert (("data-account" in page.text), (words in page.text)) == (has_form, True)
    link = 'href="/sign-up"' in (await nobody.get("/sign-in")).text
    assert link == (sign_up == "open")
