"""What a page asks the server when it is opened: tests/prices counts exactly these questions."""

import re

from tests.browser.conftest import EMPTY
from tests.browser.people import People
from tests.browser.screen import Windows

SERVICE_WORKERS = "allow"  # it asks too

_UUIDS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
_STREAM = re.compile(r"(page=|presence/|within=)[\w-]+")
ASKED = [
    "GET /api/events?group_rows=false&page=",
    "GET /api/messages/…/changes?applied=0&receipts=true&within=",
    "PUT /api/presence/",
]


def test_opening_a_page_asks_each_question_once(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = tomas.writes(maya, "Hello")
    screen = window(maya)
    screen.page.goto(EMPTY)  # where no page asks beside this one
    asked: list[str] = []
    screen.page.on("request", lambda r: asked.append(f"{r.method} /{r.url.split('/', 3)[3]}"))
    with (
        screen.page.expect_request("**/api/presence/*"),
        screen.page.expect_request("**/changes?*"),
    ):
        screen.open(f"/c/{group}")
    screen.page.wait_for_load_state("load")
    api = [_STREAM.sub(r"\1", _UUIDS.sub("…", one)) for one in asked if "/api/" in one]
    # A process that remembers her asks for invitations too, and what is on the screen is marked as read.
    assert sorted(one for one in api if not one.endswith(("/api/invitations", "/read"))) == ASKED
