"""Under a path of one's own, `/chat/…`: nothing that goes out leads past it."""

import re

import httpx
import msgspec
import pytest
from litestar import Litestar
from tests.house.source import ROOT
from tests.web.applications import make_app
from tests.web.callers import Person

from cruddur.bootstrap import Application
from cruddur.config import WrongSetting, load_settings
from cruddur.web.http.auth import COOKIE

JS = ROOT / "src/cruddur/web/pages/static/js"
BASE = "/chat"


@pytest.fixture
def app(application: Application) -> Litestar:
    settings = msgspec.structs.replace(application.settings, base_path=BASE)
    return make_app(application.messaging, application.identity, settings)


@pytest.mark.parametrize("path", ["/", "", "/sign-in", "/sign-up", "/schema", "/@andrew", "/none"])
async def test_all_that_a_page_names_is_there(path: str, andrew: Person, bayko: Person) -> None:
    await bayko.send("hi", handle="andrew")
    page = (await andrew.http.get(BASE + path)).text
    assert f'data-base="{BASE}"' in page
    named = set(re.findall(r'(?:src|href)="([^"#]+)"', page))
    assert named
    for one in named:
        assert one.startswith(f"{BASE}/"), one
        assert (await andrew.http.get(one)).status_code in {200, 302}, one


async def test_redirects_stay_under_it(
    nobody: httpx.AsyncClient, andrew: Person, bayko: Person
) -> None:
    group = (await andrew.send("hi", handle="bayko"))["message_group_uuid"]
    for caller, path, location in (
        (nobody, "/", "/chat/sign-in"),
        (nobody, "/@andrew", "/chat/sign-in?next=/chat/@andrew"),
        (andrew.http, "/@bayko", f"/chat/c/{group}"),
    ):
        assert (await caller.get(BASE + path)).headers["location"] == location


async def test_links_to_the_next_page_and_problem_types_are_under_it(andrew: Person) -> None:
    for text in ("one", "two"):
        group = (await andrew.send(text, handle="andrew"))["message_group_uuid"]
    first = await andrew.http.get(f"{BASE}/api/messages/{group}?limit=1")
    rest = await andrew.http.get(first.links["next"]["url"])
    assert [message["seq"] for message in (*rest.json(), *first.json())] == [1, 2]
    assert str(rest.url.path).startswith(f"{BASE}/api/")
    problem = (await andrew.http.get(f"{BASE}/api/messages/none")).json()
    assert problem["type"] == "/chat/schema#message_group_not_found"
    document = (await andrew.http.get(f"{BASE}/schema/openapi.json")).json()
    assert [server["url"] for server in document["servers"]] == [BASE]


async def test_the_cookie_is_for_this_path_alone(nobody: httpx.AsyncClient) -> None:
    who = {"handle": "andrew", "password": "lake-weekend"}
    await nobody.post(f"{BASE}/api/accounts", json={**who, "display_name": "Andrew"})
    answer = await nobody.post(f"{BASE}/api/sessions", json=who)
    assert re.search(rf"^{COOKIE}=.*; Path=/chat;", answer.headers["set-cookie"])


async def test_what_asks_without_the_proxy_needs_no_base(nobody: httpx.AsyncClient) -> None:
    for path in ("/health/live", f"{BASE}/health/live"):
        assert (await nobody.get(path)).json() == {"status": "live"}
    assert (await nobody.get("/chatter/health/live")).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    ["chat", "/", "/chat/", "//chat", "/a//b", "/../x", "/ch at", "/api", "/c", "/static/x"],
)
def test_what_cannot_be_a_base_is_refused(wrong: str) -> None:
    with pytest.raises(WrongSetting, match="CRUDDUR_BASE_PATH cannot be"):
        load_settings({"base_path": wrong}, {})


def test_a_base_may_have_several_parts() -> None:
    assert load_settings({"base_path": "/apps/chat-2"}, {}).base_path == "/apps/chat-2"


def test_no_module_of_the_page_asks_the_browser_for_a_path_of_its_own_making() -> None:
    """Whatever fetches or goes somewhere says `outside(…)`; who asks where we are says `here()`."""
    asks = re.compile(
        r"(fetch|location\.assign|location\.replace|window\.open)\((?!outside\(|`\$\{outside\()"
    )
    wrong = {
        f"{file.name}: {line.strip()}"
        for file in JS.glob("*.js")
        for line in file.read_text("utf-8").splitlines()
        if asks.search(line)
        or re.search(r"""(pushState|replaceState)\((?!.*(outside\(|addressOf\(|, ""\)))""", line)
    }
    assert wrong == {
        'account_mail.js: history.replaceState(null, "", location.pathname);',  # where it is already
        "accounts.js: location.assign(next);",  # which a link has brought along
    }
