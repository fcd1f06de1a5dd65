"""`cruddur worker` and `cruddur up` on DynamoDB's API, as processes."""

import asyncio
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import httpx
import pytest
from tests.engines import ROOT
from tests.stage import person
from tests.stream.conftest import World
from tests.stream.test_pump import converse

from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.table import Query
from cruddur.schema import keys

PATIENCE_SECONDS = 30


async def start(command: str, world: World, url: str, **more: str) -> Process:
    environment = {
        "PYTHONPATH": str(ROOT / "src"),
        "CRUDDUR_TABLE": "dynamodb",
        "CRUDDUR_TABLE_NAME": world.table.name,
        "CRUDDUR_ENDPOINT_URL": url,
        **more,
    }
    code = "from cruddur.cli.main import main; main()"
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, *command.split(), env=environment, stdout=PIPE, stderr=PIPE
    )


async def projected(world: World) -> None:
    """Until the inboxes say what the messages say."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await world.problems():  # another process mends them: there is no event to wait for
            pass


async def checkpoints(world: World) -> int:
    return len((await world.table.query(Query(keys.checkpoints_pk("projector")))).items)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_the_worker_projects_until_it_is_told_to_end(
    world: World, url: str, number: signal.Signals
) -> None:
    group = await converse(world, person("andrew"), person("bayko"))
    worker = await start("worker", world, url)
    await projected(world)
    assert await checkpoints(world) == 0
    worker.send_signal(number)
    out, err = await worker.communicate()
    assert (worker.returncode, err) == (0, b"")
    assert await checkpoints(world) == 1
    assert out.startswith(b"Projecting ")
    await send_message(world.messaging, person("andrew"), group, "while nobody projects")
    assert await world.problems()


async def test_the_worker_has_no_business_with_a_file(world: World, url: str) -> None:
    worker = await start("worker", world, url, CRUDDUR_TABLE="sqlite")
    _, err = await worker.communicate()
    assert worker.returncode == 1
    assert err == (
        b"cruddur: CRUDDUR_TABLE must be 'dynamodb' here: "
        b"an SQLite file is projected by `cruddur up`\n"
    )


@pytest.mark.parametrize("command", ["up", "worker"])
async def test_a_missing_table_is_one_line_that_says_how_to_make_it(
    world: World, url: str, command: str, tmp_path: Path
) -> None:
    more = {"CRUDDUR_TABLE_NAME": "cruddur-nowhere", "CRUDDUR_DATA": str(tmp_path)}
    process = await start(command, world, url, **more)
    _, err = await process.communicate()
    assert process.returncode == 1
    assert err.decode() == (
        "cruddur: there is no table cruddur-nowhere; "
        "make it with `cruddur ddb schema-load --table-name cruddur-nowhere "
        f"--endpoint-url {url}`\n"
    )


async def test_up_projects_by_itself_at_a_local_endpoint(
    world: World, url: str, tmp_path: Path
) -> None:
    await converse(world, person("andrew"), person("bayko"))
    process = await start("up", world, url, CRUDDUR_DATA=str(tmp_path), CRUDDUR_PORT="0")
    await projected(world)
    assert process.stdout is not None
    address = re.search(rb"http://\S+", await process.stdout.readline())
    async with httpx.AsyncClient(timeout=60) as client:
        figures = (await client.get(f"{address[0].decode() if address else ''}/metrics")).text
    process.send_signal(signal.SIGTERM)
    await process.communicate()
    assert await world.problems() == []
    (came_round,) = re.findall(
        r"^cruddur_projector_round_timestamp_seconds (\S+)", figures, re.MULTILINE
    )
    assert float(came_round) > 0
