"""The file: where it lies, who may read it, what is in it."""

import os
import sqlite3
from pathlib import Path

from cruddur.errors import TableUnavailable
from cruddur.table.schema import FILE_NAME

FORMAT = 1
# How long to wait for another process, a command perhaps, that is writing.
BUSY_SECONDS = 5.0

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


def prepare(folder: Path) -> Path:
    """Makes the folder and the file if they are missing, and the tables in it."""
    path = folder / FILE_NAME
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # SQLite would make it readable to all; its -wal and -shm files inherit the mode from it.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        connection = connect(path)
        try:
            _create(connection, path)
        finally:
            connection.close()
    except (OSError, sqlite3.Error) as error:
        raise TableUnavailable(f"cannot open {path}: {error}") from error
    return path


def connect(path: Path, *, reads_only: bool = False) -> sqlite3.Connection:
    """A connection for one thread at a time, whichever it is; transactions are said aloud."""
    connection = sqlite3.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA journal_mode = WAL")
    # An acknowledged message survives a power cut: the log is flushed at each commit.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA wal_autocheckpoint = 4000")
    connection.execute(f"PRAGMA journal_size_limit = {64 << 20}")
    connection.execute(f"PRAGMA mmap_size = {256 << 20}")
    connection.execute("PRAGMA cache_size = -16000")
    connection.execute(f"PRAGMA query_only = {int(reads_only)}")
    return connection


def _create(connection: sqlite3.Connection, path: Path) -> None:
    # IMMEDIATE: of two processes that open a new file at once, one waits and finds it made.
    connection.execute("BEGIN IMMEDIATE")
    try:
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        if found > FORMAT:
            raise ValueError(
                f"{path} has format {found}, but this version of cruddur knows formats up to "
                f"{FORMAT}: use a newer version"
            )
        if found == 0:
            for statement in _SCHEMA:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {FORMAT}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
