"""Two services, one table: who is connected to one gets what was sent through the other."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from subprocess import PIPE
from typing import NamedTuple

import pytest
import pytest_asyncio
from tests.bus.services import at, beside, service
from tests.engines import ROOT
from tests.momento_local import TOKEN
from tests.valkey_server import ValkeyServer
from tests.web.callers import Person
from tests.web.listening import Device, listening

from cruddur.config import Settings

pytestmark = pytest.mark.asyncio(loop_scope="module")


class World(NamedTuple):
    """Andrew talks to the one service, Bayko to the other."""

    here: str
    there: str
    andrew: Person
    bayko: Person


@pytest.fixture(scope="module")
def momento() -> Iterator[str]:
    """Its endpoint. A process of its own: a service that waits for 0.5 s takes the bus for gone, and
    then ends its streams, while this process has forty messages to send.
    """
    command = [sys.executable, "-m", "tests.momento_local"]
    path = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    environment = {**os.environ, "PYTHONPATH": path}
    with subprocess.Popen(command, stdout=PIPE, env=environment, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.kill()


@pytest.fixture(scope="module", params=["valkey", "momento"])
def settings(request: pytest.FixtureRequest) -> dict[str, str]:
    if request.param == "valkey":
        server: ValkeyServer = request.getfixturevalue("shared_valkey")
        return {"CRUDDUR_BUS": "valkey", "CRUDDUR_VALKEY_URL": server.url}
    endpoint = request.getfixturevalue("momento")
    return {"CRUDDUR_BUS": "momento", "MOMENTO_API_KEY": TOKEN, "MOMENTO_ENDPOINT": endpoint}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, settings: dict[str, str]) -> Path:
    """The folder of both services."""
    return tmp_path_factory.mktemp("data")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def services(data: Path, settings: dict[str, str]) -> AsyncIterator[tuple[str, str]]:
    """Their addresses. All tests use them, and each has people of its own."""
    async with (
        service(data, settings) as (_, here),
        service(data, {**settings, "CRUDDUR_PROJECTOR": "off"}) as (_, there),
    ):
        yield here, there


@pytest_asyncio.fixture(loop_scope="module")
async def world(data: Path, services: tuple[str, str]) -> AsyncIterator[World]:
    here, there = services
    table = Settings(data=data)
    async with beside(table, here) as andrew, beside(table, there) as bayko:
        yield World(here, there, andrew, bayko)


async def numbers(device: Device, count: int) -> list[int]:
    """Returns the numbers of the next messages. It passes over the first, whose event may come late."""
    found: list[int] = []
    while len(found) < count:
        seq = (await device.next()).data["seq"]
        found += [seq] if seq > 1 else []
    return found


async def test_messages_typing_and_presence_cross(world: World) -> None:
    first = await world.andrew.send("hello", handle=world.bayko.user.handle)
    group = first["message_group_uuid"]
    async with listening(world.here, world.andrew) as his:
        async with listening(world.there, world.bayko) as hers:
            shown = {"user_uuids": [world.bayko.uuid]}
            path = f"/api/presence/{his.stream_id}"
            (await world.andrew.http.put(path, json=shown)).raise_for_status()
            while not (came := await his.next(presence=True)).data["online"]:
                pass
            assert came.data["user_uuid"] == world.bayko.uuid
            for number in range(10):
                await world.andrew.send(f"{number}", message_group_uuid=group)
            assert await numbers(hers, 10) == list(range(2, 12))
            assert await numbers(his, 10) == list(range(2, 12))
            await world.andrew.http.post(f"/api/message_groups/{group}/typing")
            assert (await hers.next()).type == "typing"
        went = await his.next(presence=True)
        assert (went.data["user_uuid"], went.data["online"]) == (world.bayko.uuid, False)


async def test_both_write_at_once_and_both_get_all(world: World) -> None:
    group = (await world.andrew.send("hello", handle=world.bayko.user.handle))["message_group_uuid"]
    people = world.andrew, world.bayko
    async with (
        listening(world.here, world.andrew) as his,
        listening(world.there, world.bayko) as hers,
    ):
        sends = [p.send(f"{n}", message_group_uuid=group) for n in range(20) for p in people]
        await asyncio.gather(*sends)
        assert sorted(await numbers(his, 40)) == list(range(2, 42))
        assert sorted(await numbers(hers, 40)) == list(range(2, 42))


@pytest.mark.parametrize("path", ["/api/sessions", "/api/sessions?which=all", "/api/sessions/$"])
async def test_a_session_that_one_service_ends_is_dead_in_the_other_at_once(
    world: World, path: str
) -> None:
    async with listening(world.there, world.bayko) as hers:
        assert (await world.bayko.http.get("/api/me")).status_code == 200  # and is remembered
        async with at(world.here, world.bayko.user, world.bayko.token) as elsewhere:
            (session,) = (await elsewhere.http.get("/api/sessions")).json()
            answer = await elsewhere.http.delete(path.replace("$", session["id"]))
            assert answer.status_code == 204
        assert await hers.all() == []
        assert (await world.bayko.http.get("/api/me")).status_code == 401
    assert (await world.andrew.http.get("/api/me")).status_code == 200


@pytest.mark.parametrize("word", ["sign-out", "disable"])
async def test_a_command_ends_sessions_of_a_running_service_at_once(
    world: World, settings: dict[str, str], data: Path, word: str
) -> None:
    async with listening(world.there, world.bayko) as hers:
        command = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", "from cruddur.cli.main import main; main()"),
            *("users", word, world.bayko.user.handle, "--data", str(data)),
            env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **settings},
        )
        assert await command.wait() == 0
        assert await hers.all() == []
        assert (await world.bayko.http.get("/api/me")).status_code == 401
