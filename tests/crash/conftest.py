"""People in conversations over a data folder, and what must be true of it after any crash."""

import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from bench.people import Pair, make_pairs, make_people
from bench.service import Service
from bench.stored import find_losses, wait_for_inboxes
from tests.crash.outbox import Outbox, make_outboxes

from cruddur.bootstrap import open_application
from cruddur.config import Settings
from cruddur.messaging.verify_inboxes import verify_inboxes

PEOPLE = 10
DEVICES_EACH = 2


class Town(NamedTuple):
    """A data folder and who uses it."""

    data: Path
    pairs: Sequence[Pair]
    outboxes: Sequence[Outbox]

    async def check_nothing_is_lost(self) -> None:
        """Beside a running service, as a command would."""
        promised = [one for outbox in self.outboxes for one in outbox.acknowledged]
        async with open_application(Settings(data=self.data)) as application:
            assert await find_losses(application.messaging, promised) == []

    async def check_inboxes(self, url: str) -> None:
        """With nobody sending: once the projector has caught up, every row is right."""
        await wait_for_inboxes(url, self.pairs)
        async with open_application(Settings(data=self.data)) as application:
            assert [wrong async for wrong in verify_inboxes(application.messaging)] == []

    def check_by_command(self) -> None:
        """As a person would, from another process."""
        cruddur = Path(sys.executable).with_name("cruddur")
        command = [str(cruddur), "verify", "--data", str(self.data)]
        said = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (said.returncode, said.stdout) == (0, "0 differences\n"), said.stderr


@pytest.fixture
async def town(tmp_path: Path) -> Town:
    data = tmp_path / "data"
    people = await make_people(data, PEOPLE)
    service = await Service.start(data)
    try:
        pairs = await make_pairs(service.url, people)
    finally:
        await service.stop()
    return Town(data, pairs, make_outboxes(pairs, DEVICES_EACH))


@pytest.fixture
async def start(town: Town) -> AsyncIterator[Callable[[], Awaitable[Service]]]:
    """Starts the service over the town's data; what still runs at the end is killed."""
    started: list[Service] = []

    async def one_more() -> Service:
        started.append(await Service.start(town.data))
        return started[-1]

    yield one_more
    for service in started:
        await service.kill()
