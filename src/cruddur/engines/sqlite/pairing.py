"""Checks that a file and the log beside it belong together.

SQLite applies any log that it finds, even one that a crash left beside a file that was then replaced
by yesterday's copy. The result is a corrupt table. So each log is signed: soon after its beginning, its
salts, which SQLite chooses anew for each log, are written as a row, with the salts of the previous log.
The row is first in the log, and in the file after a checkpoint. So a file holds the salts of its
present log or of the previous one.
"""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from cruddur.domain.errors import TableUnavailable

_SALTS_AT, _SALTS_BYTES = 16, 8
_SIGNED = "SELECT previous, current FROM log"
_SIGN = "UPDATE log SET previous = current, current = ? WHERE current <> ?"


class LogSigner:
    """Signs each log once, for the writer."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._descriptor: int | None = None
        self._signed = b""

    def sign(self, cursor: sqlite3.Cursor) -> None:
        """Signs the log if it is a new one. It is called after each commit and reads eight bytes."""
        salts = self._salts()
        if salts != self._signed and len(salts) == _SALTS_BYTES:
            with suppress(sqlite3.Error):  # the commit is safe without the signature
                cursor.execute(_SIGN, (salts.hex(), salts.hex()))
                self._signed = salts

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _salts(self) -> bytes:
        try:
            if self._descriptor is None:
                self._descriptor = os.open(self._log, os.O_RDONLY)
            return os.pread(self._descriptor, _SALTS_BYTES, _SALTS_AT)
        except OSError:
            return b""


def check_pair(path: Path, log: Path) -> None:
    """Raises TableUnavailable if the log was not written for this state of the file."""
    salts = _salts_of(log)
    if not salts or not path.exists():
        return
    signed = _signed(path, "mode=ro")
    own = _signed(path, "mode=ro&immutable=1")  # reads the file without its log
    # A running service may have started another log between these reads: then they prove nothing.
    if signed is None or own is None or signed[1] != salts or salts != _salts_of(log):
        return
    if own[1] not in signed:
        raise TableUnavailable(
            f"{path} and its log {log.name} do not belong together: was an older file put back beside "
            "a newer log? Put back the file that belongs to it; or, if the file is a backup that is "
            f"whole by itself, move {log.name} away first"
        )


def _signed(path: Path, how: str) -> tuple[str, str] | None:
    uri = f"{path.absolute().as_uri()}?{how}"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            found: tuple[str, str] | None = connection.execute(_SIGNED).fetchone()
            return found
    except sqlite3.Error:  # an older version wrote it, or it is damaged: opening it reports that
        return None


def _salts_of(log: Path) -> str:
    try:
        with log.open("rb") as file:
            return file.read(_SALTS_AT + _SALTS_BYTES)[_SALTS_AT:].hex()
    except OSError:
        return ""
