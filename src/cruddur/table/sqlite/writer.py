"""The one writer of the process: many operations, one commit."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from cruddur.errors import TableUnavailable
from cruddur.table.sqlite.batch import Batch
from cruddur.table.sqlite.lane import Job
from cruddur.table.sqlite.operations import Operation


class Writer:
    """Does a batch of operations in one transaction, and in as few statements as can be.

    An operation decides first and writes last: what it raises by itself has left nothing behind.
    An error of SQLite's (disk full, locked) takes the whole batch with it, for nobody may be told
    of a write that is not in the file.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._cursor = connection.cursor()

    def work(self, jobs: Sequence[Job]) -> Sequence[Any]:
        try:
            self._cursor.execute("BEGIN IMMEDIATE")
            batch = Batch(self._cursor)
            batch.look_up(key for job in jobs if isinstance(job, Operation) for key in job.keys)
            outcomes = [_outcome(job, batch) for job in jobs]
            batch.write()
            self._cursor.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            return [TableUnavailable(f"cannot write: {error}") for _ in jobs]
        return outcomes

    def close(self) -> None:
        self._connection.close()

    def _roll_back(self) -> None:
        # After some errors SQLite has already rolled back by itself.
        if self._connection.in_transaction:
            self._connection.rollback()


def _outcome(job: Job, batch: Batch) -> Any:
    try:
        return job(batch)
    except sqlite3.Error:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it is its caller's, not ours
        return error
