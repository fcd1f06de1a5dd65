"""Recognizes the tutorial's layout of items, from which this service's layout grew."""

from datetime import datetime

from cruddur.domain.item import Item
from cruddur.schema import keys

SAMPLED = 20
"""The number of items to look at. In a table of the tutorial every item has its layout."""


def is_of_the_tutorial(item: Item) -> bool:
    """Whether the sort key holds a time. The tutorial's items do, this service's never."""
    pk, sk = item.get(keys.PARTITION_KEY), item.get(keys.SORT_KEY)
    if not isinstance(pk, str) or not isinstance(sk, str):
        return False
    return pk.startswith((keys.MESSAGES_PREFIX, keys.INBOX_PREFIX)) and _is_time(sk)


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return "T" in text or " " in text  # twelve digits could be a date, but are a message's number
