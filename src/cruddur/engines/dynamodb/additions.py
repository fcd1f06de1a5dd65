"""Adds what a table in use lacks: the index, the stream, expiry. It changes nothing that is there."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from cruddur.engines.dynamodb.calls import Calls
from cruddur.engines.dynamodb.failures import Rejected
from cruddur.engines.dynamodb.schema import (
    OFF,
    STREAM,
    STREAM_VIEW,
    TIME_TO_LIVE,
    OnDemand,
    TableLayout,
    creation,
    describe_table,
    enable_ttl,
    index_label,
    until_ready,
)
from cruddur.schema.table import Schema


def missing_parts(found: TableLayout, schema: Schema) -> Sequence[str]:
    """Returns the labels of what the table lacks altogether, the part that takes longest last.

    A part that is there in another form, such as a stream without old images, is not missing.
    """
    quick = [label for label in (STREAM, TIME_TO_LIVE) if found[label] == OFF]
    index = index_label(schema)
    return quick if index in found else [*quick, index]


async def add_part(calls: Calls, schema: Schema, label: str) -> None:
    """Adds one missing part and returns when it can be used; a new index may take hours.

    An interrupted call can be repeated. Raises Rejected, TableMissing, TableUnavailable.
    """
    await until_ready(calls, schema.table_name, None)
    await _ADD.get(label, _add_index)(calls, schema)
    await until_ready(calls, schema.table_name, None)


async def _add_stream(calls: Calls, schema: Schema) -> None:
    specification = {"StreamEnabled": True, "StreamViewType": STREAM_VIEW}
    await _update(calls, schema, STREAM, {"StreamSpecification": specification})


async def _add_index(calls: Calls, schema: Schema) -> None:
    answer = await calls.table("DescribeTable", {"TableName": schema.table_name})
    wanted = creation(schema, OnDemand())
    (index,) = wanted["GlobalSecondaryIndexes"]
    change = {
        "AttributeDefinitions": wanted["AttributeDefinitions"],
        "GlobalSecondaryIndexUpdates": [{"Create": {**index, **_units_of(answer["Table"])}}],
    }
    await _update(calls, schema, index_label(schema), change)


def _units_of(table: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns the units for the index: those of the table, or none where the table has none."""
    units = table.get("ProvisionedThroughput") or {}
    names = ("ReadCapacityUnits", "WriteCapacityUnits")
    throughput = {name: units.get(name, 0) for name in names}
    return {"ProvisionedThroughput": throughput} if all(throughput.values()) else {}


async def _update(calls: Calls, schema: Schema, label: str, change: Mapping[str, Any]) -> None:
    try:
        await calls.table("UpdateTable", {"TableName": schema.table_name, **change})
    except Rejected:
        # A first try without an answer may have added the part, and DynamoDB rejects a second one.
        found = await describe_table(calls, schema.table_name)
        if found is None or label in missing_parts(found, schema):
            raise


_ADD: Mapping[str, Callable[[Calls, Schema], Awaitable[None]]] = {
    STREAM: _add_stream,
    TIME_TO_LIVE: enable_ttl,
}
