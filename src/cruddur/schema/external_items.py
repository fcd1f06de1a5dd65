"""Converts what hosts say of their people to items and back."""

import msgspec

from cruddur.domain.external_user import ExternalUser
from cruddur.domain.item import Item
from cruddur.schema import keys


def external_item(external: ExternalUser) -> Item:
    """Returns the item that maps a host product's own id to a user, without what is not said."""
    pk, sk = keys.external_key(external.external_id)
    fields = {name: value for name, value in msgspec.structs.asdict(external).items() if value}
    return {keys.PARTITION_KEY: pk, keys.SORT_KEY: sk, **fields}


def external_from(item: Item) -> ExternalUser:
    """Returns what a host says of a person of an item. Raises one of UNREADABLE."""
    return msgspec.convert(item, ExternalUser)
