"""Evaluates conditions by DynamoDB's rules."""

from typing import Any, assert_never

from cruddur.domain.item import Item
from cruddur.ports.table import (
    Absent,
    Condition,
    Demand,
    Equals,
    Exists,
    Less,
    LessOrMissing,
    Missing,
)


def holds(condition: Condition, item: Item | None) -> bool:
    """Whether the item meets every part of the condition. None stands for a missing item."""
    there = item or {}
    return all(_holds(part, there) for part in condition)


def _holds(part: Demand, item: Item) -> bool:
    match part:
        case Exists(name):
            return name in item
        case Absent():
            return not item
        case Missing(name):
            return name not in item
        case Equals(name, value):
            found: Any = item.get(name)
            return _alike(found, value) and bool(found == value)
        case Less(name, value):
            found = item.get(name)
            return _alike(found, value) and bool(found < value)
        case LessOrMissing(name, value):
            return name not in item or _holds(Less(name, value), item)
        case _:
            assert_never(part)


def _alike(found: Any, value: Any) -> bool:
    # In Python True equals 1; in DynamoDB values of different types are never equal or less.
    return type(found) is type(value)
