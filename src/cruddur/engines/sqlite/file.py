"""Creates, opens and checks the SQLite file."""

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from cruddur.domain.errors import TableUnavailable
from cruddur.engines.sqlite.consumers import is_registered, register
from cruddur.engines.sqlite.pairing import check_pair
from cruddur.engines.sqlite.upgrade import format_of, upgrade
from cruddur.ports.change_feed import Consumer
from cruddur.schema.table import FILE_NAME

# How long to wait for another process that is writing, such as a command.
BUSY_SECONDS = 5.0


def log_of(path: Path) -> Path:
    """The path of SQLite's write-ahead log, which holds the last commits."""
    return path.with_name(f"{path.name}-wal")


def shared_memory_of(path: Path) -> Path:
    """The path of SQLite's index of the log, which all processes share that have the file open."""
    return path.with_name(f"{path.name}-shm")


def prepare(folder: Path, consumers: Sequence[Consumer] = ()) -> Path:
    """Creates the folder and the file if they are missing, and upgrades the file to the present format.

    These consumers of the change feed are registered.

    Raises ValueError for a file that is not ours or that a newer version wrote, TableUnavailable.
    """
    path = folder / FILE_NAME
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # SQLite would make the file readable to all. Its -wal and -shm files inherit this mode.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        check_pair(path, log_of(path))
        connection = connect(path)
        try:
            upgrade(connection, path)
            _register(connection, consumers)
        finally:
            connection.close()
    except (OSError, sqlite3.Error) as error:
        raise TableUnavailable(f"cannot open {path}: {error}") from error
    return path


def _register(connection: sqlite3.Connection, consumers: Sequence[Consumer]) -> None:
    # Usually they are known, and opening the file writes nothing.
    for consumer in consumers:
        if not is_registered(connection, consumer):
            connection.execute("BEGIN IMMEDIATE")
            register(connection, consumer)
            connection.execute("COMMIT")


def connect(path: Path, *, reads_only: bool = False) -> sqlite3.Connection:
    """Opens a connection that any one thread at a time can use. Transactions are begun explicitly."""
    connection = sqlite3.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA journal_mode = WAL")
    # Each commit flushes the log to disk, so that acknowledged messages survive a power cut.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA wal_autocheckpoint = 4000")
    connection.execute(f"PRAGMA journal_size_limit = {64 << 20}")
    # Deleted texts are overwritten with zeros, not only marked as free.
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute(f"PRAGMA query_only = {int(reads_only)}")
    return connection


def connect_to_read(path: Path) -> sqlite3.Connection:
    """Opens a connection that changes nothing; where possible, not even the folder.

    A file that no process has open, in a folder that is not writable, is read without its log.
    Raises sqlite3.Error, also for a log that cannot be read without writing, since its commits would
    be missing; TableUnavailable for a log that belongs to another file.
    """
    check_pair(path, log_of(path))
    is_alone = not shared_memory_of(path).exists() and not _has_log(path)
    is_immutable = is_alone and not os.access(path.parent, os.W_OK)
    how = "mode=ro&immutable=1" if is_immutable else "mode=ro"
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?{how}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )


def check_format(connection: sqlite3.Connection, path: Path) -> int:
    """Returns the format. Raises ValueError for a file that is not ours, or of a newer version."""
    found = format_of(connection, path)
    if found == 0:
        raise ValueError(f"{path} is no table of cruddur")
    return found


def _has_log(path: Path) -> bool:
    log = log_of(path)
    return log.exists() and log.stat().st_size > 0
