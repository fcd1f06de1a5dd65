"""Creates, describes, compares and deletes tables."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cruddur.domain.errors import TableUnavailable
from cruddur.engines.dynamodb.calls import Calls
from cruddur.engines.dynamodb.failures import Rejected, TableMissing
from cruddur.ports.backoff import NO_JITTER, Backoff
from cruddur.schema.table import Schema

STREAM_VIEW = "NEW_AND_OLD_IMAGES"
_PAY_PER_REQUEST = "PAY_PER_REQUEST"
_READY_SECONDS = 120.0
_FIRST_PAUSE = 0.02
_LONGEST_PAUSE = 2.0

KEY = "key"
STREAM = "stream"
TIME_TO_LIVE = "time to live"
OFF = "off"
_INDEX = "index "

TableLayout = Mapping[str, str]
"""The properties of a table as texts, by label. People read them, and two shapes can be compared."""


@dataclass(frozen=True, slots=True)
class Provisioned:
    """Units that are paid whether they are used or not. Calls beyond them are throttled."""

    read: int = 5
    write: int = 5


@dataclass(frozen=True, slots=True)
class OnDemand:
    """Units that are paid when they are used."""


Billing = Provisioned | OnDemand
DEFAULT_BILLING = Provisioned()


async def create_table(calls: Calls, schema: Schema, billing: Billing = DEFAULT_BILLING) -> None:
    """Creates the table and returns when it can be used. Raises Rejected if the name is taken."""
    name = schema.table_name
    if await describe_table(calls, name) is not None:
        raise Rejected("ResourceInUseException", f"there is a table {name} already")
    try:
        await calls.table("CreateTable", creation(schema, billing))
    except Rejected:
        # A first try without an answer may have created the table, so the retry finds the name taken.
        if await describe_table(calls, name) is None:
            raise
    await enable_ttl(calls, schema)


async def enable_ttl(calls: Calls, schema: Schema) -> None:
    """Turns on expiry, after waiting until the table can be used.

    Raises Rejected if the table already has it on another attribute.
    """
    await until_ready(calls, schema.table_name)
    specification = {"AttributeName": schema.ttl_attribute, "Enabled": True}
    payload = {"TableName": schema.table_name, "TimeToLiveSpecification": specification}
    try:
        await calls.table("UpdateTimeToLive", payload)
    except Rejected:
        # A first try without an answer may have turned it on, and DynamoDB rejects turning it on twice.
        found = await describe_table(calls, schema.table_name)
        if found is None or found[TIME_TO_LIVE] != schema.ttl_attribute:
            raise


async def describe_table(calls: Calls, name: str) -> TableLayout | None:
    """Returns the table's shape, or None if there is no such table."""
    try:
        table = (await calls.table("DescribeTable", {"TableName": name}))["Table"]
        ttl = await calls.table("DescribeTimeToLive", {"TableName": name})
    except TableMissing:
        return None
    return _shape(table, ttl["TimeToLiveDescription"])


async def list_tables(calls: Calls) -> list[str]:
    """Returns the names of all tables of the account in this region."""
    names: list[str] = []
    payload: dict[str, Any] = {}
    while True:
        answer = await calls.table("ListTables", payload)
        names += answer["TableNames"]
        if not (last := answer.get("LastEvaluatedTableName")):
            return names
        payload["ExclusiveStartTableName"] = last


async def delete_table(calls: Calls, name: str) -> None:
    """Deletes the table and returns when it is gone. Raises TableMissing."""
    await calls.table("DeleteTable", {"TableName": name})
    await _until_gone(calls, name)


def wanted_shape(schema: Schema, billing: Billing = DEFAULT_BILLING) -> TableLayout:
    """Returns the shape of a table as `create_table` makes it."""
    ttl = {"TimeToLiveStatus": "ENABLED", "AttributeName": schema.ttl_attribute}
    return _shape(creation(schema, billing), ttl)


def index_label(schema: Schema) -> str:
    """Returns the label under which the index stands in a shape."""
    return _INDEX + schema.index_name


def indexes_of(shape: TableLayout) -> Sequence[str]:
    """Returns the labels of all indexes that a shape has."""
    return [label for label in shape if label.startswith(_INDEX)]


def differences(found: TableLayout, wanted: TableLayout) -> list[str]:
    """Returns a line for each property in which the two shapes differ."""
    labels = [*wanted, *(label for label in found if label not in wanted)]
    return [
        f"{label}: is {found.get(label, 'missing')}, should be {wanted.get(label, 'missing')}"
        for label in labels
        if found.get(label) != wanted.get(label)
    ]


