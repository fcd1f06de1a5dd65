"""People in conversations over a table, and what must be true of it after any crash."""

import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from bench.people import Pair, make_pairs, make_people
from bench.place import ENGINES, empty_table, flags
from bench.service import Service
from bench.stored import find_losses, wait_for_inboxes
from tests.crash.edits import find_lost_deletions, find_lost_edits, wait_for_changes
from tests.crash.outbox import Outbox, make_outboxes

from cruddur.bootstrap import open_application
from cruddur.config import Settings
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes

PEOPLE = 10
DEVICES_EACH = 2


class Town(NamedTuple):
    """A table, and who uses it."""

    settings: Settings
    pairs: Sequence[Pair]
    outboxes: Sequence[Outbox]

    @property
    def flags(self) -> Sequence[str]:
        return ("--data", str(self.settings.data), *flags(self.settings))

    async def start(self, environment: Mapping[str, str] | None = None) -> Service:
        flagged = flags(self.settings)
        return await Service.start(self.settings.data, *flagged, environment=environment)

    async def check_nothing_is_lost(self) -> None:
        """Beside a running service, as a command would."""
        promised = [one for outbox in self.outboxes for one in outbox.acknowledged]
        async with open_application(self.settings) as application:
            assert await find_losses(application.messaging, promised) == []
            edited = [one for outbox in self.outboxes for one in outbox.edited]
            assert await find_lost_edits(application.messaging, edited) == []
            deleted = [one for outbox in self.outboxes for one in outbox.deleted]
            assert await find_lost_deletions(application.messaging, deleted) == []

    async def check_inboxes(self, url: str) -> None:
        """With nobody sending: once the projector has caught up, every row is right."""
        await wait_for_inboxes(url, self.pairs)
        await wait_for_changes(url, self.pairs)
        async with open_application(self.settings) as application:
            assert [wrong async for wrong in verify_inboxes(application.messaging)] == []

    def check_by_command(self) -> None:
        """As a person would, from another process."""
        cruddur = Path(sys.executable).with_name("cruddur")
        command = [str(cruddur), "verify", *self.flags]
        said = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (said.returncode, said.stdout.splitlines()[-1]) == (0, "0 differences"), said


@pytest.fixture(params=ENGINES)
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    """On DynamoDB's API it is the service that crashes; `tests/faults` has crashes of the engine."""
    async with empty_table(request.param, tmp_path / "data") as settings:
        people = await make_people(settings.data, PEOPLE, settings=settings)
        town = Town(settings, [], [])
        service = await town.start()
        try:
            pairs = await make_pairs(service.url, people)
        finally:
            await service.stop()
        yield Town(settings, pairs, make_outboxes(pairs, DEVICES_EACH))


@pytest.fixture
async def start(town: Town) -> AsyncIterator[Callable[[], Awaitable[Service]]]:
    """Starts the service over the town's data; what still runs at the end is killed."""
    started: list[Service] = []

    async def one_more() -> Service:
        started.append(await town.start())
        return started[-1]

    yield one_more
    for service in started:
        await service.kill()
