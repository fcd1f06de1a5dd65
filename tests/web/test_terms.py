"""The operator's terms and privacy notice, where people make an account."""

import re
from typing import Any

import httpx
import msgspec
import pytest
from litestar import Litestar
from tests.web.callers import Person

from cruddur.config import WrongSetting, load_settings
from cruddur.web.http import templates
from cruddur.web.http.look import Look
from cruddur.web.pages.pages import nothing_shown

pytestmark = pytest.mark.every_engine

TERMS, PRIVACY = "https://example.com/terms?of=use&now", "https://example.com/privacy#data"
BOTH = {"terms_url": TERMS, "privacy_url": PRIVACY}
SAID = {
    "both": (BOTH, "you agree to the terms of use and the privacy notice."),
    "terms": ({"terms_url": TERMS}, "you agree to the terms of use."),
    "privacy": ({"privacy_url": PRIVACY}, "you agree to the privacy notice."),
}


def told(app: Litestar, **settings: Any) -> None:
    context = app.state["context"]
    context.settings = msgspec.structs.replace(context.settings, **settings)


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


@pytest.mark.parametrize("name", SAID)
async def test_people_read_what_they_agree_to(
    app: Litestar, nobody: httpx.AsyncClient, name: str
) -> None:
    settings, words = SAID[name]
    for sign_up in ("open", "invite"):
        told(app, sign_up=sign_up, **settings)
        page = (await nobody.get("/sign-up")).text
        form = page[page.index("<form") : page.index("</form>")]
        assert f"By creating an account {words}" in words_of(form)
        for address in settings.values():
            assert f'href="{address.replace("&", "&amp;")}" target="_blank" rel="noopener"' in form


async def test_without_the_settings_nothing_is_shown(
    nobody: httpx.AsyncClient, andrew: Person
) -> None:
    for path in ("/sign-up", "/sign-in"):
        assert "agree" not in (await nobody.get(path)).text
    page = (await andrew.http.get("/")).text
    assert "terms_url" not in page
    assert "privacy_url" not in page


async def test_the_settings_sheet_gets_the_addresses(app: Litestar, andrew: Person) -> None:
    told(app, **BOTH)
    page = (await andrew.http.get("/")).text
    assert '"terms_url": "https://example.com/terms?of=use\\u0026now"' in page
    assert f'"privacy_url": "{PRIVACY}"' in page
    service: Any = nothing_shown(app.state["context"])["service"]
    assert BOTH.items() <= service.items()  # without a network, too


@pytest.mark.parametrize("path", ["sign_in.html", "sign_up.html"])
def test_an_issuers_people_read_it_too(path: str) -> None:
    legal = {"terms": TERMS, "privacy": PRIVACY}
    ways: dict[str, Any] = {
        "issuers": [{"label": "Go on", "href": "/"}],
        "failed": "",
        "sign_up": "closed",
    }
    shown = templates.render_below("", path, Look(), legal=legal, mails=False, **ways).decode()
    assert f"With your first sign-in {SAID['both'][1]}" in words_of(shown)


@pytest.mark.parametrize(
    "text",
    [
        *("http://example.com/terms", "example.com/terms", "/terms", "https://", "https:///terms"),
        *(
            "javascript:alert(1)",
            "https://a@example.com/",
            "https://example.com/a b",
            "https://é.de",
        ),
        "https://example.com:x/",
    ],
)
@pytest.mark.parametrize("name", BOTH)
def test_only_a_page_by_https_is_led_to(name: str, text: str) -> None:
    with pytest.raises(WrongSetting, match=f"CRUDDUR_{name.upper()} takes the address of a page"):
        load_settings({name: text}, {})
    assert getattr(load_settings(BOTH, {}), name) == BOTH[name]
