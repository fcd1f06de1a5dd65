"""Converts the keys of host products to items and back."""

import msgspec

from cruddur.domain.host_key import HostKey
from cruddur.domain.item import Item
from cruddur.schema import keys


def host_key_item(key: HostKey) -> Item:
    """Returns the item of one secret of a key, without its secret."""
    pk, sk = keys.host_key_key(key.name, key.number)
    fields = {name: v for name, v in msgspec.structs.asdict(key).items() if v is not None}
    fields["scopes"] = list(key.scopes)
    del fields["name"], fields["number"]
    return {keys.PARTITION_KEY: pk, keys.SORT_KEY: sk, **fields}


def host_key_from(item: Item) -> HostKey:
    """Returns one secret of a key of an item. Raises one of UNREADABLE."""
    name, _, number = keys.whole_key_of(item).sk.partition("#")
    return msgspec.convert({**item, "name": name, "number": int(number)}, HostKey)
