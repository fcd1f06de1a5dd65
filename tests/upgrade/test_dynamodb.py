"""`cruddur ddb schema-load` adds what a table in use lacks, and changes nothing that is there."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result
from tests import engines
from tests.dynamodb.faulty import Proxy, lose_answer_to

from cruddur.cli.main import main
from cruddur.engines.dynamodb.additions import add_part, missing_parts
from cruddur.engines.dynamodb.calls import Calls
from cruddur.engines.dynamodb.schema import (
    OnDemand,
    Provisioned,
    creation,
    delete_table,
    describe_table,
    differences,
    wanted_shape,
)
from cruddur.schema.table import Schema

ROW = {"pk": {"S": "GRP#1"}, "sk": {"S": "2"}, "indexed_at": {"S": "2026-11-26T09:00:00.000Z"}}
INDEX = "index inbox-index"


@pytest.fixture(params=engines.NAMES)
def url(request: pytest.FixtureRequest) -> str:
    return engines.shared(request.param).url


class OldTable:
    """A table with one row, made without some of what it should have."""

    def __init__(self, calls: Calls, url: str) -> None:
        self.calls = calls
        self.url = url
        self.name = f"cruddur-{uuid4()}"
        self.creation = creation(Schema(table_name=self.name), Provisioned(7, 9))

    async def make(self, lacks: str, item: dict[str, Any] = ROW) -> None:
        if "stream" in lacks:
            del self.creation["StreamSpecification"]
        if "index" in lacks:
            del self.creation["GlobalSecondaryIndexes"]
            self.creation["AttributeDefinitions"] = self.creation["AttributeDefinitions"][:2]
        await self.calls.table("CreateTable", self.creation)
        await self.calls.table("PutItem", {"TableName": self.name, "Item": item})

    async def load(self, *more: str) -> Result:
        words = ["ddb", "schema-load", "--table-name", self.name, "--endpoint-url", self.url]
        words += ["--read-units", "7", "--write-units", "9"]
        return await asyncio.to_thread(CliRunner().invoke, main, [*words, *more])

    async def shape(self) -> Any:
        return await describe_table(self.calls, self.name)

    async def rows(self) -> int:
        """How many rows the index has."""
        asked = {
            "TableName": self.name,
            "IndexName": "inbox-index",
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": "GRP#1"}},
        }
        return int((await self.calls.table("Query", asked))["Count"])


@pytest.fixture
async def table(url: str) -> AsyncIterator[OldTable]:
    calls = await Calls.open(region=engines.REGION, endpoint_url=url, deadline=20)
    table = OldTable(calls, url)
    yield table
    await delete_table(calls, table.name)
    await calls.close()


def added(said: Result) -> list[str]:
    lines = said.stdout.splitlines()
    return [line.removeprefix("Added the ")[:-1] for line in lines if line.startswith("Added")]


@pytest.mark.parametrize(
    ("lacks", "adds"),
    [
        ("time to live", ["time to live"]),
        ("index", ["time to live", INDEX]),
        ("stream", ["stream", "time to live"]),
        ("index and stream", ["stream", "time to live", INDEX]),
    ],
)
async def test_what_a_table_in_use_lacks_is_added_once(
    table: OldTable, lacks: str, adds: list[str]
) -> None:
    await table.make(lacks)
    said = await table.load()
    assert (said.exit_code, added(said)) == (0, adds), said.output
    assert await table.rows() == 1  # what was there before the index is in it
    again = await table.load()
    assert (again.exit_code, added(again)) == (0, [])


async def test_a_completed_table_is_as_one_that_was_made_today(table: OldTable) -> None:
    await table.make("index and stream")
    await table.load()
    wanted = wanted_shape(Schema(table_name=table.name), Provisioned(7, 9))
    differing = differences(await table.shape(), wanted)
    # dynoxide does not say the units of an index that was added later.
    assert [line for line in differing if ", 0 read and 0 write units, should be" not in line] == []


async def test_what_is_there_in_another_form_is_shown_and_left(table: OldTable) -> None:
    table.creation["StreamSpecification"]["StreamViewType"] = "NEW_IMAGE"
    await table.make("")
    said = await table.load()
    assert added(said) == ["time to live"]
    assert "differs: stream: is NEW_IMAGE, should be NEW_AND_OLD_IMAGES" in said.stdout
    assert (await table.shape())["stream"] == "NEW_IMAGE"


def _other_items(_: OldTable) -> dict[str, Any]:
    return {"pk": {"S": "ORDER#1"}, "sk": {"S": "2"}}


def _tutorial_items(_: OldTable) -> dict[str, Any]:
    return {"pk": {"S": "MSG#1"}, "sk": {"S": "2023-04-13T12:00:00.123456"}}


def _other_index(table: OldTable) -> dict[str, Any]:
    (index,) = table.creation["GlobalSecondaryIndexes"]
    index["IndexName"] = "another-index"
    return ROW


@pytest.mark.parametrize(
    ("others", "lacks"),
    [(_other_items, "index"), (_tutorial_items, "index"), (_other_index, "stream")],
)
async def test_a_table_of_others_is_refused_and_left(
    table: OldTable, others: Callable[[OldTable], dict[str, Any]], lacks: str
) -> None:
    await table.make(lacks, others(table))
    before = await table.shape()
    said = await table.load()
    assert (said.exit_code, "was left as it is" in said.stderr) == (1, True), said.output
    assert await table.shape() == before


async def test_a_service_names_the_command_that_adds_the_index(table: OldTable) -> None:
    await table.make("index")
    words = ["verify", "--table", "dynamodb", "--table-name", table.name]
    words += ["--endpoint-url", table.url]
    said = await asyncio.to_thread(CliRunner().invoke, main, words)
    assert said.stderr == (
        f"cruddur: the table {table.name} lacks its index: `cruddur ddb schema-load "
        f"--table-name {table.name} --endpoint-url {table.url}` adds it\n"
    )


@pytest.mark.parametrize("lacks", ["index", "stream"])
async def test_an_addition_whose_answer_was_lost_is_made_once(table: OldTable, lacks: str) -> None:
    await table.make(lacks)
    schema = Schema(table_name=table.name)
    async with Proxy(table.url).running() as proxy:
        proxy.always = lose_answer_to(proxy, "UpdateTable")
        calls = await Calls.open(region=engines.REGION, endpoint_url=proxy.url, deadline=20)
        for label in missing_parts(await table.shape(), schema):
            await add_part(calls, schema, label)
        await calls.close()
    assert missing_parts(await table.shape(), schema) == []


async def test_a_table_on_demand_gets_an_index_without_units(table: OldTable) -> None:
    table.creation = creation(Schema(table_name=table.name), OnDemand())
    await table.make("index")
    await table.load()
    assert (await table.shape())[INDEX].endswith("KEYS_ONLY, on demand")
