"""An address is set, confirmed and removed over HTTP; a stranger who asks for a link learns nothing."""

import io
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest
from litestar import Litestar
from tests.mail_server import Mailbox, link_in, mail_server
from tests.stage import CHEAP_PASSWORDS, Counted
from tests.web.applications import make_app
from tests.web.callers import open_client
from tests.web.conftest import running

from cruddur.bootstrap import Application, open_application
from cruddur.config import Settings
from cruddur.domain.model import User
from cruddur.identity.create_account import create_account
from cruddur.identity.digests import stop_token_of
from cruddur.logs import log_json
from cruddur.web.http.context import Context
from cruddur.web.http.rate_limits import Limit, Limits

pytestmark = pytest.mark.every_engine

OLD, NEW = "correct horse", "battery staple"
ADDRESS = "maya@example.com"


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
async def with_mail(settings: Settings, mailbox: Mailbox) -> AsyncIterator[Settings]:
    async with mail_server(mailbox) as port:
        yield msgspec.structs.replace(
            settings,
            smtp_url=f"smtp://localhost:{port}",
            mail_from="Chat <chat@example.com>",
            public_url="https://chat.example.com",
        )


@pytest.fixture
async def mailing(with_mail: Settings) -> AsyncIterator[tuple[Application, Litestar]]:
    async with open_application(with_mail) as application:
        application.identity.password_cost = CHEAP_PASSWORDS
        yield (
            application,
            make_app(
                application.messaging, application.identity, with_mail, mails=application.mails
            ),
        )


@pytest.fixture
async def client(
    mailing: tuple[Application, Litestar], with_mail: Settings
) -> AsyncIterator[httpx.AsyncClient]:
    """Of a service that runs, and so sends its mails."""
    async with running(mailing[1], with_mail) as url, httpx.AsyncClient(base_url=url) as client:
        yield client


@pytest.fixture
async def maya(mailing: tuple[Application, Litestar]) -> User:
    return await create_account(mailing[0].identity, "maya", "Maya", OLD)


async def sign_in(client: httpx.AsyncClient, password: str) -> httpx.Response:
    answer = await client.post("/api/sessions", json={"handle": "maya", "password": password})
    client.cookies.clear()
    if answer.status_code == 200:
        client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    return answer


async def confirm(client: httpx.AsyncClient, mailbox: Mailbox) -> httpx.Response:
    token = link_in(await mailbox.next()).partition("#")[2]
    return await client.post("/api/email-confirmation", json={"token": token})


def shown(email: str | None, pending: str | None) -> dict[str, Any]:
    return {
        "email": email,
        "pending": pending,
        "sends_mail": True,
        "digest": email is not None,
    }


async def test_an_address_is_set_confirmed_shown_to_its_owner_and_removed(
    client: httpx.AsyncClient, mailbox: Mailbox, maya: User
) -> None:
    await sign_in(client, OLD)
    assert (await client.get("/api/me/email")).json() == shown(None, None)
    body = {"email": ADDRESS, "current_password": OLD}
    assert (await client.put("/api/me/email", json=body)).json() == shown(None, ADDRESS)
    assert (await confirm(client, mailbox)).status_code == 204
    assert (await client.get("/api/me/email")).json() == shown(ADDRESS, None)
    exported = (await client.get("/api/me/export")).text.splitlines()[0]
    assert f'"email":"{ADDRESS}"' in exported
    for path in ("/api/me", "/api/users/@maya/short", "/api/users?prefix=ma"):
        assert ADDRESS not in (await client.get(path)).text
    gone = await client.request("DELETE", "/api/me/email", json={"current_password": OLD})
    assert gone.json() == shown(None, None)
    assert (await mailbox.next())["Subject"] == "Your e-mail address was removed"


async def test_an_account_may_be_made_with_an_address(
    client: httpx.AsyncClient, mailbox: Mailbox
) -> None:
    new = {"handle": "maya", "display_name": "Maya", "password": OLD}
    wrong = await client.post("/api/accounts", json={**new, "email": "maya"})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "email")
    assert (await client.post("/api/accounts", json={**new, "email": ADDRESS})).status_code == 201
    assert (await confirm(client, mailbox)).status_code == 204
    await sign_in(client, OLD)
    assert (await client.get("/api/me/email")).json() == shown(ADDRESS, None)


async def test_a_forgotten_password_from_the_question_to_signed_in(
    client: httpx.AsyncClient, mailbox: Mailbox, maya: User
) -> None:
    await sign_in(client, OLD)
    await client.put("/api/me/email", json={"email": ADDRESS, "current_password": OLD})
    await confirm(client, mailbox)
    host = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    asked = await client.post("/api/password-forgotten", json={"who": "@maya"}, headers=host)
    assert (asked.status_code, asked.content) == (204, b"")
    link = link_in(await mailbox.next())
    assert link.startswith("https://chat.example.com/reset#")  # and not where the request said
    body = {"token": link.partition("#")[2], "new_password": NEW}
    assert (await client.post("/api/password-reset", json=body)).status_code == 204
    assert (await mailbox.next())["Subject"] == "Your password was changed"
    assert [(await sign_in(client, one)).status_code for one in (OLD, NEW)] == [401, 200]


