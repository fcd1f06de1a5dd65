"""Checks, before anything is written to a table, whether it has the keys of this service."""

from collections.abc import Iterable, Sequence

from cruddur.domain.errors import TableUnavailable
from cruddur.domain.item import Item
from cruddur.engines.dynamodb.calls import Calls
from cruddur.engines.dynamodb.schema import (
    KEY,
    TableLayout,
    describe_table,
    index_label,
    indexes_of,
    wanted_shape,
)
from cruddur.schema.attribute_values import item_from_attribute_values
from cruddur.schema.kinds import kind_of
from cruddur.schema.layout import SAMPLED
from cruddur.schema.table import Schema


async def shape_of(calls: Calls, name: str) -> TableLayout | None:
    """Returns the table's shape, or None if there is no table or it may not be described."""
    try:
        return await describe_table(calls, name)
    except TableUnavailable:
        return None


def lacks_index(found: TableLayout, name: str, sampled: Iterable[Item]) -> bool:
    """Returns whether a table is this service's in all but the index, which can be added.

    A table with other indexes, or with items of a kind that this service has not, is another's.
    """
    has_our_key = found[KEY] == wanted_shape(Schema(table_name=name))[KEY]
    is_ours = has_our_key and all(kind_of(item) != "other" for item in sampled)
    return is_ours and not indexes_of(found)


def differing_keys(found: TableLayout, name: str) -> Sequence[str]:
    """Returns a line for each key that differs, for a table whose shape is known."""
    wanted = wanted_shape(Schema(table_name=name))
    return [
        f"{label}: is {_keys_of(found, label)}, should be {_keys_of(wanted, label)}"
        for label in (KEY, index_label(Schema()))
        if _keys_of(found, label) != _keys_of(wanted, label)
    ]


async def sample(calls: Calls, name: str) -> Sequence[Item]:
    """Returns a few items of the table. It is empty if the credentials may not scan."""
    try:
        answer = await calls.table("Scan", {"TableName": name, "Limit": SAMPLED})
    except TableUnavailable:
        return ()
    return [item_from_attribute_values(item) for item in answer["Items"]]


def _keys_of(shape: TableLayout, label: str) -> str:
    """Returns the keys without the index's projection and units, which an operator may choose."""
    keys, separator, _ = shape.get(label, "missing").partition("RANGE, S)")
    return keys + separator
