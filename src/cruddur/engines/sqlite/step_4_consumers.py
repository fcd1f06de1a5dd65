"""Format 4: the consumers of the change feed, each with a place of its own.

Before, every recorded change was a message's, waited for the projector alone, and was deleted when the
projector had it. So those that a file holds are the ones that the projector has still to get.
"""

import sqlite3
import time

_STATEMENTS = (
    """
    CREATE TABLE consumers (
        name TEXT PRIMARY KEY,
        kinds TEXT NOT NULL,
        place INTEGER NOT NULL,
        dropped INTEGER NOT NULL DEFAULT 0
    )
    """,
    """INSERT INTO consumers (name, kinds, place) VALUES ('projector', '["message"]', 0)""",
    "ALTER TABLE changes ADD COLUMN item_kind TEXT NOT NULL DEFAULT 'message'",
    "ALTER TABLE changes ADD COLUMN at INTEGER NOT NULL DEFAULT 0",
)


def add_consumers(connection: sqlite3.Connection) -> None:
    """Registers the projector. When a waiting change was made is not known, so its time is now."""
    for statement in _STATEMENTS:
        connection.execute(statement)
    connection.execute("UPDATE changes SET at = ?", (round(time.time() * 1000),))
