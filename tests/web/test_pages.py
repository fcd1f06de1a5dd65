"""Pages and their files: what they show, where they send, and what browsers may do with them."""

import re
from pathlib import Path

import httpx
import pytest
from litestar import Litestar
from tests.web.callers import Person, open_client

import cruddur.web.pages
from cruddur.web.http.assets import asset_path, find_asset
from cruddur.web.http.auth import COOKIE
from cruddur.web.http.path_params import is_page
from cruddur.web.http.security_headers import CONTENT_SECURITY_POLICY

GROUP = "6f2d5a52-94f5-4d0c-8f5b-8a5e6c1f7c11"
FOR_A_YEAR = "public, max-age=31536000, immutable"
STATIC = Path(cruddur.web.pages.__path__[0]) / "static"


async def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(nobody: httpx.AsyncClient) -> None:
    for path, location in {
        "/": "/sign-in",
        f"/c/{GROUP}": f"/sign-in?next=/c/{GROUP}",
        "/@bayko": "/sign-in?next=/@bayko",
        "/c/abc": "/sign-in",
        "/@": "/sign-in",
        "/@%20bayko": "/sign-in",
        "/c/%0d%0aSet-Cookie:x": "/sign-in",
    }.items():
        answer = await nobody.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, location)


NO_PAGES = ["", "//", "///", "//evil.example", "/.//@bayko", f"//c/{GROUP}", f"/c/{GROUP}/", "/@@b"]
NO_PAGES += [
    "/@bayko/",
    "/\\evil.example",
    "/@bayko\n",
    f"/c/{{{GROUP}}}",
    "/api/me",
    "/sign-in",
    "x:0",
]


@pytest.mark.parametrize("path", NO_PAGES)
def test_what_is_no_page_is_not_gone_back_to(path: str) -> None:
    assert not is_page(path)


async def test_what_people_typed_stays_text(app: Litestar, andrew: Person, bayko: Person) -> None:
    evil = "</script><img src=x onerror=alert(1)>'\""
    group = (await bayko.send(evil, handle="andrew"))["message_group_uuid"]
    async with open_client(app) as browser:
        browser.headers["Cookie"] = f"{COOKIE}={andrew.token}"
        for path in ("/", f"/c/{group}"):
            page = await browser.get(path)
            assert page.status_code == 200
            assert "<img src=x" not in page.text
            assert "&lt;img src=x" in page.text


async def test_a_person_leads_to_the_conversation_once_there_is_one(
    andrew: Person, bayko: Person
) -> None:
    assert (await andrew.http.get("/@bayko")).status_code == 200
    group = (await andrew.send("hi", handle="bayko"))["message_group_uuid"]
    answer = await andrew.http.get("/@Bayko")
    assert (answer.status_code, answer.headers["location"]) == (302, f"/c/{group}")


async def test_every_answer_has_the_headers_that_protect(
    andrew: Person, nobody: httpx.AsyncClient
) -> None:
    paths = ("/", "/sign-in", "/api/me", "/api/nothing", "/static/js/main.js", "/schema", "/x/y")
    for path in paths:
        for answer in (await andrew.http.get(path), await nobody.get(path)):
            assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] == "same-origin"
            assert answer.headers["cross-origin-opener-policy"] == "same-origin"
            expected = "no-cache" if "static" in path else "no-store"
            assert answer.headers["cache-control"] == expected


async def test_scripts_and_sheets_of_pages_have_the_headers_that_mean_something_there(
    nobody: httpx.AsyncClient,
) -> None:
    page = (await nobody.get("/sign-in")).text
    paths = re.findall(r'"(/static/[^"]+\.(?:js|css))"', page)
    assert len(paths) > 1
    for path in paths:
        headers = (await nobody.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["referrer-policy"] == "same-origin"  # of what a sheet or a module loads
        for name in ("content-security-policy", "cross-origin-opener-policy", "permissions-policy"):
            assert name not in headers
    icon = re.findall(r'"(/static/[^"]+\.svg)"', page)[0]  # a document, if it is opened by itself
    assert "content-security-policy" in (await nobody.get(icon)).headers


@pytest.mark.parametrize("path", ["/", "/sign-in", "/sign-up", "/schema", "/@bayko", "/nothing"])
async def test_no_page_needs_what_the_policy_forbids(
    path: str, andrew: Person, bayko: Person
) -> None:
    page = (await andrew.http.get(path)).text
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    for name in re.findall(r'(?:src|href)="(/static/[^"?]+)', page):
        file = await andrew.http.get(name)
        assert (file.status_code, file.headers["cache-control"]) == (200, FOR_A_YEAR), name


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("js/main.js", "text/javascript"),
        ("css/base.css", "text/css"),
        ("icons/cruddur.svg", "image"),
    ],
)
async def test_files_are_sent_once(name: str, media_type: str, nobody: httpx.AsyncClient) -> None:
    first = await nobody.get(f"/static/{name}")
    assert first.content == (STATIC / name).read_bytes()
    assert first.headers["content-type"].startswith(media_type)
    known = {"If-None-Match": first.headers["etag"]}
    assert (await nobody.get(f"/static/{name}", headers=known)).status_code == 304


