"""Converts the records of a stream to changes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from cruddur.domain.item import Item
from cruddur.ports.change_feed import Change
from cruddur.schema.attribute_values import item_from_attribute_values
from cruddur.schema.keys import whole_key_of

_KINDS: Mapping[str, Literal["insert", "modify", "remove"]] = {
    "INSERT": "insert",
    "MODIFY": "modify",
    "REMOVE": "remove",
}


def change_from(record: Mapping[str, Any]) -> Change:
    """Returns the change of a record, from GetRecords or from the event of a Lambda function.

    Raises KeyError for a record of another table, whose keys have other names.
    """
    data = record["dynamodb"]
    return Change(
        sequence=data["SequenceNumber"],
        kind=_KINDS[record["eventName"]],
        key=whole_key_of(item_from_attribute_values(data["Keys"])),
        new=_image(data.get("NewImage")),
        old=_image(data.get("OldImage")),
        at=_moment(data.get("ApproximateCreationDateTime")),
    )


def _moment(seconds: object) -> datetime | None:
    """Returns a record's time. AWS rounds it to a second; a record of another engine may have none."""
    if isinstance(seconds, int | float) and not isinstance(seconds, bool):
        return datetime.fromtimestamp(seconds, UTC)
    return None


def changes_nothing(record: Mapping[str, Any]) -> bool:
    """Whether the record's item is as it was. AWS makes no such record; some local engines do."""
    data = record["dynamodb"]
    return bool(record["eventName"] == "MODIFY" and data.get("NewImage") == data.get("OldImage"))


def _image(image: dict[str, Any] | None) -> Item | None:
    return item_from_attribute_values(image) if image else None
