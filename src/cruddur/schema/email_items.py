"""The keys of what is known of e-mail addresses, and the conversions of items."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from cruddur.domain.email_address import Email, fold_address
from cruddur.domain.item import Item, Key
from cruddur.schema import keys
from cruddur.schema.records import keyed, record_item

EMAIL_SK = "EMAIL"  # sorts before SESSION_PREFIX, so that no query for sessions has it
ADDRESS_PREFIX = "EMAIL#"
OWNER_SK = "OWNER"
SENT_SK = "SENT"


class SentTo(Struct, frozen=True, kw_only=True):
    """When mails went to an address within the last day, in epoch seconds, the oldest first."""

    times: list[int]
    expires_at: int


def email_key(user_uuid: str) -> Key:
    """The key of a person's e-mail address."""
    return Key(keys.USER_PREFIX + user_uuid, EMAIL_SK)


def address_owner_key(address: str) -> Key:
    """The key of the item that says whose confirmed address this is."""
    return Key(ADDRESS_PREFIX + fold_address(address), OWNER_SK)


def sent_to_key(address: str) -> Key:
    """The key of the item that counts the mails to an address."""
    return Key(ADDRESS_PREFIX + fold_address(address), SENT_SK)


def keys_of_address(address: str) -> Sequence[Key]:
    """The keys of all items of an address."""
    return [address_owner_key(address), sent_to_key(address)]


def addresses_in(item: Item) -> Sequence[str]:
    """The addresses in a person's item, whatever else that holds."""
    found = [item.get(name) for name in ("address", "pending")]
    return [one for one in found if isinstance(one, str)]


def email_item(email: Email) -> Item:
    """Returns the item of a person's address; its key holds the person."""
    item = record_item(email_key(email.user_uuid), email, "user_uuid")
    if not email.pending_until:
        del item["pending_until"]
    return item


def email_from(item: Item) -> Email:
    """Returns the address of an item. Raises one of UNREADABLE."""
    user_uuid = keys.whole_key_of(item).pk.removeprefix(keys.USER_PREFIX)
    return msgspec.convert({**item, "user_uuid": user_uuid}, Email)


def address_owner_item(address: str, user_uuid: str) -> Item:
    """Returns the item that says whose confirmed address this is."""
    return {**keyed(address_owner_key(address)), "user_uuid": user_uuid}


def sent_to_item(address: str, sent: SentTo) -> Item:
    """Returns the item that counts mails to an address. The table removes it a day after the last."""
    return record_item(sent_to_key(address), sent)


def sent_to_from(item: Item) -> SentTo:
    """Returns the count of an item. Raises one of UNREADABLE."""
    return msgspec.convert(item, SentTo)


def email_address_from(item: Item) -> object:
    """Reads an item of an address, of either form. Raises one of UNREADABLE."""
    return item["user_uuid"] if keys.whole_key_of(item).sk == OWNER_SK else sent_to_from(item)