async def test_the_hash_of_another_version_is_not_kept(nobody: httpx.AsyncClient) -> None:
    present = await nobody.get(asset_path("js/main.js"))
    other = await nobody.get("/static/js/main.0123456789abcdef.js")
    assert other.content == present.content != (STATIC / "js/main.js").read_bytes()
    assert (other.status_code, other.headers["cache-control"]) == (200, "no-cache")
    for name in ("js/none.0123456789abcdef.js", "js/main.0123456789abcde.js"):
        assert (await nobody.get(f"/static/{name}")).status_code == 404


async def test_a_part_is_sent_for_the_script_of_its_own_version_alone(
    nobody: httpx.AsyncClient,
) -> None:
    """A script that runs another version's part could do anything with what was typed."""
    part = await nobody.get(asset_path("js/settings_sheet.js"))
    assert "immutable" in part.headers["cache-control"]
    assert part.text.startswith("let made")
    assert (await nobody.get("/static/js/settings_sheet.0123456789abcdef.js")).status_code == 404


@pytest.mark.parametrize("spelling", ["js/./{}", "js/../js/{}", "css/.././js/{}"])
def test_a_file_is_remembered_under_one_name(spelling: str) -> None:
    """Otherwise a client could fill the memory with spellings of it."""
    for name in ("main.js", "main.0123456789abcdef.js"):
        first, again = find_asset(f"js/{name}"), find_asset(spelling.format(name))
        assert first is not None
        assert again is not None
        assert again[0] is first[0]


@pytest.mark.parametrize("path", ["/static/js/main.js", "/sign-in"])
async def test_what_is_large_is_compressed_for_those_who_take_it(
    path: str, nobody: httpx.AsyncClient
) -> None:
    answers = {}
    for coding in ("identity", "gzip;q=0", "zstd", "zstd, GZIP;q=0.5", "gzip, br"):
        answers[coding] = answer = await nobody.get(path, headers={"Accept-Encoding": coding})
        assert answer.headers["vary"] == "Accept-Encoding"
    *plain, by_gzip, by_brotli = answers.values()
    assert len({_without_padding(answer.text) for answer in answers.values()}) == 1
    assert not any("content-encoding" in answer.headers for answer in plain)
    assert [one.headers["content-encoding"] for one in (by_gzip, by_brotli)] == ["gzip", "br"]
    sizes = [int(one.headers["content-length"]) for one in (plain[0], by_gzip, by_brotli)]
    assert sizes[0] / 1.5 > sizes[1] > sizes[2]
    tags = {one.headers.get("etag") for one in (plain[0], by_gzip, by_brotli)}
    assert len(tags) == (1 if path == "/sign-in" else 3)


def _without_padding(page: str) -> str:
    return re.sub(r"<!--[0-9a-f]*-->$", "", page)


@pytest.mark.parametrize("coding", ["gzip", "br"])
async def test_the_size_of_a_compressed_page_tells_little_about_it(
    coding: str, nobody: httpx.AsyncClient
) -> None:
    answers = [await nobody.get("/sign-in", headers={"Accept-Encoding": coding}) for _ in range(20)]
    assert len({answer.headers["content-length"] for answer in answers}) > 5


@pytest.mark.parametrize(
    "path",
    ["../app.py", "%2e%2e/app.py", "..%2fapp.py", "/etc/passwd", "%2fetc/passwd", "js", "a" * 5000],
)
async def test_nothing_outside_the_folder_is_a_file(path: str, nobody: httpx.AsyncClient) -> None:
    assert (await nobody.get(f"/static/{path}")).status_code == 404
