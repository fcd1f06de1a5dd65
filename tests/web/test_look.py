"""A page is painted as the browser's cookie says, and no cookie can write into it."""

import httpx
import pytest
from tests.web.callers import Person

from cruddur.web.http.look import ENTERS, PANES, SIZES, THEMES

PLAIN = 'data-theme="system" data-size="normal" data-enter="sends" data-pane="5"'


async def test_each_page_has_the_look_of_the_cookie(
    nobody: httpx.AsyncClient, andrew: Person
) -> None:
    cookie = {"Cookie": "a=b; cruddur_look=dark.large.breaks.12"}
    for http, path in ((nobody, "/sign-in"), (nobody, "/nothing"), (andrew.http, "/")):
        page = (await http.get(path, headers=cookie)).text
        assert 'data-theme="dark" data-size="large" data-enter="breaks" data-pane="12"' in page
        assert '<meta name="color-scheme" content="dark">' in page
        assert PLAIN in (await http.get(path)).text


@pytest.mark.parametrize(
    "value",
    [
        "",
        "dark",
        "dark.large",
        "dark.large.breaks.x",
        "dark.large.sends.13",
        "dark.large.sends.5.5",
        "pink.large.sends",
        'dark.large."><script>',
    ],
)
async def test_another_cookie_counts_as_none(value: str, nobody: httpx.AsyncClient) -> None:
    page = (await nobody.get("/sign-in", headers={"Cookie": f"cruddur_look={value}"})).text
    assert PLAIN in page
    assert "<script>" not in page


async def test_a_cookie_of_an_earlier_version_counts(nobody: httpx.AsyncClient) -> None:
    cookie = {"Cookie": "cruddur_look=dark.large.breaks"}
    page = (await nobody.get("/sign-in", headers=cookie)).text
    assert 'data-theme="dark" data-size="large" data-enter="breaks" data-pane="5"' in page


def test_the_pages_choices_are_those_that_are_known() -> None:
    """The page writes them with dots between them, so none may hold a dot."""
    assert all(word.isalnum() for words in (THEMES, SIZES, ENTERS, PANES) for word in words)
