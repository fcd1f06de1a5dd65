"""A log is played only into the file that it belongs to."""

import asyncio
import multiprocessing
import os
import shutil
import sqlite3
from collections.abc import Callable, Coroutine
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from cruddur.domain.errors import TableUnavailable
from cruddur.domain.item import Key
from cruddur.engines.sqlite import ReadOnlySqliteTable, SqliteTable, file
from cruddur.ports.table import Put
from cruddur.schema.table import FILE_NAME

# A process that has imported this module makes the others: to start each anew takes a third of a second
# of CPU. It has no threads. A copy of this process would lack its threads, and keep their locks.
_fresh = multiprocessing.get_context("forkserver")
_fresh.set_forkserver_preload([__name__])


def crash_after(work: Callable[[Path], Coroutine[Any, Any, object]], folder: Path) -> None:
    """Does it in a process that then ends without closing anything, as after a kill."""
    process = _fresh.Process(target=_crash, args=(work, folder))
    process.start()
    process.join()


def _crash(work: Callable[[Path], Coroutine[Any, Any, object]], folder: Path) -> None:
    asyncio.run(work(folder))
    os._exit(0)


async def _write(folder: Path) -> SqliteTable:
    table = await SqliteTable.open(folder, checkpoint_seconds=3600)
    for number in range(20):
        await table.put(Put({"pk": "a", "sk": f"{os.getpid()}-{number}"}))
    return table


async def _write_fold_and_write(folder: Path) -> None:
    table = await _write(folder)
    folding = await SqliteTable.open(folder, checkpoint_seconds=0.01)
    while file.log_of(folder / FILE_NAME).stat().st_size:
        folding.log_emptied.clear()
        await folding.log_emptied.wait()
    await folding.close()
    await table.put(Put({"pk": "a", "sk": f"{os.getpid()}-after"}))


async def opened(folder: Path) -> None:
    await (await SqliteTable.open(folder)).close()


async def read(folder: Path) -> None:
    await (await ReadOnlySqliteTable.open_to_read(folder)).close()


@pytest.mark.parametrize("times", [1, 2, 3])
@pytest.mark.parametrize("work", [_write, _write_fold_and_write])
async def test_what_a_crash_left_is_opened(tmp_path: Path, times: int, work: Any) -> None:
    for _ in range(times):
        crash_after(work, tmp_path)
        assert file.log_of(tmp_path / FILE_NAME).stat().st_size > 0
        await read(tmp_path)
    await opened(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM items").fetchone()
    assert count == times * (20 + (work is _write_fold_and_write))


@pytest.mark.parametrize("way", [opened, read])
async def test_an_older_file_beside_a_newer_log_is_refused(tmp_path: Path, way: Any) -> None:
    data, older = tmp_path / "data", tmp_path / "older"
    await opened(data)
    shutil.copy(data / FILE_NAME, older)
    for _ in range(2):
        crash_after(_write_fold_and_write, data)
    shutil.copy(older, data / FILE_NAME)
    with pytest.raises(TableUnavailable, match="do not belong together") as refusal:
        await way(data)
    assert "\n" not in str(refusal.value)
    file.log_of(data / FILE_NAME).unlink()
    await opened(data)


async def test_a_newer_file_beside_an_older_log_is_refused(tmp_path: Path) -> None:
    crash_after(_write_fold_and_write, tmp_path)
    log = file.log_of(tmp_path / FILE_NAME)
    left = log.read_bytes()
    for _ in range(2):
        await opened(tmp_path)
        crash_after(_write_fold_and_write, tmp_path)
    await opened(tmp_path)
    log.write_bytes(left)
    with pytest.raises(TableUnavailable, match="do not belong together"):
        await opened(tmp_path)


async def test_opening_beside_a_service_is_never_taken_for_a_wrong_pair(tmp_path: Path) -> None:
    table = await SqliteTable.open(tmp_path, checkpoint_seconds=0.001)
    for number in range(100):
        await table.put(Put({"pk": "a", "sk": f"{number}"}))
        reading = await ReadOnlySqliteTable.open_to_read(tmp_path)
        assert await reading.get(Key("a", f"{number}"))
        await reading.close()
    await table.close()


async def test_a_file_of_the_version_before_is_opened(tmp_path: Path) -> None:
    await opened(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.execute("DROP TABLE log")
        connection.execute("DROP TABLE consumers")
        connection.execute("ALTER TABLE changes DROP COLUMN item_kind")
        connection.execute("ALTER TABLE changes DROP COLUMN at")
        connection.execute("PRAGMA user_version = 1")
    await read(tmp_path)
    crash_after(_write_fold_and_write, tmp_path)
    await opened(tmp_path)
