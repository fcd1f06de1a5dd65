"""Converts items to DynamoDB's attribute values and back, without losing a type.

In Python the values are str, bool, int or Decimal, None, bytes, dict, list and set. This service writes
str, bool, int, dict and list, and bytes for pictures; the others occur in tables that other programs
made.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal, InvalidOperation
from typing import Any

from cruddur.domain.item import Item, Key

AttributeValues = dict[str, Any]

_DIGITS = 38  # the most that a DynamoDB number has
_PLAIN_NUMBERS = 10**_DIGITS
_CONTAINER_BYTES = 3


def item_to_attribute_values(item: Item) -> AttributeValues:
    """Converts an item for a DynamoDB request. Raises TypeError for a value that no item may hold."""
    return {name: to_attribute_value(value) for name, value in item.items()}


def key_to_attribute_values(key: Key) -> AttributeValues:
    """Converts a key for a DynamoDB request."""
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def to_attribute_value(value: Any) -> dict[str, Any]:
    """Converts one value, for example `"a"` to `{"S": "a"}`. Raises TypeError.

    Equal values get equal forms: numbers are normalized and sets are sorted.
    """
    match value:
        case str():
            return {"S": value}
        case bool():  # before int, since bool is a subclass of it
            return {"BOOL": value}
        case int() | Decimal():
            return {"N": _number_text(value)}
        case Mapping():
            return {"M": item_to_attribute_values(value)}
        case list() | tuple():
            return {"L": [to_attribute_value(one) for one in value]}
    return _foreign_to_attribute_value(value)


def item_from_attribute_values(item: AttributeValues) -> dict[str, Any]:
    """Converts an item from a DynamoDB answer. Raises ValueError for a type that is not known."""
    # Most values are texts: each call would take three times as long as looking into it.
    return {
        name: value["S"] if "S" in value else from_attribute_value(value)
        for name, value in item.items()
    }


def from_attribute_value(value: dict[str, Any]) -> Any:
    """Converts one value, for example `{"S": "a"}` to `"a"`. Raises ValueError."""
    ((kind, content),) = value.items()
    match kind:
        case "S" | "BOOL":
            return content
        case "N":
            return _number(content)
        case "M":
            return item_from_attribute_values(content)
        case "L":
            return [from_attribute_value(one) for one in content]
    return _foreign_from_attribute_value(kind, content)


def item_bytes(item: AttributeValues) -> int:
    """Returns the item's size in bytes, by DynamoDB's "Item sizes and formats"."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _foreign_to_attribute_value(value: Any) -> dict[str, Any]:
    match value:
        case None:
            return {"NULL": True}
        case bytes():
            return {"B": b64encode(value).decode()}
        case AbstractSet():
            return _set_to_attribute_value(value)
    raise TypeError(f"an item may not hold a {type(value).__name__}")


def _foreign_from_attribute_value(kind: str, content: Any) -> Any:
    match kind:
        case "NULL":
            return None
        case "B":
            return b64decode(content)
        case "SS" | "NS" | "BS":
            return {from_attribute_value({kind[0]: one}) for one in content}
    raise ValueError(f"DynamoDB has a new type, {kind}")


def _set_to_attribute_value(values: AbstractSet[Any]) -> dict[str, Any]:
    (kind, *others) = {next(iter(to_attribute_value(value))) for value in values} or {""}
    if others or kind not in {"S", "N", "B"}:
        raise TypeError("a set holds texts, numbers or binaries, of one kind, and one at least")
    return {f"{kind}S": sorted(to_attribute_value(value)[kind] for value in values)}


def _number(text: str) -> int | Decimal:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text!r} is no number") from None


def _number_text(number: int | Decimal) -> str:
    if isinstance(number, int) and -_PLAIN_NUMBERS < number < _PLAIN_NUMBERS:
        return str(number)
    is_negative, digits, exponent = Decimal(number).as_tuple()
    if not isinstance(exponent, int):
        raise TypeError(f"an item may not hold {number}")
    text = "".join(map(str, digits)).lstrip("0")
    exponent += len(text) - len(text.rstrip("0"))
    text = text.rstrip("0") or "0"
    if text == "0":
        return "0"
    sign = "-" if is_negative else ""
    if exponent >= 0 and len(text) + exponent <= _DIGITS:
        return f"{sign}{text}{'0' * exponent}"
    if -_DIGITS <= exponent < 0:
        text = text.rjust(1 - exponent, "0")
        return f"{sign}{text[:exponent]}.{text[exponent:]}"
    return f"{sign}{text}E{exponent}"


def _value_bytes(value: dict[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "M":
            return _CONTAINER_BYTES + item_bytes(content) + len(content)
        case "L":
            return _CONTAINER_BYTES + sum(map(_value_bytes, content)) + len(content)
        case "SS" | "NS" | "BS":
            return _scalars_bytes(kind[0], content)
        case "NULL" | "BOOL":
            return 1
    return _scalars_bytes(kind, (content,))


def _scalars_bytes(kind: str, contents: Iterable[str]) -> int:
    if kind == "B":
        return sum(len(b64decode(content)) for content in contents)
    if kind == "N":
        return sum(len(content.strip("-0.")) // 2 + 2 for content in contents)
    return sum(len(content.encode()) for content in contents)
