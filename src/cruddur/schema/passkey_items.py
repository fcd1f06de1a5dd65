"""The keys of passkeys and second factors, and the conversions of items."""

import msgspec

from cruddur.domain.item import Item, Key
from cruddur.domain.passkey import Passkey, SecondFactor
from cruddur.schema import keys
from cruddur.schema.records import record_item

PASSKEY_PREFIX = "PASSKEY#"  # sorts before SESSION_PREFIX, so that no query for sessions has it
SECOND_FACTOR_SK = "FACTOR"  # so does this


def passkey_key(user_uuid: str, passkey_id: str) -> Key:
    """The key of one of a person's passkeys."""
    return Key(keys.USER_PREFIX + user_uuid, PASSKEY_PREFIX + passkey_id)


def is_passkey_sk(sk: str) -> bool:
    """Whether the sort key is a passkey's, in the partition of its person."""
    return sk.startswith(PASSKEY_PREFIX)


def second_factor_key(user_uuid: str) -> Key:
    """The key of the item that says that a person's password alone opens nothing."""
    return Key(keys.USER_PREFIX + user_uuid, SECOND_FACTOR_SK)


def passkey_item(passkey: Passkey) -> Item:
    """Returns the item of a passkey; its key holds the person and its name."""
    key = passkey_key(passkey.user_uuid, passkey.passkey_id)
    return record_item(key, passkey, "user_uuid", "passkey_id")


def passkey_from(item: Item) -> Passkey:
    """Returns the passkey of an item. Raises one of UNREADABLE."""
    key = keys.whole_key_of(item)
    in_the_key = {
        "user_uuid": key.pk.removeprefix(keys.USER_PREFIX),
        "passkey_id": key.sk.removeprefix(PASSKEY_PREFIX),
    }
    return msgspec.convert({**item, **in_the_key}, Passkey)


def second_factor_item(factor: SecondFactor) -> Item:
    """Returns the item of a person's second factor; its key holds the person."""
    return record_item(second_factor_key(factor.user_uuid), factor, "user_uuid")


def second_factor_from(item: Item) -> SecondFactor:
    """Returns the second factor of an item. Raises one of UNREADABLE."""
    user_uuid = keys.whole_key_of(item).pk.removeprefix(keys.USER_PREFIX)
    return msgspec.convert({**item, "user_uuid": user_uuid}, SecondFactor)
