"""A stream's records as changes."""

from collections.abc import Mapping
from typing import Any, Literal

from cruddur.messaging.ports import Change, Item
from cruddur.table.wire import item_from_wire, key_of

_KINDS: Mapping[str, Literal["insert", "modify", "remove"]] = {
    "INSERT": "insert",
    "MODIFY": "modify",
    "REMOVE": "remove",
}


def change_from(record: Mapping[str, Any]) -> Change:
    """Takes the records of GetRecords, and those that Lambda hands to its functions."""
    data = record["dynamodb"]
    return Change(
        sequence=data["SequenceNumber"],
        kind=_KINDS[record["eventName"]],
        key=key_of(item_from_wire(data["Keys"])),
        new=_image(data.get("NewImage")),
        old=_image(data.get("OldImage")),
    )


def changes_nothing(record: Mapping[str, Any]) -> bool:
    """Whether the item was written as it was. AWS makes no record of that; some engines do."""
    data = record["dynamodb"]
    return bool(record["eventName"] == "MODIFY" and data.get("NewImage") == data.get("OldImage"))


def _image(image: dict[str, Any] | None) -> Item | None:
    return item_from_wire(image) if image else None
