"""The projector as it runs in the server's process, and what it tells of its rounds."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress

from cruddur.engines.bus.memory import MemoryBus
from cruddur.engines.dynamodb.streams import DynamoChangeFeed
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.entrypoints.projector import run_projector
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.is_projected import PROJECTOR_CONSUMER
from cruddur.ports.change_feed import Change
from cruddur.schema.kinds import kind_of_key

PATIENCE_SECONDS = 60


class Projecting:
    """Counts rounds and acknowledged messages, and records how far behind the projector is."""

    def __init__(self) -> None:
        self.rounds = 0
        self.done = 0
        self.behind = 0.0
        self._round = asyncio.Event()

    @classmethod
    @asynccontextmanager
    async def over(cls, table: DynamoTable) -> AsyncIterator["Projecting"]:
        projecting = cls()
        messaging = MessagingContext(table=table, bus=MemoryBus())
        feed = DynamoChangeFeed(table, PROJECTOR_CONSUMER)
        task = asyncio.create_task(run_projector(messaging, feed, projecting._projected))
        yield projecting
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    async def until(self, is_so: Callable[["Projecting"], bool]) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not is_so(self):
                self._round.clear()
                await self._round.wait()

    def _projected(self, changes: Sequence[Change], behind: float) -> None:
        self.rounds += 1
        self.done += sum(kind_of_key(change.key) == "message" for change in changes)
        self.behind = behind
        self._round.set()
