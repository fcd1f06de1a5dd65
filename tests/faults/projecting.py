"""The projector as it runs in the server's process, and what it tells of its rounds."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress

from cruddur.bus.memory import MemoryBus
from cruddur.messaging.ports import Change
from cruddur.messaging.service import Messaging
from cruddur.table.dynamodb import DynamoChangeFeed, DynamoTable
from cruddur.table.schema import is_projected
from cruddur.worker import run_projector

PATIENCE_SECONDS = 60


class Projecting:
    """Counts its rounds and what it let go of, and notes how far behind it said it was."""

    def __init__(self) -> None:
        self.rounds = 0
        self.done = 0
        self.behind = 0.0
        self._round = asyncio.Event()

    @classmethod
    @asynccontextmanager
    async def over(cls, table: DynamoTable) -> AsyncIterator["Projecting"]:
        projecting = cls()
        messaging = Messaging(table=table, bus=MemoryBus())
        feed = DynamoChangeFeed(table, wanted=is_projected)
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
        self.done += len(changes)
        self.behind = behind
        self._round.set()
