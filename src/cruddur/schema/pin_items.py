"""Converts the list of what a person has pinned to an item and back."""

import msgspec
from msgspec import Struct

from cruddur.domain.item import Item
from cruddur.schema import keys
from cruddur.schema.records import record_item


class Pins(Struct, frozen=True, kw_only=True):
    """The conversations that a person has pinned, in no order, with how often that changed.

    Each row says itself whether it is pinned, and where. The list is what two changes at once share, so
    that together they pin no more than one of them may.
    """

    user_uuid: str
    groups: list[str] = []
    version: int = 0


def pins_item(pins: Pins) -> Item:
    """Returns the item of what a person has pinned; its key holds the person."""
    return record_item(keys.pins_key(pins.user_uuid), pins, "user_uuid")


def pins_from(item: Item) -> Pins:
    """Returns what a person has pinned, of its item. Raises one of UNREADABLE."""
    user_uuid = item["pk"].removeprefix(keys.USER_PREFIX)
    return msgspec.convert({**item, "user_uuid": user_uuid}, Pins)
