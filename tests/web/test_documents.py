"""A running service shows its own documentation."""

import re

import httpx
import pytest
from tests.engines import ROOT


async def test_every_page_is_listed_and_there(nobody: httpx.AsyncClient) -> None:
    listed = (await nobody.get("/llms.txt")).text
    paths = re.findall(r"^- \[.+\]\(/docs/(.+?)\)", listed, re.MULTILINE)
    written = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert set(paths) == written
    assert len(paths) == len(written)
    for path in paths:
        answer = await nobody.get(f"/docs/{path}")
        assert answer.text == (ROOT / "docs" / path).read_text("utf-8")
        assert answer.headers["content-type"] == "text/markdown; charset=utf-8"


async def test_each_line_says_what_its_page_is_about(nobody: httpx.AsyncClient) -> None:
    listed = (await nobody.get("/llms.txt")).text
    assert listed.startswith("# Cruddur Messages\n\n> ")
    lines = [line for line in listed.splitlines() if line.startswith("- ")]
    assert [line for line in lines if not re.fullmatch(r"- \[.+?\]\(\S+\): .+", line)] == []


async def test_the_folder_leads_to_the_list(nobody: httpx.AsyncClient) -> None:
    answer = await nobody.get("/docs")
    assert (answer.status_code, answer.headers["location"]) == (302, "/llms.txt")


@pytest.mark.parametrize(
    "path", ["nothing.md", "..%2fREADME.md", "%2e%2e/pyproject.toml", "cost.svg"]
)
async def test_nothing_else_is_shown(nobody: httpx.AsyncClient, path: str) -> None:
    assert (await nobody.get(f"/docs/{path}")).status_code == 404


async def test_what_the_client_has_is_not_sent_again(nobody: httpx.AsyncClient) -> None:
    first = await nobody.get("/docs/events.md")
    known = {"If-None-Match": first.headers["etag"]}
    assert (await nobody.get("/docs/events.md", headers=known)).status_code == 304
