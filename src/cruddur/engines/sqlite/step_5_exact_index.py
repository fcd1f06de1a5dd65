"""Format 5: the index of inboxes is in the order of the last messages, and not an hour behind it."""

import sqlite3

from cruddur.engines.sqlite.rows import index_key_of, item_of

_NUMBER = 5
_IN_THE_INDEX = "SELECT rowid, indexed_at, body FROM items WHERE indexed_at IS NOT NULL"
_MOVE = "UPDATE items SET indexed_at = ? WHERE rowid = ?"


def make_index_exact(connection: sqlite3.Connection) -> None:
    """Moves each inbox row's entry to the row's exact time. The items stay as they are."""
    # Listed before any moves: SQLite may show a row again that was moved in the index being read.
    moves = [
        (exact, rowid)
        for rowid, indexed_at, body in connection.execute(_IN_THE_INDEX)
        if (exact := index_key_of(item_of(body))) != indexed_at
    ]
    connection.executemany(_MOVE, moves)


def has_exact_index(number: int) -> bool:
    """Whether a file of this format has had the step."""
    return number >= _NUMBER
