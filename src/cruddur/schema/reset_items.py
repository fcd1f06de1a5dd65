"""Converts links for another password to items and back."""

import msgspec

from cruddur.domain.item import Item
from cruddur.domain.password_reset import PasswordReset
from cruddur.schema import keys
from cruddur.schema.records import record_item


def reset_item(reset: PasswordReset) -> Item:
    """Returns the item of a person's link, which the table removes once it no longer works."""
    return record_item(keys.reset_key(reset.user_uuid), reset, "user_uuid")


def reset_from(item: Item) -> PasswordReset:
    """Returns the link of an item. Raises one of UNREADABLE."""
    user_uuid = keys.whole_key_of(item).pk.removeprefix(keys.USER_PREFIX)
    return msgspec.convert({**item, "user_uuid": user_uuid}, PasswordReset)
