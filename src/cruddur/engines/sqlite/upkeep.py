"""Background tasks of a running service: empty the log, and check that the files are in place."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

from cruddur.domain.errors import TableUnavailable
from cruddur.engines.sqlite import file
from cruddur.engines.sqlite.batch_executor import BatchExecutor
from cruddur.engines.sqlite.reading import Reader
from cruddur.logs import Log

CHECKPOINT_SECONDS = 15.0
"""The time between two attempts to empty the log. That long, a deleted text remains in the log."""

LOOK_SECONDS = 5.0
# The longest that the writer has to wait while the checkpoint waits for readers.
_CHECKPOINT_BUSY_MS = 50

_log = Log()


class LogKeeper:
    """Merges the log into the file at intervals and empties the log.

    SQLite itself does so only after 16 MB, and leaves the bytes in the log. The keeper has its own
    connection, so that the writer can go on.
    """

    def __init__(self, path: Path, seconds: float = CHECKPOINT_SECONDS) -> None:
        connection = file.connect(path)
        connection.execute(f"PRAGMA busy_timeout = {_CHECKPOINT_BUSY_MS}")
        self._log = file.log_of(path)
        self._seconds = seconds
        self._executor = BatchExecutor("table-log", [Reader(connection)], most=1)
        self._keeping = asyncio.create_task(self._keep())
        self.emptied = asyncio.Event()
        """It is set each time that the log was emptied."""

    async def close(self) -> None:
        self._keeping.cancel()
        await self._executor.close()

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(self._seconds)
            try:
                if _size(self._log) and await self._executor.call(_checkpoint):
                    self.emptied.set()
            except TableUnavailable as error:
                _log.warning("the table's log cannot be emptied now", error=str(error))


class Watch:
    """Detects that the file was removed or replaced.

    Without it, the service would write to a file that can never be opened again.
    """

    def __init__(
        self, path: Path, noticed: Callable[[str | None], None], seconds: float = LOOK_SECONDS
    ) -> None:
        """`noticed` is called with what is wrong, and with None when everything is in place again."""
        self._paths = (path, file.log_of(path), file.shared_memory_of(path))
        self._known: dict[Path, tuple[int, int]] = {}
        self._missing = ""
        self._noticed = noticed
        self._seconds = seconds
        self.resolve()
        self._watching = asyncio.create_task(self._watch())

    def resolve(self) -> None:
        """Checks the files now and reports a difference from the last check."""
        now = {path: identity for path in self._paths if (identity := _identity(path))}
        for path, identity in now.items():
            self._known.setdefault(path, identity)
        wrong = [path for path, known in self._known.items() if now.get(path) != known]
        missing = " and ".join(map(str, wrong))
        if missing == self._missing:
            return
        self._missing = missing
        if missing:
            _log.error(
                "removed or replaced under the service; put it back, or restart", file=missing
            )
            self._noticed(f"{missing} was removed or replaced while it was in use")
        else:
            _log.info("the table's files are back")
            self._noticed(None)

    def close(self) -> None:
        self._watching.cancel()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._seconds)
            self.resolve()


def _checkpoint(connection: sqlite3.Connection) -> bool:
    """Whether the log is empty now. It is not if a reader uses an older state or a write just came."""
    # The passive checkpoint does not stop the writer and leaves little for the second one, which does.
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    (is_busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not is_busy


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