def creation(schema: Schema, billing: Billing) -> dict[str, Any]:
    """Returns the fields of a CreateTable call."""
    throughput = _throughput(billing)
    attributes = (schema.partition_key, schema.sort_key, schema.index_sort_key)
    index = {
        "IndexName": schema.index_name,
        "KeySchema": _key_schema(schema.partition_key, schema.index_sort_key),
        "Projection": {"ProjectionType": "KEYS_ONLY"},
        **throughput,
    }
    return {
        "TableName": schema.table_name,
        "AttributeDefinitions": [{"AttributeName": n, "AttributeType": "S"} for n in attributes],
        "KeySchema": _key_schema(schema.partition_key, schema.sort_key),
        "GlobalSecondaryIndexes": [index],
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": STREAM_VIEW},
        "BillingMode": "PROVISIONED" if throughput else _PAY_PER_REQUEST,
        **throughput,
    }


def _key_schema(hash_key: str, range_key: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": hash_key, "KeyType": "HASH"},
        {"AttributeName": range_key, "KeyType": "RANGE"},
    ]


def _throughput(billing: Billing) -> dict[str, Any]:
    if isinstance(billing, OnDemand):
        return {}
    units = {"ReadCapacityUnits": billing.read, "WriteCapacityUnits": billing.write}
    return {"ProvisionedThroughput": units}


def _shape(table: Mapping[str, Any], ttl: Mapping[str, str]) -> TableLayout:
    """Takes a CreateTable request or a DescribeTable answer, since both have the same fields."""
    types = {a["AttributeName"]: a["AttributeType"] for a in table["AttributeDefinitions"]}
    stream = table.get("StreamSpecification") or {}
    on = ttl["TimeToLiveStatus"] in {"ENABLED", "ENABLING"}
    mode = table.get("BillingMode") or table.get("BillingModeSummary", {}).get("BillingMode")
    shape = {
        KEY: _keys(table["KeySchema"], types),
        STREAM: stream["StreamViewType"] if stream.get("StreamEnabled") else OFF,
        TIME_TO_LIVE: ttl["AttributeName"] if on else OFF,
        "billing": _billing(table, mode),
    }
    for index in table.get("GlobalSecondaryIndexes") or ():
        projection = index["Projection"]["ProjectionType"]
        keys = _keys(index["KeySchema"], types)
        shape[f"{_INDEX}{index['IndexName']}"] = f"{keys}, {projection}, {_billing(index, mode)}"
    return shape


def _keys(key_schema: Sequence[Mapping[str, str]], types: Mapping[str, str]) -> str:
    return ", ".join(
        f"{part['AttributeName']} ({part['KeyType']}, {types[part['AttributeName']]})"
        for part in key_schema
    )


def _billing(holder: Mapping[str, Any], mode: str | None) -> str:
    if mode == _PAY_PER_REQUEST:
        return "on demand"
    units = holder["ProvisionedThroughput"]
    return f"{units['ReadCapacityUnits']} read and {units['WriteCapacityUnits']} write units"


async def until_ready(calls: Calls, name: str, seconds: float | None = _READY_SECONDS) -> None:
    """Waits until the table and its indexes can be used. None: as long as it takes.

    Raises TableUnavailable when the seconds have passed.
    """
    await _until(calls, name, lambda table: table is not None and _is_ready(table), seconds)


async def is_ready(calls: Calls, name: str) -> bool:
    """Returns whether the table and its indexes can be used."""
    table = await _described(calls, name)
    return table is not None and _is_ready(table)


async def _until_gone(calls: Calls, name: str) -> None:
    await _until(calls, name, lambda table: table is None, _READY_SECONDS)


def _is_ready(table: Mapping[str, Any]) -> bool:
    parts = [{"IndexStatus": table["TableStatus"]}, *(table.get("GlobalSecondaryIndexes") or ())]
    return all(part["IndexStatus"] == "ACTIVE" for part in parts)


async def _until(
    calls: Calls,
    name: str,
    is_so: Callable[[Mapping[str, Any] | None], bool],
    seconds: float | None,
) -> None:
    backoff = Backoff(_FIRST_PAUSE, _LONGEST_PAUSE, jitter=NO_JITTER)
    try:
        async with asyncio.timeout(seconds):
            while not is_so(await _described(calls, name)):
                await backoff.pause()
    except TimeoutError:
        raise TableUnavailable(f"the table {name} did not become ready") from None


async def _described(calls: Calls, name: str) -> Mapping[str, Any] | None:
    try:
        answer = await calls.table("DescribeTable", {"TableName": name})
    except TableMissing:
        return None
    table: Mapping[str, Any] = answer["Table"]
    return table
