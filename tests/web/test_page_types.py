"""The page's types are the API's and those of its events."""

import os
from pathlib import Path

import httpx
from tests.api_types import API_FILE, EVENTS_FILE, api_declarations, event_declarations

from cruddur.web.sse.asyncapi import describe


async def test_the_pages_types_are_those_of_the_openapi_description(
    nobody: httpx.AsyncClient,
) -> None:
    described = api_declarations((await nobody.get("/schema/openapi.json")).json())
    assert _written(API_FILE, described) == described


def test_the_pages_events_are_those_of_the_asyncapi_description() -> None:
    described = event_declarations(describe("/api/events"))
    assert _written(EVENTS_FILE, described) == described


def _written(file: Path, described: str) -> str:
    if os.environ.get("UPDATE_TYPES"):
        file.write_text(described, "utf-8")
    return file.read_text("utf-8")
