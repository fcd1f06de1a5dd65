"""The audit in the table has what the security log has, and nothing secret."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest
from litestar import Litestar
from tests.web.callers import Person

from cruddur.config import Settings
from cruddur.identity.list_audit import list_audit
from cruddur.web.http.context import Context

pytestmark = pytest.mark.every_engine
SIGN_IN = {"handle": "chloe", "password": "correct horse"}
CHLOE = {**SIGN_IN, "display_name": "Chloe"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, audit_days=7)


async def _audit(app: Litestar) -> list[dict[str, Any]]:
    context: Context = app.state["context"]
    await context.audit.close()
    now = datetime.now(UTC)
    found = list_audit(context.identity, now - timedelta(days=1), now + timedelta(minutes=1))
    return [msgspec.to_builtins(entry) async for entry in found]


async def test_what_people_do_is_in_the_table(
    app: Litestar, nobody: httpx.AsyncClient, andrew: Person
) -> None:
    user = (await nobody.post("/api/accounts", json=CHLOE)).json()
    await nobody.post("/api/sessions", json={**SIGN_IN, "password": "incorrect horse"})
    group = await andrew.http.post(
        "/api/message_groups", json={"handles": ["chloe"], "title": "Plans"}
    )
    entries = await _audit(app)
    assert [(one["act"], one["user_uuid"]) for one in entries] == [
        ("signed_up", user["uuid"]),
        ("sign_in_failed", user["uuid"]),
        ("group_started", andrew.uuid),
    ]
    uuid = group.json()["message_group_uuid"]
    assert entries[2]["details"] == {"message_group_uuid": uuid, "people": [user["uuid"]]}
    assert all(one["address"] and one["request_id"] for one in entries)
    text = str(entries)
    assert not any(hidden in text for hidden in ("chloe", "correct horse", "Plans", "Bearer"))


async def test_messages_are_in_no_audit(app: Litestar, andrew: Person, bayko: Person) -> None:
    await andrew.http.post("/api/messages", json={"message": "hi", "handle": "bayko"})
    await bayko.http.get("/api/message_groups")
    assert await _audit(app) == []
