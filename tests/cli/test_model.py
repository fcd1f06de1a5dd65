"""The exported data model has the structure of AWS's own samples, and is a sound table of ours."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct
from tests import engines
from tests.cli.conftest import Run
from tests.cli.tutorial_tables import empty_table, fill, problems

from cruddur.engines.dynamodb.schema import Provisioned, creation
from cruddur.schema.attribute_values import item_from_attribute_values, item_to_attribute_values
from cruddur.schema.table import Schema
from cruddur.tools.data_model import facets, workbench_model

DATA_MODEL = Path(__file__).parents[2] / "docs/data-model.md"

Wire = Mapping[str, Mapping[Literal["S", "N", "BOOL", "M", "L", "B"], object]]


class Strict(Struct, forbid_unknown_fields=True):
    """The files of aws-samples (ChatSystemSchema.json, AnOnlineShop_facets.json) hold no others."""


class Metadata(Strict):
    Author: str
    DateCreated: str
    DateLastModified: str
    Description: str
    AWSService: Literal["Amazon DynamoDB"]
    Version: Literal["3.0"]


class Attribute(Strict):
    AttributeName: str
    AttributeType: Literal["S", "N", "B", "BOOL", "M", "L", "SS", "NS", "BS", "NULL"]


class Keys(Strict):
    PartitionKey: Attribute
    SortKey: Attribute


class Alias(Strict):
    PartitionKeyAlias: str
    SortKeyAlias: str


class DataAccess(Strict):
    MySql: dict[str, str]


class Facet(Strict):
    FacetName: str
    KeyAttributeAlias: Alias
    TableData: list[Wire]
    NonKeyAttributes: list[str]
    DataAccess: DataAccess


class Projection(Strict):
    ProjectionType: Literal["ALL", "KEYS_ONLY", "INCLUDE"]


class Index(Strict):
    IndexName: str
    KeyAttributes: Keys
    Projection: Projection


class Units(Strict):
    ReadCapacityUnits: int
    WriteCapacityUnits: int


class Target(Strict):
    MinCapacity: int
    MaxCapacity: int
    ServiceRole: str


class Policy(Strict):
    TargetValue: int


class Scaling(Strict):
    ScalableTargetRequest: Target
    ScalingPolicyConfiguration: Policy


class Capacity(Strict):
    ProvisionedThroughput: Units
    AutoScalingRead: Scaling
    AutoScalingWrite: Scaling


class TableModel(Strict):
    TableName: str
    KeyAttributes: Keys
    NonKeyAttributes: list[Attribute]
    TableFacets: list[Facet]
    GlobalSecondaryIndexes: list[Index]
    DataAccess: DataAccess
    BillingMode: Literal["PROVISIONED", "PAY_PER_REQUEST"]
    ProvisionedCapacitySettings: Capacity


class Model(Strict):
    ModelName: str
    ModelMetadata: Metadata
    DataModel: list[TableModel]


def the_table() -> TableModel:
    model = msgspec.convert(workbench_model(), Model)
    (table,) = model.DataModel
    return table


def test_the_file_has_the_structure_of_the_samples_of_aws(cruddur: Run, tmp_path: Path) -> None:
    file = tmp_path / "model.json"
    assert cruddur("model", "--output", str(file)).exit_code == 0
    msgspec.json.decode(file.read_bytes(), type=Model)
    assert msgspec.json.decode(cruddur("model").stdout) == msgspec.json.decode(file.read_bytes())


def test_each_question_of_the_data_model_is_a_facet() -> None:
    asked = re.findall(r"^\| ([A-Z]) \|", DATA_MODEL.read_text(), re.MULTILINE)
    letters = [facet.FacetName[0] for facet in the_table().TableFacets if facet.FacetName[1] == " "]
    assert asked == letters
    assert all(facet.TableData for facet in the_table().TableFacets)


def test_the_model_is_the_table_that_schema_load_makes() -> None:
    table, made = the_table(), creation(Schema(), Provisioned())
    (index,), (made_index,) = table.GlobalSecondaryIndexes, made["GlobalSecondaryIndexes"]
    assert (table.TableName, index.IndexName) == (made["TableName"], made_index["IndexName"])
    for keys, schema in (
        (table.KeyAttributes, made["KeySchema"]),
        (index.KeyAttributes, made_index["KeySchema"]),
    ):
        names = [keys.PartitionKey.AttributeName, keys.SortKey.AttributeName]
        assert names == [key["AttributeName"] for key in schema]


def test_every_attribute_is_declared_with_the_one_type_that_it_has() -> None:
    table = the_table()
    declared = {a.AttributeName: a.AttributeType for a in table.NonKeyAttributes}
    seen = set()
    for facet in table.TableFacets:
        shown = {name for item in facet.TableData for name in item} - {"pk", "sk"}
        assert shown == set(facet.NonKeyAttributes)
        for item in facet.TableData:
            seen |= {(n, *value) for n, value in item.items() if n not in {"pk", "sk"}}
    assert seen == set(declared.items())


async def test_the_samples_are_a_table_without_a_fault() -> None:
    wire = [item for facet in the_table().TableFacets for item in facet.TableData]
    items = [item_from_attribute_values(dict(item)) for item in wire]
    by_key = {(item["pk"], item["sk"]): item for item in items}
    assert all(by_key[item["pk"], item["sk"]] == item for item in items)
    async with empty_table() as table:
        await fill(table, items)
        assert await problems(table) == []
    assert [item_to_attribute_values(i) for facet in facets() for i in facet.items] == wire


async def test_an_engine_takes_the_samples_as_they_stand() -> None:
    async with engines.fresh_table(engines.shared("dynoxide").url) as table:
        for facet in the_table().TableFacets:
            for item in facet.TableData:
                await table.calls.table("PutItem", {"TableName": table.name, "Item": item})
        assert await problems(table) == []
