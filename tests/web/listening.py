"""A device that listens to `/api/events`."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import httpx
from tests.web.callers import Person

PATIENCE_SECONDS = 10


class Heard(NamedTuple):
    """One event as the device got it."""

    type: str
    id: str
    data: dict[str, Any]


class Device:
    """An open stream. Presence is set aside, unless it is asked for."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.aiter_lines()

    async def next(self, *, presence: bool = False) -> Heard:
        """The next event. Raises StopAsyncIteration when the stream has ended."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                heard = await self._event()
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
        assert (await device.next()) == Heard("ready", "", {"user_uuid": person.uuid})
        yield device
