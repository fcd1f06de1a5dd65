"""Converts blocks to items and back."""

from typing import NamedTuple

from cruddur.domain.item import Item
from cruddur.schema import block_keys, keys


class Block(NamedTuple):
    """A person whom a user has blocked, and since when."""

    user_uuid: str
    blocked_at: str


def block_items(user_uuid: str, blocked_uuid: str, at: str) -> tuple[Item, Item]:
    """Returns the item of a block, and the one by which the other person's side is found."""
    sides = (
        block_keys.block_key(user_uuid, blocked_uuid),
        block_keys.blocked_by_key(blocked_uuid, user_uuid),
    )
    one, other = ({keys.PARTITION_KEY: pk, keys.SORT_KEY: sk, "blocked_at": at} for pk, sk in sides)
    return one, other


def block_from(item: Item) -> Block:
    """Returns the block of an item of either side. Raises one of UNREADABLE."""
    at = item["blocked_at"]
    if not isinstance(at, str):
        raise TypeError("blocked_at is no text")
    return Block(str(item[keys.SORT_KEY]).partition("#")[2], at)
