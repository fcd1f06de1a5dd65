"""Items to DynamoDB's attribute values and back."""

from collections.abc import Mapping
from typing import Any

from cruddur.messaging.ports import Item, Key

WireItem = dict[str, Any]


def item_to_wire(item: Item) -> WireItem:
    return {name: to_wire(value) for name, value in item.items()}


def key_to_wire(key: Key) -> WireItem:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def key_of(item: Item) -> Key:
    return Key(item["pk"], item["sk"])


def to_wire(value: Any) -> dict[str, Any]:
    match value:
        case str():
            return {"S": value}
        case bool():  # before int: a bool is one
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case Mapping():
            return {"M": item_to_wire(value)}
        case list() | tuple():
            return {"L": [to_wire(one) for one in value]}
    raise TypeError(f"an item may not hold a {type(value).__name__}")


def item_from_wire(item: WireItem) -> dict[str, Any]:
    return {name: from_wire(value) for name, value in item.items()}


def from_wire(value: dict[str, Any]) -> Any:
    ((kind, content),) = value.items()
    match kind:
        case "S" | "BOOL":
            return content
        case "N":
            return _number(content)
        case "M":
            return item_from_wire(content)
        case "L":
            return [from_wire(one) for one in content]
    return _foreign(kind, content)


def _foreign(kind: str, content: Any) -> Any:
    """What we never write, but a table that is adopted may hold."""
    if kind == "NULL":
        return None
    if kind == "NS":
        return [_number(one) for one in content]
    return content  # SS: a list of strings. B, BS: base64, as it came


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        return float(text)
