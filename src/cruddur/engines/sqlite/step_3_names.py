"""Format 3: every account has the items by which a search finds the words of its display name."""

import sqlite3
from collections.abc import Sequence

from cruddur.engines.sqlite.rows import Row, item_of, row_of
from cruddur.schema import items, keys

_AFTER_PREFIX = chr(ord("#") + 1)
_USERS = "SELECT body FROM items WHERE pk >= ? AND pk < ? AND sk = ?"
_ADD = "INSERT OR IGNORE INTO items (pk, sk, indexed_at, expires_at, body) VALUES (?, ?, ?, ?, ?)"


def add_names(connection: sqlite3.Connection) -> None:
    """Adds what is missing. An account that cannot be read is left alone: `verify` names it."""
    end = keys.USER_PREFIX[:-1] + _AFTER_PREFIX
    users = connection.execute(_USERS, (keys.USER_PREFIX, end, keys.PROFILE_SK))
    for (body,) in users:
        connection.executemany(_ADD, _names(body))


def _names(body: str) -> Sequence[Row]:
    try:
        return [row_of(item) for item in items.name_items(items.user_from(item_of(body)))]
    except items.UNREADABLE:
        return ()
