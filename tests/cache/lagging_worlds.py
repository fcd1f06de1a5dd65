"""The world with a table whose replica lags, and with an inbox too large for one strong query."""

from contextlib import suppress
from datetime import UTC, datetime
from random import Random

from tests.cache.interleaving import Gate
from tests.cache.lagging import Lagging
from tests.cache.world import PEOPLE, World
from tests.stage import person

from cruddur.domain.errors import Invalid
from cruddur.engines.bus.memory import MemoryBus
from cruddur.engines.cache.store import Store
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_direct_group import start_direct_group

CROWD = [person(f"stranger {number}") for number in range(40)]
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
MUCH_LATER = 10_000.0


class LaggingWorld(World):
    """What need not be consistent is read from the replica."""

    table: Lagging  # type: ignore[assignment]

    def __init__(self, table: Lagging, store: Store, gate: Gate) -> None:
        super().__init__(table, store, gate)  # type: ignore[arg-type]
        chance = Random(len(CROWD))
        table.is_lucky = lambda: chance.random() < 1 / 2

    async def catch_up(self) -> None:
        await self.gate.passing(self.table.catch_up)

    async def wait(self, seconds: float) -> None:
        self.waited += seconds

    async def mark(self, process: int, which: int) -> None:
        with suppress(Invalid):  # of a message that the replica does not have yet
            await super().mark(process, which)

    async def check_quiet(self) -> None:
        self.table.replica = self.table.leader  # it lags no more
        self.waited += MUCH_LATER
        await super().check_quiet()


class CrowdedWorld(LaggingWorld):
    """One of the three has many more conversations, all of them older."""

    async def begin(self) -> None:
        await super().begin()
        plain = MessagingContext(table=self.table.leader, bus=MemoryBus(), clock=lambda: LONG_AGO)
        for stranger in CROWD:
            await start_direct_group(plain, stranger, PEOPLE[0], "Hello")
        await self.table.catch_up()