async def test_the_answer_and_what_is_done_are_the_same_for_anybody(
    mailing: tuple[Application, Litestar], with_mail: Settings, mailbox: Mailbox, maya: User
) -> None:
    """Nothing is looked up before the answer, so that its time cannot tell either."""
    application, app = mailing
    async with running(app, with_mail) as url, httpx.AsyncClient(base_url=url) as client:
        await sign_in(client, OLD)
        await client.put("/api/me/email", json={"email": ADDRESS, "current_password": OLD})
        await confirm(client, mailbox)
    counted = Counted(application.identity.table)  # now nothing is sent any more
    application.identity.table = counted
    answers = set()
    async with open_client(app) as client:
        for who in ("maya", ADDRESS, "nobody", "nobody@example.com", "é" * 300, "\0"):
            answer = await client.post("/api/password-forgotten", json={"who": who})
            ours = {"date", "x-request-id"}
            answers.add((answer.status_code, answer.content, *sorted(set(answer.headers) - ours)))
    assert counted.calls == ["put"] * 6
    assert len(answers) == 1


async def test_neither_addresses_nor_links_are_in_the_log(
    client: httpx.AsyncClient, mailbox: Mailbox, maya: User
) -> None:
    lines = io.StringIO()
    log_json(lines)
    await sign_in(client, OLD)
    await client.put("/api/me/email", json={"email": ADDRESS, "current_password": OLD})
    await confirm(client, mailbox)
    await client.post("/api/password-forgotten", json={"who": ADDRESS})
    token = link_in(await mailbox.next()).partition("#")[2]
    log_json()
    for act in ("email_set", "email_confirmed", "reset_link_asked", "a mail was sent"):
        assert act in lines.getvalue()
    assert [one for one in (ADDRESS, token, token[22:]) if one in lines.getvalue()] == []


async def test_questions_and_addresses_are_counted(
    client: httpx.AsyncClient, mailing: tuple[Application, Litestar], mailbox: Mailbox, maya: User
) -> None:
    await sign_in(client, OLD)
    context: Context = mailing[1].state["context"]
    context.limits = Limits()
    context.limits.mailing = Limit("strict", burst=1, seconds=1000)
    context.limits.mailing_address = Limit("strict", burst=2, seconds=1000)
    body = {"email": ADDRESS, "current_password": OLD}
    set_twice = [(await client.put("/api/me/email", json=body)).status_code for _ in range(2)]
    asked = [
        (await client.post("/api/password-forgotten", json={"who": who})).status_code
        for who in ("maya", "nobody", "maya")
    ]
    assert (set_twice, asked) == ([200, 429], [204, 204, 429])


async def test_without_a_mail_server_each_of_them_says_so(
    app: Litestar, application: Application
) -> None:
    await create_account(application.identity, "maya", "Maya", OLD)
    async with open_client(app) as client:
        await sign_in(client, OLD)
        assert (await client.get("/api/me/email")).json()["sends_mail"] is False
        body = {"email": ADDRESS, "current_password": OLD}
        new = {"handle": "b", "display_name": "B", "password": OLD, "email": ADDRESS}
        answers = [
            await client.put("/api/me/email", json=body),
            await client.post("/api/password-forgotten", json={"who": "maya"}),
            await client.post("/api/accounts", json=new),
        ]
        assert [answer.json()["code"] for answer in answers] == ["mail_off"] * 3
        assert (
            await client.post("/api/email-confirmation", json={"token": "x"})
        ).status_code == 404


async def test_mails_of_what_is_unread_are_stopped_by_one_click_and_not_by_looking(
    client: httpx.AsyncClient, mailing: tuple[Application, Litestar], mailbox: Mailbox, maya: User
) -> None:
    await sign_in(client, OLD)
    assert (await client.patch("/api/me/email", json={"digest": True})).status_code == 409
    await client.put("/api/me/email", json={"email": ADDRESS, "current_password": OLD})
    await confirm(client, mailbox)
    path = f"/stop-mails/{stop_token_of(mailing[0].identity, maya.user_uuid)}"
    async with httpx.AsyncClient(base_url=client.base_url) as program:
        page = await program.get(path)
        assert (page.status_code, page.headers["referrer-policy"]) == (200, "no-referrer")
        assert (await client.get("/api/me/email")).json()["digest"] is True
        one_click = {"List-Unsubscribe": "One-Click"}
        for _ in range(2):
            assert (await program.post(path, data=one_click)).status_code == 200
        assert (await program.post("/stop-mails/x", data=one_click)).status_code == 404
    assert (await client.get("/api/me/email")).json()["digest"] is False
    on = await client.patch("/api/me/email", json={"digest": True})
    assert on.json() == shown(ADDRESS, None)
