"""Whether an item is as a condition demands, by DynamoDB's rules."""

from typing import Any, assert_never

from cruddur.messaging.ports import Condition, Equals, Exists, Item, Less, Missing


def holds(condition: Condition, item: Item | None) -> bool:
    there = item or {}
    return all(_holds(part, there) for part in condition)


def _holds(part: Exists | Missing | Equals | Less, item: Item) -> bool:
    match part:
        case Exists(name):
            return name in item
        case Missing(name):
            return name not in item
        case Equals(name, value):
            found: Any = item.get(name)
            return _alike(found, value) and bool(found == value)
        case Less(name, value):
            found = item.get(name)
            return _alike(found, value) and bool(found < value)
        case _:
            assert_never(part)


def _alike(found: Any, value: Any) -> bool:
    # True equals 1 in Python; in DynamoDB values of two types are neither equal nor in order.
    return type(found) is type(value)
