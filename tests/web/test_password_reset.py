"""`POST /api/password-reset` and its page: only a person with the link learns the secret."""

import io

import httpx
import pytest
from litestar import Litestar

from cruddur.bootstrap import Application
from cruddur.config import WrongSetting, load_settings
from cruddur.identity.create_account import create_account
from cruddur.identity.make_reset_token import make_reset_token
from cruddur.logs import log_json
from cruddur.web.http.context import Context
from cruddur.web.http.rate_limits import Limit, Limits

PATH, OLD, NEW = "/api/password-reset", "correct horse", "battery staple"


@pytest.fixture
async def token(application: Application) -> str:
    await create_account(application.identity, "chloe", "Chloe", OLD)
    return (await make_reset_token(application.identity, "chloe")).token


async def test_a_link_sets_the_password_and_ends_the_sessions(
    nobody: httpx.AsyncClient, token: str
) -> None:
    credentials = {"handle": "chloe", "password": OLD}
    bearer = (await nobody.post("/api/sessions", json=credentials)).json()["token"]
    nobody.cookies.clear()
    answer = await nobody.post(PATH, json={"token": token, "new_password": NEW})
    assert (answer.status_code, answer.content) == (204, b"")
    assert "set-cookie" not in answer.headers  # one signs in, and shows that one knows it
    headers = {"Authorization": f"Bearer {bearer}"}
    assert (await nobody.get("/api/me", headers=headers)).status_code == 401
    again = await nobody.post(PATH, json={"token": token, "new_password": NEW})
    assert (again.status_code, again.json()["code"]) == (404, "reset_link_invalid")
    credentials["password"] = NEW
    assert (await nobody.post("/api/sessions", json=credentials)).status_code == 200


async def test_the_secret_is_in_no_line_of_the_log(nobody: httpx.AsyncClient, token: str) -> None:
    lines = io.StringIO()
    log_json(lines)
    for password in ("short", NEW, NEW):
        await nobody.post(PATH, json={"token": token, "new_password": password})
    log_json()
    assert '"act":"password_reset"' in lines.getvalue().replace('": "', '":"')
    assert [secret for secret in (token, token[22:], NEW) if secret in lines.getvalue()] == []


async def test_the_page_sends_no_referrer_and_others_send_it_as_ever(
    nobody: httpx.AsyncClient,
) -> None:
    page = await nobody.get("/reset")
    assert page.headers.get_list("referrer-policy") == ["no-referrer"]
    other = await nobody.get("/sign-in")
    assert other.headers.get_list("referrer-policy") == ["same-origin"]


async def test_tries_are_counted_by_address(app: Litestar, nobody: httpx.AsyncClient) -> None:
    context: Context = app.state["context"]
    context.limits = Limits()
    context.limits.resetting_address = Limit("strict", burst=2, seconds=1000)
    body = {"token": "x", "new_password": NEW}
    statuses = [(await nobody.post(PATH, json=body)).status_code for _ in range(3)]
    assert statuses == [404, 404, 429]


@pytest.mark.parametrize("text", ["chat.example.com", "https://a:b@c.de", "https://c.de/", "x://y"])
def test_links_begin_with_an_address(text: str) -> None:
    with pytest.raises(WrongSetting, match="CRUDDUR_PUBLIC_URL takes an address like"):
        load_settings({"public_url": text}, {})
    settings = load_settings({"public_url": "https://example.com/chat"}, {})
    assert settings.public_url == "https://example.com/chat"
