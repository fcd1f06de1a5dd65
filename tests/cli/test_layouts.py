"""A table of the tutorial's is recognised by every command, and left as it is."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests import engines
from tests.cli.conftest import Run
from tests.cli.tutorial_tables import contents, fill, talk
from tests.stage import person

from cruddur.domain.item import Item
from cruddur.engines.dynamodb.calls import Calls
from cruddur.engines.dynamodb.schema import Provisioned, creation, delete_table, describe_table
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.engines.sqlite import SqliteTable
from cruddur.schema import items
from cruddur.schema.layout import is_of_the_tutorial
from cruddur.schema.table import Schema

OLD = list(talk("a", "andrewbrown", "bayko", 3))
COMMANDS = [
    "ddb schema-load",
    "ddb seed",
    "ddb scan",
    "ddb get-conversation andrewbrown bayko",
    "ddb list-conversations andrewbrown",
    "verify",
    "rebuild",
    "export andrewbrown",
    "users add zoe",
    "users list",
    "users set-password andrewbrown",
    "copy {ours} {theirs} --force",
    "adopt {theirs} {theirs}@",
]
SERVICES = ["up --port 0", "up --port 0 --workers 2", "worker"]


class Theirs:
    """Their table at a local engine: with their keys alone, or with ours and their items."""

    def __init__(self, url: str, folder: Path, *, with_our_index: bool) -> None:
        self.url, self.name = url, f"cruddur-{uuid4()}"
        self.creation: dict[str, Any] = creation(Schema(table_name=self.name), Provisioned())
        if not with_our_index:
            del self.creation["GlobalSecondaryIndexes"]
            attributes = self.creation["AttributeDefinitions"]
            self.creation["AttributeDefinitions"] = attributes[:2]
        self.environment = {
            "CRUDDUR_TABLE": "dynamodb",
            "CRUDDUR_TABLE_NAME": self.name,
            "CRUDDUR_ENDPOINT_URL": url,
            "CRUDDUR_DATA": str(folder),
        }

    async def make(self, items: Sequence[Item] = OLD) -> None:
        calls = await Calls.open(region=engines.REGION, endpoint_url=self.url, deadline=20)
        await calls.table("CreateTable", self.creation)
        table = DynamoTable(self.name, calls)
        await fill(table, items)
        await calls.close()

    async def state(self) -> tuple[list[Item], object]:
        calls = await Calls.open(region=engines.REGION, endpoint_url=self.url, deadline=20)
        items = await contents(DynamoTable(self.name, calls))
        shape = await describe_table(calls, self.name)
        await calls.close()
        return items, shape

    async def drop(self) -> None:
        calls = await Calls.open(region=engines.REGION, endpoint_url=self.url, deadline=20)
        await delete_table(calls, self.name)
        await calls.close()


@pytest.fixture(params=[False, True], ids=["their keys", "our keys, their items"])
def theirs(request: pytest.FixtureRequest, url: str, tmp_path: Path) -> Iterator[Theirs]:
    table = Theirs(url, tmp_path / "data", with_our_index=request.param)
    asyncio.run(table.make())
    yield table
    asyncio.run(table.drop())


@pytest.fixture
def ours(tmp_path: Path) -> str:
    folder = tmp_path / "ours"

    async def make() -> None:
        table = await SqliteTable.open(folder)
        await fill(table, items.person_items(person("zoe")))
        await table.close()

    asyncio.run(make())
    return f"sqlite:{folder}"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_leaves_it_as_it_is_and_names_the_way(
    cruddur: Run, theirs: Theirs, ours: str, command: str
) -> None:
    before = asyncio.run(theirs.state())
    place = f"dynamodb:{theirs.name}@{theirs.url}"
    words = command.replace("{theirs}@", f"{place}/").format(theirs=place, ours=ours).split()
    result = cruddur(*words, answers="correct horse\n", **theirs.environment)
    assert result.exit_code == 1
    line = result.stderr.splitlines()[-1]
    assert line.startswith("cruddur: ")
    assert f"`cruddur adopt dynamodb:{theirs.name}@{theirs.url}" in line
    assert asyncio.run(theirs.state()) == before


@pytest.mark.parametrize("command", SERVICES)
def test_no_service_starts_over_it(theirs: Theirs, command: str) -> None:
    before = asyncio.run(theirs.state())
    result = subprocess.run(
        [Path(sys.executable).with_name("cruddur"), *command.split()],
        env={**os.environ, **theirs.environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, result.stdout) == (1, "")
    assert "`cruddur adopt dynamodb:" in result.stderr
    assert "Traceback" not in result.stderr
    assert asyncio.run(theirs.state()) == before


def test_a_file_with_their_items_is_recognised_as_well(cruddur: Run, tmp_path: Path) -> None:
    async def make() -> None:
        table = await SqliteTable.open(tmp_path / "theirs")
        await fill(table, OLD)
        await table.close()

    asyncio.run(make())
    result = cruddur("verify", "--data", f"{tmp_path}/theirs")
    assert result.exit_code == 1
    assert f"`cruddur adopt sqlite:{tmp_path}/theirs sqlite:FOLDER`" in result.stderr


@pytest.mark.parametrize(
    ("pk", "sk", "is_theirs"),
    [
        ("MSG#1", "2023-04-13T12:00:00.123456", True),
        ("GRP#1", "2023-04-13T12:00:00+00:00", True),
        ("MSG#1", "000000000001", False),
        ("MSG#1", "202304130101", False),
        ("MSG#1", "GROUP", False),
        ("GRP#1", "5f90da81-df97-5ad5-8ddd-68c55417cce8", False),
        ("FEED#1", "2023-04-13T12:00:00", False),
        (1, 2, False),
    ],
)
def test_a_time_in_the_key_tells_their_items(pk: Any, sk: Any, is_theirs: bool) -> None:
    assert is_of_the_tutorial({"pk": pk, "sk": sk}) is is_theirs
