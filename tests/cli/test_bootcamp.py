"""What docs/coming-from-the-bootcamp.md says works: the tutorial's table, pages and scripts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from tests import engines
from tests.bus.services import service
from tests.cli.conftest import Run
from tests.cli.test_layouts import Theirs
from tests.cli.tutorial_tables import old_message, old_row, uuid_of

FRONT_END = "http://localhost:3000"
PASSWORD = "correct horse"


async def adopted(cruddur: Run, theirs: Theirs, table: str) -> None:
    """Steps 2 and 5: the commands as they stand there, with this run's endpoint."""
    flags = ("--table-name", table, "--endpoint-url", theirs.url)
    everywhere = ("--table", "dynamodb", *flags)
    places = [f"dynamodb:{name}@{theirs.url}" for name in (theirs.name, table)]
    for words, answers, said in (
        (("ddb", "schema-load", *flags), "", "Made "),
        (("adopt", *places), "", "2 of these people cannot sign in yet"),
        (("users", "list", *everywhere), "", "@andrewbrown  "),
        (("users", "set-password", "andrewbrown", *everywhere), PASSWORD, "can sign in"),
        (("ddb", "get-conversation", "andrewbrown", "bayko", *flags), "", "See you"),
        (("ddb", "list-conversations", "andrewbrown", *flags), "", "@bayko"),
    ):
        result = await asyncio.to_thread(cruddur, *words, answers=answers)
        assert (result.exit_code, said in result.stdout) == (0, True), result.output


@asynccontextmanager
async def the_pages(url: str) -> AsyncIterator[httpx.AsyncClient]:
    """Fetches as their browser does, from another origin."""
    headers = {"Origin": FRONT_END, "Sec-Fetch-Site": "same-site", "Accept": "application/json"}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=20) as client:
        yield client


async def read(answer: httpx.Response) -> Any:
    """What a page may read, if its browser lets it."""
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, FRONT_END)
    return answer.json()


async def test_the_way_from_week_five_to_a_running_service(cruddur: Run, tmp_path: Path) -> None:
    theirs = Theirs(engines.shared("dynoxide").url, tmp_path, with_our_index=False)
    naive = "2023-04-13T15:00:00.123456"
    items = [
        old_message("a", 0, "andrewbrown", "Hello"),
        old_message("a", 1, "bayko", "See you", sk=naive),
        old_row("andrewbrown", "a", 1, "bayko", "See you"),
        old_row("bayko", "a", 1, "andrewbrown", "See you"),
    ]
    await theirs.make(items)
    table = f"{theirs.name}-2"
    await adopted(cruddur, theirs, table)
    settings = {
        "CRUDDUR_TABLE": "dynamodb",
        "CRUDDUR_TABLE_NAME": table,
        "CRUDDUR_ALLOWED_ORIGINS": FRONT_END,
        "CRUDDUR_PUBLIC_PROFILES": "on",
        "CRUDDUR_MESSAGE_MAX_CHARS": "1024",
        "AWS_ENDPOINT_URL": theirs.url,
    }
    async with service(tmp_path, settings) as (_, url), the_pages(url) as pages:
        await _walk(pages)
    dropped = await asyncio.to_thread(cruddur, "ddb", "drop", "--yes", "--table-name", table)
    assert dropped.exit_code == 0
    await theirs.drop()


async def _walk(pages: httpx.AsyncClient) -> None:
    other = await read(await pages.get("/api/users/@bayko/short"))
    assert (other["uuid"], other["display_name"]) == (uuid_of("bayko"), "Bayko")
    login = {"handle": "andrewbrown", "password": PASSWORD}
    token = (await read(await pages.post("/api/sessions", json=login)))["token"]
    pages.cookies.clear()  # as a browser: it keeps none that comes to another origin
    pages.headers["Authorization"] = f"Bearer {token}"
    (group,) = await read(await pages.get("/api/message_groups"))
    assert (group["handle"], group["message"]) == ("bayko", "See you")
    messages = await read(await pages.get(f"/api/messages/{group['uuid']}"))
    assert [message["message"] for message in messages] == ["Hello", "See you"]
    for to in ({"message_group_uuid": group["uuid"]}, {"handle": "bayko"}):
        sent = await read(await pages.post("/api/messages", json={"message": "Hi", **to}))
        assert sent["message_group_uuid"] == group["uuid"]
