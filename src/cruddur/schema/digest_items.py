"""Converts who wants mails of what stays unread to items and back. They lie in one partition."""

import msgspec

from cruddur.domain.digest import DigestState
from cruddur.domain.item import Item, Key
from cruddur.schema import keys
from cruddur.schema.records import record_item

DIGESTS_PK = "DIGEST#"


def digest_key(user_uuid: str) -> Key:
    """The key of the item that says that a person wants such mails."""
    return Key(DIGESTS_PK, user_uuid)


def digest_item(state: DigestState) -> Item:
    """Returns the item of a person who wants such mails; its key holds the person."""
    return record_item(digest_key(state.user_uuid), state, "user_uuid")


def digest_from(item: Item) -> DigestState:
    """Returns the state of an item. Raises one of UNREADABLE."""
    return msgspec.convert({**item, "user_uuid": keys.whole_key_of(item).sk}, DigestState)
