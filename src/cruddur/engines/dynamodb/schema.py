"""Makes, describes, compares and removes tables."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cruddur.errors import TableUnavailable
from cruddur.table.dynamodb.calls import Calls
from cruddur.table.dynamodb.failures import Rejected, TableMissing
from cruddur.table.schema import Schema

STREAM_VIEW = "NEW_AND_OLD_IMAGES"
_PAY_PER_REQUEST = "PAY_PER_REQUEST"
_READY_SECONDS = 120.0
_FIRST_PAUSE = 0.02
_LONGEST_PAUSE = 2.0

TIME_TO_LIVE = "time to live"
OFF = "off"

Shape = Mapping[str, str]
"""A table's traits in words, each under its label: what people read, and what is compared."""


@dataclass(frozen=True, slots=True)
class Provisioned:
    """Pays for units whether they are used or not; beyond them, calls are throttled."""

    read: int = 5
    write: int = 5


@dataclass(frozen=True, slots=True)
class OnDemand:
    """Pays for each unit used."""


Billing = Provisioned | OnDemand
DEFAULT_BILLING = Provisioned()


async def create_table(calls: Calls, schema: Schema, billing: Billing = DEFAULT_BILLING) -> None:
    """Returns when the table can be used. Raises Rejected if there is one of that name."""
    name = schema.table_name
    if await describe_table(calls, name) is not None:
        raise Rejected("ResourceInUseException", f"there is a table {name} already")
    try:
        await calls.table("CreateTable", creation(schema, billing))
    except Rejected:
        # A try whose answer was lost may have made it, and the next one met its own success.
        if await describe_table(calls, name) is None:
            raise
    await enable_ttl(calls, schema)


async def enable_ttl(calls: Calls, schema: Schema) -> None:
    """Waits for the table, if it is being made. Raises Rejected where another attribute has it."""
    await _until_ready(calls, schema.table_name)
    specification = {"AttributeName": schema.ttl_attribute, "Enabled": True}
    payload = {"TableName": schema.table_name, "TimeToLiveSpecification": specification}
    try:
        await calls.table("UpdateTimeToLive", payload)
    except Rejected:
        # To turn on what is on is refused; a try whose answer was lost may have turned it on.
        found = await describe_table(calls, schema.table_name)
        if found is None or found[TIME_TO_LIVE] != schema.ttl_attribute:
            raise


async def describe_table(calls: Calls, name: str) -> Shape | None:
    """None: there is no such table."""
    try:
        table = (await calls.table("DescribeTable", {"TableName": name}))["Table"]
        ttl = await calls.table("DescribeTimeToLive", {"TableName": name})
    except TableMissing:
        return None
    return _shape(table, ttl["TimeToLiveDescription"])


async def list_tables(calls: Calls) -> list[str]:
    names: list[str] = []
    payload: dict[str, Any] = {}
    while True:
        answer = await calls.table("ListTables", payload)
        names += answer["TableNames"]
        if not (last := answer.get("LastEvaluatedTableName")):
            return names
        payload["ExclusiveStartTableName"] = last


async def delete_table(calls: Calls, name: str) -> None:
    """Returns when it is gone. Raises TableMissing."""
    await calls.table("DeleteTable", {"TableName": name})
    await _until_gone(calls, name)


def wanted_shape(schema: Schema, billing: Billing = DEFAULT_BILLING) -> Shape:
    """The shape of a table that create_table made."""
    ttl = {"TimeToLiveStatus": "ENABLED", "AttributeName": schema.ttl_attribute}
    return _shape(creation(schema, billing), ttl)


def differences(found: Shape, wanted: Shape) -> list[str]:
    """A readable line for each trait in which they differ."""
    labels = [*wanted, *(label for label in found if label not in wanted)]
    return [
        f"{label}: is {found.get(label, 'missing')}, should be {wanted.get(label, 'missing')}"
        for label in labels
        if found.get(label) != wanted.get(label)
    ]


def creation(schema: Schema, billing: Billing) -> dict[str, Any]:
    """What CreateTable takes."""
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


def _shape(table: Mapping[str, Any], ttl: Mapping[str, str]) -> Shape:
    """Takes CreateTable's request as well as DescribeTable's answer: their words are the same."""
    types = {a["AttributeName"]: a["AttributeType"] for a in table["AttributeDefinitions"]}
    stream = table.get("StreamSpecification") or {}
    on = ttl["TimeToLiveStatus"] in {"ENABLED", "ENABLING"}
    mode = table.get("BillingMode") or table.get("BillingModeSummary", {}).get("BillingMode")
    shape = {
        "key": _keys(table["KeySchema"], types),
        "stream": stream["StreamViewType"] if stream.get("StreamEnabled") else OFF,
        TIME_TO_LIVE: ttl["AttributeName"] if on else OFF,
        "billing": _billing(table, mode),
    }
    for index in table.get("GlobalSecondaryIndexes") or ():
        projection = index["Projection"]["ProjectionType"]
        keys = _keys(index["KeySchema"], types)
        label = f"index {index['IndexName']}"
        shape[label] = f"{keys}, {projection}, {_billing(index, mode)}"
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


async def _until_ready(calls: Calls, name: str) -> None:
    await _until(calls, name, lambda table: table is not None and _is_ready(table))


async def _until_gone(calls: Calls, name: str) -> None:
    await _until(calls, name, lambda table: table is None)


def _is_ready(table: Mapping[str, Any]) -> bool:
    parts = [{"IndexStatus": table["TableStatus"]}, *(table.get("GlobalSecondaryIndexes") or ())]
    return all(part["IndexStatus"] == "ACTIVE" for part in parts)


async def _until(
    calls: Calls, name: str, is_so: Callable[[Mapping[str, Any] | None], bool]
) -> None:
    pause = _FIRST_PAUSE
    try:
        async with asyncio.timeout(_READY_SECONDS):
            while not is_so(await _described(calls, name)):
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
    except TimeoutError:
        raise TableUnavailable(f"the table {name} did not become ready") from None


async def _described(calls: Calls, name: str) -> Mapping[str, Any] | None:
    try:
        answer = await calls.table("DescribeTable", {"TableName": name})
    except TableMissing:
        return None
    table: Mapping[str, Any] = answer["Table"]
    return table
