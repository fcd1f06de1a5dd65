"""`cruddur sweep`, and the service that does the same once a day."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.bus.services import service
from tests.stage import person

from cruddur.bootstrap import open_application
from cruddur.cli.main import main
from cruddur.config import Settings
from cruddur.domain.model import timestamp
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.ports.table import Update
from cruddur.schema import keys
from cruddur.schema.kinds import kind_of

PATIENCE_SECONDS = 30


async def write(folder: Path) -> None:
    """Two conversations: the message of one is forty days old, and that of the other is new."""
    async with open_application(Settings(data=folder)) as application:
        messaging = application.messaging
        andrew = person("andrew")
        await start_direct_group(messaging, andrew, person("chloe"), "of now")
        old = await start_direct_group(messaging, andrew, person("bayko"), "wisteria")
        long_ago = timestamp(messaging.clock() - timedelta(days=40))
        key = keys.message_key(old.message_group_uuid, 1)
        await messaging.table.update(Update(key, {"created_at": long_ago}))


async def texts(folder: Path) -> list[str]:
    async with open_application(Settings(data=folder), reads_only=True) as application:
        items = [item async for item in application.messaging.table.scan()]
        return sorted(item["message"] for item in items if kind_of(item) == "message")


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    await write(tmp_path)
    return tmp_path


def sweep(folder: Path, *flags: str) -> Result:
    return CliRunner().invoke(main, ["sweep", "--data", str(folder), *flags])


async def test_what_is_too_old_is_removed(folder: Path) -> None:
    assert (await asyncio.to_thread(sweep, folder)).stdout.startswith("0 messages of 0")
    done = await asyncio.to_thread(sweep, folder, "--retention-days", "30")
    assert done.stdout == "1 messages of 1 conversations are removed\n"
    assert await texts(folder) == ["", "of now"]
    done = await asyncio.to_thread(sweep, folder, "--retention-days", "30")
    assert done.stdout.startswith("0 messages of 0")


async def test_the_service_does_so_by_itself(folder: Path) -> None:
    async with service(folder, {"CRUDDUR_RETENTION_DAYS": "30"}):
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await texts(folder) != ["", "of now"]:  # noqa: ASYNC110  it tells nobody
                await asyncio.sleep(0.05)
