"""Somebody takes along what they have written and received."""

import json
from typing import Any

import pytest
from litestar import Litestar
from tests.stage import Interrupted
from tests.web.callers import Person, open_client

from cruddur.bootstrap import Application
from cruddur.domain.errors import TableUnavailable
from cruddur.domain.model import InboxRow
from cruddur.identity.end_sessions import end_sessions
from cruddur.messaging.inbox.export_inbox import MESSAGES_PAGE, InboxExport
from cruddur.ports.table import Put
from cruddur.schema import items, keys

pytestmark = pytest.mark.every_engine


async def exported(person: Person) -> list[dict[str, Any]]:
    answer = await person.http.get("/api/me/export")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    assert "attachment" in answer.headers["content-disposition"]
    return [json.loads(line) for line in answer.text.splitlines()]


async def test_it_has_the_account_and_all_that_was_said(
    andrew: Person, bayko: Person, mallory: Person
) -> None:
    group = (await andrew.send("one", handle="bayko"))["message_group_uuid"]
    await bayko.send("two", message_group_uuid=group)
    await mallory.send("not for andrew", handle="bayko")
    lines = await exported(andrew)
    assert [line["type"] for line in lines] == [
        "account", "conversation", "message", "message", "end",
    ]  # fmt: skip
    account, conversation, first, second, end = lines
    assert (account["uuid"], account["handle"]) == (andrew.uuid, "andrew")
    assert (conversation["uuid"], conversation["handle"]) == (group, "bayko")
    assert [(one["seq"], one["handle"], one["message"]) for one in (first, second)] == [
        (1, "andrew", "one"), (2, "bayko", "two"),
    ]  # fmt: skip
    assert end["messages"] == 2
    assert "not for andrew" not in json.dumps(lines)


async def test_somebody_without_conversations_gets_their_account(andrew: Person) -> None:
    assert [line["type"] for line in await exported(andrew)] == ["account", "end"]


async def test_the_account_has_what_else_the_service_keeps_of_its_person(
    andrew: Person, bayko: Person
) -> None:
    await andrew.http.put(f"/api/blocks/{bayko.uuid}")
    await andrew.http.patch("/api/me", json={"who_may_write": "request", "shares_receipts": False})
    account, *_ = await exported(andrew)
    assert (account["who_may_write"], account["shares_receipts"]) == ("request", False)
    assert [one["handle"] for one in account["blocks"]] == ["bayko"]
    assert account["sessions"] == (await andrew.http.get("/api/sessions")).json()
    assert (account["passkeys"], account["second_factor_since"]) == ([], None)
    assert account["sign_up_invites"] == []


async def test_a_part_is_a_page_however_long_a_conversation_is(
    andrew: Person, bayko: Person, application: Application
) -> None:
    first = await andrew.send("one", handle="bayko")
    group, table = first["message_group_uuid"], application.messaging.table
    stored = await table.get(keys.message_key(group, 1), consistent=True)
    message = items.message_from(stored or {})
    for start in range(2, 2 * MESSAGES_PAGE, 50):
        seqs = range(start, min(start + 50, 2 * MESSAGES_PAGE))
        await table.transact(
            [Put({**items.message_item(message), "sk": keys.seq_sk(n)}) for n in seqs]
        )
    walk, sizes = InboxExport(application.messaging, andrew.uuid), []
    while (part := await walk.next_part()) is not None:
        sizes.append(len(part))
        assert isinstance(part[0], InboxRow) == (len(sizes) == 1)
    assert sizes == [1, MESSAGES_PAGE, MESSAGES_PAGE - 1]


@pytest.mark.parametrize("what", ["the session ends", "the table is away"])
async def test_an_export_that_breaks_off_says_so(
    what: str, app: Litestar, andrew: Person, application: Application
) -> None:
    await andrew.send("one", handle="andrew")

    async def happens() -> None:
        if what == "the table is away":
            raise TableUnavailable("gone")
        await end_sessions(application.identity, andrew.uuid)

    messaging = application.messaging
    messaging.table = Interrupted(messaging.table, "query", happens)
    async with open_client(app) as client:
        client.headers["Authorization"] = f"Bearer {andrew.token}"
        answer = await client.get("/api/me/export")
    assert '"type":"message"' not in answer.text
    assert '"type":"end"' not in answer.text
