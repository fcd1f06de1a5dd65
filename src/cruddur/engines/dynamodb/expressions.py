"""Translates conditions, updates and queries to DynamoDB's expressions.

Every name and value is a placeholder: a name could be a reserved word or be parsed as a path, and a
value could be parsed as part of an expression.
"""

from collections.abc import Mapping
from typing import Any, assert_never

from cruddur.ports.table import (
    Absent,
    Check,
    Condition,
    Delete,
    Demand,
    Equals,
    Exists,
    Less,
    LessOrMissing,
    Missing,
    Put,
    Query,
    Range,
    Update,
    Write,
)
from cruddur.schema import keys
from cruddur.schema.attribute_values import (
    item_to_attribute_values,
    key_to_attribute_values,
    to_attribute_value,
)

Payload = dict[str, Any]


class Placeholders:
    """Collects the names and values of one call's expressions."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: dict[str, Any] = {}

    def name(self, name: str) -> str:
        """Returns the placeholder of a name, such as `#0`. Equal names share one."""
        return self._names.setdefault(name, f"#{len(self._names)}")

    def value(self, value: Any) -> str:
        """Returns a new placeholder for a value, such as `:0`."""
        placeholder = f":{len(self._values)}"
        self._values[placeholder] = to_attribute_value(value)
        return placeholder

    def payload(self) -> Payload:
        """Returns the fields of the call that define the placeholders."""
        payload: Payload = {}
        if self._names:
            payload["ExpressionAttributeNames"] = {v: k for k, v in self._names.items()}
        if self._values:
            payload["ExpressionAttributeValues"] = self._values
        return payload


def write_payload(write: Write) -> Payload:
    """Returns a write's fields without the table's name, for a call or for a part of a transaction."""
    placeholders = Placeholders()
    payload: Payload = {}
    match write:
        case Put(item):
            payload["Item"] = item_to_attribute_values(item)
        case Update(key, values, remove):
            payload["Key"] = key_to_attribute_values(key)
            if values or remove:
                payload["UpdateExpression"] = _update(values, remove, placeholders)
        case Delete(key) | Check(key):
            payload["Key"] = key_to_attribute_values(key)
        case _:
            assert_never(write)
    if write.condition:
        payload["ConditionExpression"] = _condition(write.condition, placeholders)
    return payload | placeholders.payload()


def query_payload(query: Query) -> Payload:
    """Returns the fields of a Query call without the table's name."""
    placeholders = Placeholders()
    sort_key = keys.INDEX_SORT_KEY if query.index else keys.SORT_KEY
    partition = f"{placeholders.name(keys.PARTITION_KEY)} = {placeholders.value(query.partition)}"
    payload: Payload = {
        "KeyConditionExpression": partition + _range(query.range, sort_key, placeholders),
        "ScanIndexForward": not query.descending,
        "Limit": query.limit,
        "ConsistentRead": query.consistent,
    }
    if query.index:
        payload["IndexName"] = query.index
    if query.start is not None:
        payload["ExclusiveStartKey"] = item_to_attribute_values(query.start)
    return payload | placeholders.payload()


def is_empty(wanted: Range) -> bool:
    """Whether no sort key can be in this range. DynamoDB rejects such a query."""
    if wanted.at_most is None:
        return False
    return wanted.at_most < (wanted.at_least or "") or not wanted.at_most


def _update(values: Mapping[str, Any], remove: Any, placeholders: Placeholders) -> str:
    name, value = placeholders.name, placeholders.value
    parts = []
    if values:
        parts.append("SET " + ", ".join(f"{name(n)} = {value(v)}" for n, v in values.items()))
    if remove:
        parts.append("REMOVE " + ", ".join(map(name, remove)))
    return " ".join(parts)


def _condition(condition: Condition, placeholders: Placeholders) -> str:
    return " AND ".join(_demand(demand, placeholders) for demand in condition)


def _demand(demand: Demand, placeholders: Placeholders) -> str:
    name = placeholders.name(keys.PARTITION_KEY if isinstance(demand, Absent) else demand.name)
    match demand:
        case Exists():
            return f"attribute_exists({name})"
        case Missing() | Absent():
            return f"attribute_not_exists({name})"
        case Equals(value=value):
            return f"{name} = {placeholders.value(value)}"
        case Less(value=value):
            return f"{name} < {placeholders.value(value)}"
        case LessOrMissing(value=value):
            return f"(attribute_not_exists({name}) OR {name} < {placeholders.value(value)})"
        case _:
            assert_never(demand)


def _range(wanted: Range, sort_key: str, placeholders: Placeholders) -> str:
    # An empty prefix or lower bound excludes no key, and DynamoDB would reject it as a value.
    name, value = placeholders.name, placeholders.value
    if wanted.prefix:
        return f" AND begins_with({name(sort_key)}, {value(wanted.prefix)})"
    if wanted.at_least and wanted.at_most:
        bounds = f"{value(wanted.at_least)} AND {value(wanted.at_most)}"
        return f" AND {name(sort_key)} BETWEEN {bounds}"
    if wanted.at_least:
        return f" AND {name(sort_key)} >= {value(wanted.at_least)}"
    if wanted.at_most:
        return f" AND {name(sort_key)} <= {value(wanted.at_most)}"
    return ""
