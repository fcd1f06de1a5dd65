"""Format 1: the items with their indexes, and the change feed."""

import sqlite3

# Not WITHOUT ROWID: then each new message would rewrite a page of its own conversation's bodies,
# instead of one at the end and a slim one of keys (measured: 12,000 puts/s instead of 18,000).
_SCHEMA = (
    """
    CREATE TABLE items (
        pk TEXT NOT NULL,
        sk TEXT NOT NULL,
        indexed_at TEXT,
        expires_at INTEGER,
        body TEXT NOT NULL,
        PRIMARY KEY (pk, sk)
    )
    """,
    "CREATE INDEX inbox_index ON items (pk, indexed_at, sk) WHERE indexed_at IS NOT NULL",
    "CREATE INDEX expiring ON items (expires_at) WHERE expires_at IS NOT NULL",
    # AUTOINCREMENT: a number is never used again, though acknowledged changes are deleted.
    """
    CREATE TABLE changes (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        pk TEXT NOT NULL,
        sk TEXT NOT NULL,
        new TEXT,
        old TEXT
    )
    """,
)


def make_tables(connection: sqlite3.Connection) -> None:
    """Raises ValueError for a file in which another program has tables: it stays as it is."""
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if tables:
        raise ValueError("it holds tables of another program")
    for statement in _SCHEMA:
        connection.execute(statement)
