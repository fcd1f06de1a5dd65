"""How far a bot has come in each conversation, on disk."""

import sqlite3
from pathlib import Path
from typing import Self

from cruddur_client.errors import CruddurError, StateInUse

_VERSION = 1


class Places:
    """The number of the last message that was dealt with, by conversation. Without a path, in memory.

    One process has the file at a time. It belongs to one account.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        """Use `open`."""
        self._database = database

    @classmethod
    def open(cls, path: str | Path | None, user_uuid: str) -> Self:
        """Opens or makes the file. Raises StateInUse, and CruddurError if it is not this account's."""
        database = _connect(path)
        try:
            database.execute("pragma locking_mode = exclusive")
            database.execute("begin exclusive")
            _prepare(database, user_uuid)
            database.execute("commit")
        except sqlite3.Error as error:
            database.close()
            is_locked = "locked" in str(error)
            raise (StateInUse if is_locked else CruddurError)(f"{path}: {error}") from error
        except BaseException:
            database.close()
            raise
        return cls(database)

    def get(self, conversation: str) -> int | None:
        """Returns the number, or None for a conversation that the bot has not met."""
        sql = "select seq from places where conversation = ?"
        found = self._database.execute(sql, (conversation,)).fetchone()
        return found[0] if found else None

    def put(self, conversation: str, seq: int) -> None:
        """Stores the number. It is on disk when this returns."""
        self._database.execute("insert or replace into places values (?, ?)", (conversation, seq))

    def close(self) -> None:
        """Closes the file, which another process may open then."""
        self._database.close()


def _connect(path: str | Path | None) -> sqlite3.Connection:
    try:
        return sqlite3.connect(path or ":memory:", isolation_level=None, timeout=0)
    except sqlite3.Error as error:
        raise CruddurError(f"{path}: {error}") from error


def _prepare(database: sqlite3.Connection, user_uuid: str) -> None:
    (version,) = database.execute("pragma user_version").fetchone()
    if version > _VERSION:
        raise CruddurError("a newer version of this library has made the state file")
    if version == 0:
        database.execute("create table owner (user_uuid text primary key) without rowid")
        database.execute(
            "create table places (conversation text primary key, seq integer) without rowid"
        )
        database.execute("insert into owner values (?)", (user_uuid,))
        database.execute(f"pragma user_version = {_VERSION}")
    (owner,) = database.execute("select user_uuid from owner").fetchone()
    if owner != user_uuid:
        raise CruddurError("the state file belongs to another account")
