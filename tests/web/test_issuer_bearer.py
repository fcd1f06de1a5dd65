"""Calls of the API with a token of an issuer: as who, and what a 401 or a 503 tells."""

from collections.abc import AsyncIterator

import httpx
import pytest
from litestar import Litestar
from tests.issuer import FakeIssuer, Key, running_issuer

from cruddur.bootstrap import Application
from cruddur.engines.issuer_http import AiohttpIssuerHttp
from cruddur.identity.disable_account import disable_account
from cruddur.identity.issuers import Issuers

pytestmark = pytest.mark.every_engine


@pytest.fixture
async def issuer(application: Application) -> AsyncIterator[FakeIssuer]:
    async with running_issuer() as issuer:
        application.identity.issuers = Issuers([issuer.issuer()], AiohttpIssuerHttp())
        yield issuer
        await application.identity.issuers.close()


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_a_person_writes_with_a_token_of_cognito_s_form(
    app: Litestar, nobody: httpx.AsyncClient, issuer: FakeIssuer
) -> None:
    me = (await nobody.get("/api/me", headers=bearer(issuer.cognito("id")))).json()
    assert (me["handle"], me["display_name"]) == ("maya", "Maya Lindqvist")
    body = {"message": "Hello", "handle": "maya"}
    other = bearer(issuer.cognito(sub="43"))
    sent = await nobody.post("/api/messages", json=body, headers=other)
    assert sent.status_code == 200
    assert sent.json()["user_uuid"] != me["uuid"]


async def test_a_401_says_what_is_wrong_only_of_a_well_signed_token(
    nobody: httpx.AsyncClient, issuer: FakeIssuer
) -> None:
    plain = 'Bearer realm="cruddur"'
    told = f'{plain}, error="invalid_token", error_description="The token has expired. It ended'
    good, bad = issuer.token(exp=1), issuer.token(Key(), exp=1)
    for token, code, challenge in ((good, "token_expired", told), (bad, "unauthenticated", plain)):
        answer = await nobody.get("/api/me", headers=bearer(token))
        assert (answer.status_code, answer.json()["code"]) == (401, code)
        assert answer.headers["www-authenticate"].startswith(challenge)
        assert ("error" in answer.headers["www-authenticate"]) == (token == good)


async def test_a_disabled_person_is_out_with_every_token(
    nobody: httpx.AsyncClient, issuer: FakeIssuer, application: Application
) -> None:
    token = issuer.token(preferred_username="maya", name="Maya")
    assert (await nobody.get("/api/me", headers=bearer(token))).status_code == 200
    await disable_account(application.identity, "maya")
    later = issuer.token(iat=int(issuer.clock().timestamp()) + 30)
    for one, code in ((token, "token_revoked"), (later, "account_disabled")):
        answer = await nobody.get("/api/me", headers=bearer(one))
        assert (answer.status_code, answer.json()["code"]) == (401, code)


async def test_a_token_can_be_signed_out_here(
    nobody: httpx.AsyncClient, issuer: FakeIssuer
) -> None:
    token = issuer.token()
    assert (await nobody.delete("/api/sessions", headers=bearer(token))).status_code == 204
    answer = await nobody.get("/api/me", headers=bearer(token))
    assert (answer.status_code, answer.json()["code"]) == (401, "token_revoked")


async def test_while_the_issuer_is_down_one_is_told_when_to_come_back(
    nobody: httpx.AsyncClient, issuer: FakeIssuer
) -> None:
    issuer.said = {"issuer": "http://127.0.0.1:1"}
    answer = await nobody.get("/api/me", headers=bearer(issuer.token()))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert (await nobody.get("/api/me", headers=bearer("x.y.z"))).status_code == 401
