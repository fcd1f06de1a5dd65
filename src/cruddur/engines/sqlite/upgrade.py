"""Brings a file to the format of this version, step by step; a new file begins at format 0."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from cruddur.engines.sqlite.steps import STEPS, Step
from cruddur.logs import Log

FORMAT = len(STEPS)
"""The format that this version writes. It reads every earlier one as well."""

_log = Log()


def upgrade(connection: sqlite3.Connection, path: Path, steps: Sequence[Step] = STEPS) -> None:
    """Takes the steps that the file lacks, each in a transaction of its own.

    A crash, or a disk that is full, leaves the file at the last whole step; the next opening goes on
    from there. Of several processes that open the file at once, each step is taken by one.

    Raises ValueError for a file that is not ours or that a newer version wrote, sqlite3.Error.
    """
    found = format_of(connection, path, len(steps))
    while (format_now := format_of(connection, path, len(steps))) < len(steps):
        _take_next(connection, path, steps)
    if 0 < found < format_now:
        _log.info("upgraded the file", file=str(path), before=found, now=format_now)


def format_of(connection: sqlite3.Connection, path: Path, newest: int = FORMAT) -> int:
    """0: it is no table of ours, or not yet. Raises ValueError where a newer version wrote it."""
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    if not 0 <= found <= newest:
        raise ValueError(
            f"{path} has format {found}, but this version of cruddur knows formats up to "
            f"{newest}: use a newer version"
        )
    return int(found)


def _take_next(connection: sqlite3.Connection, path: Path, steps: Sequence[Step]) -> None:
    # IMMEDIATE: of two processes that open a file at once, one waits and finds the step taken.
    connection.execute("BEGIN IMMEDIATE")
    try:
        number = format_of(connection, path, len(steps))
        if number < len(steps):
            _take(connection, path, steps[number])
            connection.execute(f"PRAGMA user_version = {number + 1}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _take(connection: sqlite3.Connection, path: Path, step: Step) -> None:
    try:
        step(connection)
    except ValueError as error:
        raise ValueError(f"{path} is no table of cruddur: {error}") from error
