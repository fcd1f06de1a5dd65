"""Converts read marks to items and back."""

import msgspec

from cruddur.domain.item import Item
from cruddur.domain.receipts import ReadMark
from cruddur.schema import keys, receipt_keys
from cruddur.schema.records import record_item


def read_mark_item(mark: ReadMark) -> Item:
    """Returns the item of a read mark; its key holds the conversation and the person."""
    key = receipt_keys.read_mark_key(mark.message_group_uuid, mark.user_uuid)
    return record_item(key, mark, "message_group_uuid", "user_uuid")


def read_mark_from(item: Item) -> ReadMark:
    """Returns the read mark of an item. Raises one of UNREADABLE."""
    key = keys.whole_key_of(item)
    in_the_key = {
        "message_group_uuid": keys.group_uuid_of(key),
        "user_uuid": key.sk.removeprefix(receipt_keys.READ_PREFIX),
    }
    return msgspec.convert({**item, **in_the_key}, ReadMark)
