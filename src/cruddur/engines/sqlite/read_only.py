"""Opens the file for reading only, from read-only media or while a service uses it."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Self

from cruddur.domain.errors import TableUnavailable
from cruddur.engines.sqlite import file
from cruddur.engines.sqlite.batch_executor import BatchExecutor
from cruddur.engines.sqlite.reading import Reader
from cruddur.engines.sqlite.step_5_exact_index import has_exact_index
from cruddur.engines.sqlite.table import READERS, SqliteTable
from cruddur.schema.table import FILE_NAME


class ReadOnlySqliteTable(SqliteTable):
    """A table that creates and changes nothing. A write raises TableUnavailable."""

    def __init__(self, path: Path, *, index_is_exact: bool) -> None:
        """Callers use `open_to_read`, which checks the file first."""
        self.index_is_exact = index_is_exact
        readers = [Reader(file.connect_to_read(path)) for _ in range(READERS)]
        self._readers = BatchExecutor("table-reader", readers, most=1)
        self._writer = BatchExecutor("table-writer", [], most=1)
        self._writer.refuse(f"{path} is open for reading only")
        self._watchers = []

    @classmethod
    async def open_to_read(cls, folder: Path) -> Self:
        """Opens the folder's file.

        Raises ValueError if it is not ours, TableUnavailable if it cannot be read.
        """
        path = folder / FILE_NAME
        try:
            with closing(file.connect_to_read(path)) as connection:
                number = file.check_format(connection, path)
            return cls(path, index_is_exact=has_exact_index(number))
        except sqlite3.Error as error:
            raise TableUnavailable(_explained(path, error)) from error

    async def close(self) -> None:
        await self._readers.close()
        await self._writer.close()


def _explained(path: Path, error: sqlite3.Error) -> str:
    log = file.log_of(path)
    if log.exists() and log.stat().st_size:
        return (
            f"cannot open {path}: {error}. Its log {log.name} holds what was written last, and to read "
            "it takes a folder that one may write to: copy both files to one"
        )
    return f"cannot open {path}: {error}"
