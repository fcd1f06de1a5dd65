"""Converts items to rows of the file and back, and checks DynamoDB's limits."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from cruddur.domain.item import Item, Key
from cruddur.engines.sqlite.foreign import IN_JSON, is_json, marked, unmarked
from cruddur.schema import keys
from cruddur.schema.attribute_values import item_bytes, item_to_attribute_values

# DynamoDB's limits, so that every item of one engine can be copied to the other.
ITEM_MAX_BYTES = 400 * 1024
PARTITION_KEY_MAX_BYTES = 2048
SORT_KEY_MAX_BYTES = 1024
_TIME_MAX_CHARS = 40

_PARTS = (keys.ARCHIVED_PREFIX, keys.PINNED_PREFIX)

# The names are sorted, so that two items are equal exactly if their bodies are.
_encoder = msgspec.json.Encoder(order="deterministic", decimal_format="number")
_decoder = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)


class Row(NamedTuple):
    """An item as the file stores it. The fields are in the order of the columns."""

    pk: str
    sk: str
    indexed_at: str | None
    expires_at: int | None
    body: str

    @property
    def key(self) -> Key:
        """The key of the item."""
        return Key(self.pk, self.sk)


def row_of(item: Item) -> Row:
    """Returns an item's row. Raises ValueError for an item that DynamoDB would reject."""
    key = checked_key(keys.key_of(item))
    indexed_at = index_key_of(item)
    expires_at = item.get(keys.TTL_ATTRIBUTE)
    body = _encoder.encode(item if is_json(item.values()) else marked(item))
    if (
        len(body) > ITEM_MAX_BYTES
        and (size := item_bytes(item_to_attribute_values(item))) > ITEM_MAX_BYTES
    ):
        raise ValueError(f"the item {key} has {size} bytes; {ITEM_MAX_BYTES} is the most")
    return Row(
        key.pk,
        key.sk,
        indexed_at,
        expires_at if type(expires_at) is int else None,
        body.decode(),
    )


def index_key_of(item: Item) -> str | None:
    """Returns the item's sort key in `inbox-index`; None if it is not in it. Raises ValueError.

    It is the exact time of an inbox row, behind its prefix if it is archived or pinned: an index of
    this file costs nothing to follow. The item itself keeps the `indexed_at` that DynamoDB's index would
    have, so that both engines hold the same items.
    """
    indexed_at = item.get(keys.INDEX_SORT_KEY)
    if indexed_at is None:
        return None
    _check_text(keys.INDEX_SORT_KEY, indexed_at, SORT_KEY_MAX_BYTES)
    exact = item.get(keys.EXACT_SORT_KEY)
    if isinstance(exact, str) and 0 < len(exact) <= _TIME_MAX_CHARS and "\0" not in exact:
        return next(filter(str(indexed_at).startswith, _PARTS), "") + exact
    return str(indexed_at)  # another program wrote the row


def item_of(body: str) -> dict[str, Any]:
    """Returns the item of a row's body."""
    item = _decoder.decode(body)
    return unmarked(item) if IN_JSON in body else item


def checked_key(key: Key) -> Key:
    """Returns the key. Raises ValueError if DynamoDB, or SQLite's JSON functions, could not hold it."""
    _check_text(keys.PARTITION_KEY, key.pk, PARTITION_KEY_MAX_BYTES)
    _check_text(keys.SORT_KEY, key.sk, SORT_KEY_MAX_BYTES)
    return key


def checked_keys(wanted: Iterable[Key]) -> Sequence[Key]:
    """Like `checked_key`, of many keys. Those that follow each other are often of one partition."""
    found, pk = list(wanted), None
    for key in found:
        if key.pk != pk:
            pk = checked_key(key).pk
        else:
            _check_text(keys.SORT_KEY, key.sk, SORT_KEY_MAX_BYTES)
    return found


def _check_text(name: str, value: object, most: int) -> None:
    if isinstance(value, str) and value.isascii() and 0 < len(value) <= most and "\0" not in value:
        return  # as nearly all keys are
    if not isinstance(value, str) or not value:
        raise ValueError(f"the key attribute {name} must be a string that is not empty")
    # SQLite's JSON functions end a text at U+0000, so that two different keys would become one.
    if "\0" in value:
        raise ValueError(f"the key attribute {name} holds a NUL character")
    # Encoding also rejects a lone surrogate, which UTF-8 cannot represent.
    if len(value.encode()) > most:
        raise ValueError(f"the key attribute {name} has more than {most} bytes")
