"""What one feed has asked of a shard, for the other feeds of the same process.

A shard of DynamoDB Streams serves two readers at once, and all consumers of the service together are
one of them. Those that have come as far as the others get the same answers without another call.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from cruddur.ports.remembered import Remembered

Answer = Mapping[str, Any]

_MOST = 16
_SECONDS = 30.0
_EMPTY_SECONDS = 0.5
"""How long nothing new counts as nothing new. What was read never changes, and is remembered longer."""


class Place(NamedTuple):
    """Where in a stream: after this record of a shard, or at its beginning."""

    stream: str
    shard_id: str
    after: str | None


class SharedReads:
    """The latest answers by place. Calls for the same place at the same time become one."""

    def __init__(self) -> None:
        self._answers: Remembered[Place, Answer] = Remembered(seconds=_SECONDS, most=_MOST)
        self._running: dict[Place, asyncio.Task[Answer]] = {}

    async def read(self, place: Place, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        """Returns what follows the place: as another feed has read it, or by asking."""
        if (known := self._answers.get(place)) is not None:
            return known
        running = self._running.get(place)
        if running is None:
            running = self._running[place] = asyncio.create_task(self._ask(place, ask))
        # The feed that asked first may be closed meanwhile.
        return await asyncio.shield(running)

    async def _ask(self, place: Place, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        try:
            answer = await ask()
        finally:
            del self._running[place]
        self._answers.remember(place, answer, None if answer["Records"] else _EMPTY_SECONDS)
        return answer
