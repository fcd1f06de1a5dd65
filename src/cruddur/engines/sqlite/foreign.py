"""Stores values that JSON has no type for, inside the JSON body of an item.

Pictures are binaries. Sets occur in tables that other programs made. Each is stored as DynamoDB's
attribute value, in an object whose only name is MARK. A map that has this name itself is stored in the
same way.
"""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from cruddur.domain.item import Item
from cruddur.schema.attribute_values import from_attribute_value, to_attribute_value

MARK = "$dynamodb"
IN_JSON = f'"{MARK}"'
"""A text that occurs in every body with such a value. Bodies without it need no conversion."""

_JSON = frozenset({str, int, bool, Decimal, float, type(None)})


def is_json(values: Collection[Any]) -> bool:
    """Whether JSON can hold all of these values unchanged. It is fast, since every write calls it."""
    return _JSON.issuperset(map(type, values)) or all(
        _holds_json(value) for value in values if type(value) not in _JSON
    )


def _holds_json(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return is_json(value)
    return isinstance(value, Mapping) and MARK not in value and is_json(value.values())


def marked(item: Item) -> dict[str, Any]:
    """Replaces the values that JSON has no type for. Raises TypeError for what no item may hold."""
    return {name: _marked(value) for name, value in item.items()}


def unmarked(item: Mapping[str, Any]) -> dict[str, Any]:
    """Restores the values that `marked` replaced."""
    return {name: _unmarked(value) for name, value in item.items()}


def _marked(value: Any) -> Any:
    if type(value) in _JSON:
        return value
    if isinstance(value, Mapping) and MARK not in value:
        return marked(value)
    if isinstance(value, list | tuple):
        return [_marked(one) for one in value]
    return {MARK: to_attribute_value(value)}


def _unmarked(value: Any) -> Any:
    if isinstance(value, dict):
        return from_attribute_value(value[MARK]) if value.keys() == {MARK} else unmarked(value)
    if isinstance(value, list):
        return [_unmarked(one) for one in value]
    return value
