"""Reads a stream of server-sent events (WHATWG HTML, 9.2.6), line by line."""

import json
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator

from cruddur_client.model import Event


class EventParser:
    """Takes lines without their ends, and returns an event at each empty one that ends one."""

    def __init__(self) -> None:
        self._type = ""
        self._id: str | None = None
        self._data: list[str] = []

    def take(self, line: str) -> Event | None:
        """Returns the event that this line completes, or None."""
        if not line:
            return self._end()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            self._type = value
        elif name == "data":
            self._data.append(value)
        elif name == "id" and "\0" not in value:
            self._id = value
        return None  # a comment, which is a heartbeat, or a field that is not known

    def _end(self) -> Event | None:
        data, kind, event_id = "\n".join(self._data), self._type, self._id
        self._data, self._type, self._id = [], "", None
        return Event(kind, json.loads(data), event_id) if data else None


def events_of(lines: Iterable[str]) -> Iterator[Event]:
    """Yields the events in these lines."""
    parser = EventParser()
    for line in lines:
        if event := parser.take(line):
            yield event


async def async_events_of(lines: AsyncIterable[str]) -> AsyncIterator[Event]:
    """Yields the events in these lines."""
    parser = EventParser()
    async for line in lines:
        if event := parser.take(line):
            yield event
