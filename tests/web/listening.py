"""A device that listens to `/api/events`."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import httpx
from litestar import Litestar
from tests.web.callers import Person

from cruddur.web.http.context import Context
from cruddur.web.http.session_checks import CheckSeconds

PATIENCE_SECONDS = 60
"""For a machine with other things to do; nothing takes this long."""


def check_often(app: Litestar) -> None:
    """Makes streams that are opened from now on check their session at each of many heartbeats."""
    context: Context = app.state["context"]
    context.heartbeats.seconds = 0.05
    context.session_checks.seconds = CheckSeconds(first=0, connected=0, alone=0)


class Heard(NamedTuple):
    """One event as the device got it."""

    type: str
    id: str
    data: dict[str, Any]


class Device:
    """An open stream. Presence is set aside, unless it is asked for, and so is `caught_up`."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.aiter_lines()
        self.ready: dict[str, Any] = {}
        self.stream_id = ""
        self.caught_up: Heard | None = None

    async def next(self, *, presence: bool = False) -> Heard:
        """The next event. Raises StopAsyncIteration when the stream has ended."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                heard = await self._event()
                if heard.type == "caught_up":
                    self.caught_up = heard
                    continue
                if presence or heard.type != "presence":
                    return heard

    async def all(self) -> list[Heard]:
        """Everything until the stream ends."""
        heard = []
        try:
            while True:
                heard.append(await self.next())
        except StopAsyncIteration:
            return heard

    async def _event(self) -> Heard:
        fields: dict[str, str] = {}
        while "data" not in fields:
            fields.clear()
            while line := await anext(self._lines):
                name, _, value = line.partition(": ")
                fields[name] = value
        return Heard(fields["event"], fields.get("id", ""), json.loads(fields["data"]))


@asynccontextmanager
async def listening(
    address: str, person: Person, *, headers: Mapping[str, str] | None = None, query: str = ""
) -> AsyncIterator[Device]:
    """A device of this person that has got its `ready`."""
    bearer = {"Authorization": f"Bearer {person.token}", **(headers or {})}
    async with (
        httpx.AsyncClient(base_url=address, timeout=PATIENCE_SECONDS) as client,
        client.stream("GET", f"/api/events{query}", headers=bearer) as response,
    ):
        assert response.status_code == 200
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        device = Device(response)
        ready = await device.next()
        assert (ready.type, ready.id, ready.data["user_uuid"]) == ("ready", "", person.uuid)
        device.ready = ready.data
        device.stream_id = ready.data["stream_id"]
        yield device
