"""The only writer of the process. It commits many operations at once."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cruddur.domain.errors import TableUnavailable
from cruddur.engines.sqlite.batch import Batch
from cruddur.engines.sqlite.batch_executor import Job
from cruddur.engines.sqlite.consumers import FORMAT_AND_WANTED, Wanted, wanted_kinds
from cruddur.engines.sqlite.operations import Operation
from cruddur.engines.sqlite.pairing import LogSigner
from cruddur.engines.sqlite.upgrade import FORMAT


class Writer:
    """Executes a batch of operations in one transaction, with as few statements as possible.

    An operation decides first and writes last, so that one that raises has changed nothing. An error
    of SQLite (disk full, locked) fails the whole batch, since no caller may be told of a write that is
    not in the file.
    """

    def __init__(self, connection: sqlite3.Connection, log: Path) -> None:
        self._connection = connection
        # SQLite notes what a statement changes, so that it can take back that one alone. By default it
        # writes these notes, which hold texts of messages, to a file of its own in /var/tmp.
        connection.execute("PRAGMA temp_store = MEMORY")
        self._signer = LogSigner(log)
        self._cursor = connection.cursor()
        self._wanted = Wanted(None, None)
        self._wanted_text = ""

    def work(self, jobs: Sequence[Job]) -> Sequence[Any]:
        try:
            self._cursor.execute("BEGIN IMMEDIATE")
            batch = Batch(self._cursor, *self._wanted_kinds())
            batch.look_up(key for job in jobs if isinstance(job, Operation) for key in job.keys)
            outcomes = [_outcome(job, batch) for job in jobs]
            batch.write()
            self._cursor.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            return [TableUnavailable(f"cannot write: {error}") for _ in jobs]
        self._signer.sign(self._cursor)
        return outcomes

    def close(self) -> None:
        self._signer.close()
        self._connection.close()

    def _wanted_kinds(self) -> Wanted:
        # Both answers come from one statement, since each one costs every batch.
        found, kinds = self._cursor.execute(FORMAT_AND_WANTED).fetchone()
        # A command of a newer version may upgrade the file while this process has it open. What this
        # version writes could then be wrong in the new format.
        if found > FORMAT:
            raise sqlite3.DatabaseError(
                f"a newer version of cruddur has upgraded the file to format {found}: restart the "
                "service with that version"
            )
        if kinds != self._wanted_text:
            self._wanted, self._wanted_text = wanted_kinds(kinds), kinds
        return self._wanted

    def _roll_back(self) -> None:
        # SQLite rolls back by itself after some errors.
        if self._connection.in_transaction:
            self._connection.rollback()


def _outcome(job: Job, batch: Batch) -> Any:
    try:
        return job(batch)
    except sqlite3.Error:
        raise
    except Exception as error:  # noqa: BLE001 - every exception is passed to the caller of the operation
        return error
