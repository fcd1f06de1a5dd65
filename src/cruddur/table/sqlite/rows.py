"""An item and its row: what the table accepts, and how the file holds it."""

from typing import Any, NamedTuple

import msgspec

from cruddur.messaging.ports import Item, Key
from cruddur.table import keys

# DynamoDB's own limits: what one engine holds, the other must be able to hold too.
ITEM_MAX_BYTES = 400 * 1024
PARTITION_KEY_MAX_BYTES = 2048
SORT_KEY_MAX_BYTES = 1024

# Sorted: two items are equal exactly if their bodies are.
_encoder = msgspec.json.Encoder(order="deterministic")
_decoder = msgspec.json.Decoder(dict[str, Any])


class Row(NamedTuple):
    """An item as the file holds it; the order is that of the columns."""

    pk: str
    sk: str
    indexed_at: str | None
    expires_at: int | None
    body: str


def row_of(item: Item) -> Row:
    """Raises ValueError for what DynamoDB would not take."""
    key = checked_key(Key(item.get(keys.PARTITION_KEY, ""), item.get(keys.SORT_KEY, "")))
    indexed_at = item.get(keys.INDEX_SORT_KEY)
    if indexed_at is not None:
        _check_text(keys.INDEX_SORT_KEY, indexed_at, SORT_KEY_MAX_BYTES)
    expires_at = item.get(keys.TTL_ATTRIBUTE)
    body = _encoder.encode(item)
    if len(body) > ITEM_MAX_BYTES:
        raise ValueError(f"the item {key} has {len(body)} bytes; {ITEM_MAX_BYTES} is the most")
    return Row(
        key.pk,
        key.sk,
        indexed_at,
        expires_at if type(expires_at) is int else None,
        body.decode(),
    )


def item_of(body: str) -> dict[str, Any]:
    return _decoder.decode(body)


def key_of(row: Row) -> Key:
    return Key(row.pk, row.sk)


def checked_key(key: Key) -> Key:
    _check_text(keys.PARTITION_KEY, key.pk, PARTITION_KEY_MAX_BYTES)
    _check_text(keys.SORT_KEY, key.sk, SORT_KEY_MAX_BYTES)
    return key


def _check_text(name: str, value: object, most: int) -> None:
    if not isinstance(value, str) or not value:
        raise ValueError(f"the key attribute {name} must be a string that is not empty")
    # SQLite's JSON functions, which carry keys to the file, end a text there: two would become one.
    if "\0" in value:
        raise ValueError(f"the key attribute {name} holds a NUL character")
    # Encoding also refuses half a surrogate pair, which no file could hold.
    if len(value.encode()) > most:
        raise ValueError(f"the key attribute {name} has more than {most} bytes")
