"""The page in a frame: who may show it, and what its answer says."""

import httpx
import msgspec
import pytest
from litestar import Litestar
from tests.web.applications import make_app
from tests.web.callers import Person, open_client

from cruddur.bootstrap import Application
from cruddur.config import Settings, WrongSetting, load_settings

SHOP, OTHER = "https://shop.example", "https://shop.example:8443"
POLICY = "content-security-policy"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, frames=f"{SHOP}, {OTHER}")


async def test_the_listed_origins_may_show_it_and_it_is_nobodys(
    nobody: httpx.AsyncClient, andrew: Person
) -> None:
    pages = [(await client.get("/embed")) for client in (nobody, andrew.http)]
    assert pages[0].text.split("<!--")[0] == pages[1].text.split("<!--")[0]
    assert "andrew" not in pages[1].text
    for page in pages:
        assert page.status_code == 200
        (policy,) = page.headers.get_list(POLICY)
        assert policy.endswith(f"frame-ancestors {SHOP} {OTHER}")
        assert "script-src 'self'" in policy
        assert "set-cookie" not in page.headers
        assert "x-frame-options" not in page.headers


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/@bayko", "/embed/v1.js", "/api/me", "/nothing"]
)
async def test_nobody_may_show_any_other_page(andrew: Person, path: str) -> None:
    (policy,) = (await andrew.http.get(path)).headers.get_list(POLICY)
    assert policy.endswith("frame-ancestors 'none'")


async def test_without_the_setting_there_is_no_such_page(application: Application) -> None:
    plain = msgspec.structs.replace(application.settings, frames="")
    app: Litestar = make_app(application.messaging, application.identity, plain)
    async with open_client(app) as client:
        answer = await client.get("/embed")
        assert answer.status_code == 404
        assert answer.headers[POLICY].endswith("frame-ancestors 'none'")


async def test_what_it_shows_and_how_is_one_of_a_few_words(nobody: httpx.AsyncClient) -> None:
    for show, theme, shown, look in (
        ("inbox", "dark", "inbox", "dark"),
        ('"><script>', "x", "both", "system"),
    ):
        page = (await nobody.get("/embed", params={"show": show, "theme": theme})).text
        assert f'data-show="{shown}"' in page
        assert f'data-theme="{look}"' in page
        assert "<script>" not in page


@pytest.mark.parametrize(
    "origin", ["*", "null", "https://*.example", "https://shop.example/", "'self'"]
)
def test_a_list_that_no_browser_could_match_stops_the_start(origin: str) -> None:
    with pytest.raises(WrongSetting, match=r"^CRUDDUR_FRAMES cannot hold [^\n]*$"):
        load_settings({}, {"CRUDDUR_FRAMES": f"{SHOP},{origin}"})
