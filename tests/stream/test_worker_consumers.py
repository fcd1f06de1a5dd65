"""`cruddur worker --consumers` sends what the service leaves to it."""

import re
import signal
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_network
from pathlib import Path

import httpx
import pytest
from tests.bus.services import entered
from tests.receiver import receiving
from tests.stream.conftest import World
from tests.stream.test_worker_command import start

from cruddur.engines.dynamodb.feeds import DynamoChangeFeeds
from cruddur.engines.outbound.client import GuardedOutbound
from cruddur.messaging.webhooks.add_webhook import add_webhook

ELSEWHERE = {
    "CRUDDUR_CONSUMERS": "off",
    "CRUDDUR_OUTBOUND_ALLOW": "127.0.0.1",
    "CRUDDUR_SECRET": "a secret that both of them are given",
}


@asynccontextmanager
async def running(command: str, world: World, url: str, folder: Path) -> AsyncIterator[Process]:
    more = {**ELSEWHERE, "CRUDDUR_DATA": str(folder)}
    process = await start(command, world, url, **more)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        out, err = await process.communicate()
    assert process.returncode == 0, (out, err)


def files_in(folder: Path) -> list[Path]:
    return [*folder.iterdir()]


async def ready(process: Process) -> str:
    assert process.stdout is not None
    return (await process.stdout.readline()).decode()


async def add_hook(world: World, url: str) -> None:
    feeds, outbound = DynamoChangeFeeds(world.table), GuardedOutbound([ip_network("127.0.0.0/8")])
    await add_webhook(world.messaging, feeds, outbound, name="shop", url=url)
    await outbound.close()


async def test_a_service_leaves_its_webhooks_to_the_worker(
    world: World, url: str, tmp_path: Path
) -> None:
    async with receiving() as receiver, running("up --port 0", world, url, tmp_path) as up:
        await add_hook(world, receiver.url)
        address = re.search(r"http://\S+", await ready(up))
        assert address is not None
        async with entered(address[0], "andrew") as andrew, entered(address[0], "bayko"):
            await andrew.send("Hello", handle="bayko")
            # Nobody reads: the service does not, though there is a webhook.
            reader = DynamoChangeFeeds(world.table).for_service()
            assert await reader.take()
            await reader.release()
            async with running("worker --consumers", world, url, tmp_path) as worker:
                assert (await ready(worker)).startswith("Sending what ")
                [got] = await receiver.until(lambda received: len(received) == 1)
    assert httpx.Headers(got.headers)["webhook-id"].endswith("_1")


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ({"CRUDDUR_TABLE": "sqlite"}, "the consumers of an SQLite file run in `cruddur up`"),
        ({}, "this needs the secret of the service, by CRUDDUR_SECRET or CRUDDUR_SECRET_FILE"),
    ],
)
async def test_what_it_cannot_do_is_one_line(
    world: World, url: str, tmp_path: Path, setting: dict[str, str], reason: str
) -> None:
    data = {"CRUDDUR_DATA": str(tmp_path)}
    worker = await start("worker --consumers", world, url, **data, **setting)
    _, err = await worker.communicate()
    assert worker.returncode == 1
    assert err.decode().endswith(f"{reason}\n")
    assert files_in(tmp_path) == []
