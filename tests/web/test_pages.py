"""Pages and their files: what they show, where they send, and what browsers may do with them."""

import re
from pathlib import Path

import httpx
import pytest
from litestar import Litestar
from tests.web.callers import Person, open_client

import cruddur.web
from cruddur.web.auth import COOKIE
from cruddur.web.security_headers import CONTENT_SECURITY_POLICY

STATIC = Path(cruddur.web.__path__[0]) / "static"


async def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(nobody: httpx.AsyncClient) -> None:
    for path, location in {
        "/": "/sign-in",
        "/c/abc": "/sign-in?next=/c/abc",
        "/@bayko": "/sign-in?next=/@bayko",
        "/c/%0d%0aSet-Cookie:x": "/sign-in?next=/c/%0D%0ASet-Cookie%3Ax",
    }.items():
        answer = await nobody.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, location)


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


@pytest.mark.parametrize("path", ["/", "/sign-in", "/sign-up", "/schema", "/@bayko", "/nothing"])
async def test_no_page_needs_what_the_policy_forbids(
    path: str, andrew: Person, bayko: Person
) -> None:
    page = (await andrew.http.get(path)).text
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    for name in re.findall(r'(?:src|href)="/static/([^"?]+)', page):
        assert (STATIC / name).is_file(), name


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


@pytest.mark.parametrize(
    "path",
    ["../app.py", "%2e%2e/app.py", "..%2fapp.py", "/etc/passwd", "%2fetc/passwd", "js", "a" * 5000],
)
async def test_nothing_outside_the_folder_is_a_file(path: str, nobody: httpx.AsyncClient) -> None:
    assert (await nobody.get(f"/static/{path}")).status_code == 404
