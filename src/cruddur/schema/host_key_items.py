"""Converts the keys of host products to items and back."""

import msgspec

from cruddur.domain.host_key import HostKey
from cruddur.domain.item import Item
from cruddur.schema import keys
from cruddur.schema.records import record_item


def host_key_item(key: HostKey) -> Item:
    """Returns the item of one secret of a key, without its secret."""
    return record_item(keys.host_key_key(key.name, key.number), key, "name", "number")


def host_key_from(item: Item) -> HostKey:
    """Returns one secret of a key of an item. Raises one of UNREADABLE."""
    name, _, number = keys.whole_key_of(item).sk.partition("#")
    return msgspec.convert({**item, "name": name, "number": int(number)}, HostKey)
