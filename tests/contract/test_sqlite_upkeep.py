"""What lies in the folder of a running service: no deleted text, a short log, its own files."""

import asyncio
import inspect
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from tests.captured_logs import captured_logs

from cruddur.domain.errors import TableUnavailable
from cruddur.domain.item import Key
from cruddur.engines.sqlite import SqliteChangeFeed, SqliteTable, file
from cruddur.engines.sqlite.upkeep import CHECKPOINT_SECONDS, LOOK_SECONDS
from cruddur.ports.table import Delete, Put, Update
from cruddur.schema.table import FILE_NAME

OFTEN = 0.02


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[SqliteTable]:
    table = await SqliteTable.open(folder, checkpoint_seconds=OFTEN, look_seconds=OFTEN)
    yield table
    await table.close()


async def emptied(table: SqliteTable, folder: Path) -> None:
    while file.log_of(folder / FILE_NAME).stat().st_size:
        table.log_emptied.clear()
        await table.log_emptied.wait()


def holders(folder: Path, text: str) -> list[str]:
    return [path.name for path in folder.iterdir() if text.encode() in path.read_bytes()]


def is_mapped(path: Path) -> bool:
    maps = Path("/proc/self/maps").read_text().splitlines()
    return any(line.endswith(f" {path}") for line in maps)


@pytest.mark.parametrize("how", ["deleted", "edited to nothing", "edited", "grown"])
async def test_a_text_that_is_gone_is_in_no_file(tmp_path: Path, how: str) -> None:
    texts = [f"secret-{number}-" * 20 for number in range(100)]
    async with opened(tmp_path) as table:
        for number, text in enumerate(texts):
            await table.put(Put({"pk": "a", "sk": f"{number:03}", "message": text}))
        assert holders(tmp_path, "secret-7-")
        for number in range(0, 100, 7):
            key = Key("a", f"{number:03}")
            if how == "deleted":
                await table.delete(Delete(key))
            elif how == "edited to nothing":
                await table.update(Update(key, {}, remove=["message"]))
            else:
                text = "x" * (2000 if how == "grown" else 20)
                await table.update(Update(key, {"message": text}))
        feed = SqliteChangeFeed(table)
        await feed.acknowledge(await feed.read(1000))
        await emptied(table, tmp_path)
        assert {n: holders(tmp_path, f"secret-{n}-") for n in range(0, 100, 7)} == {
            n: [] for n in range(0, 100, 7)
        }
        assert holders(tmp_path, "secret-8-") == [FILE_NAME]


async def test_the_file_alone_holds_all_once_the_log_is_empty(tmp_path: Path) -> None:
    async with opened(tmp_path / "data") as table:
        await table.put(Put({"pk": "a", "sk": "1"}))
        await emptied(table, tmp_path / "data")
        shutil.copy(tmp_path / "data" / FILE_NAME, tmp_path / "copy")
    with closing(sqlite3.connect(tmp_path / "copy")) as connection:
        assert connection.execute("SELECT pk, sk FROM items").fetchall() == [("a", "1")]


async def test_the_log_is_emptied_once_nobody_reads_an_older_state(tmp_path: Path) -> None:
    async with opened(tmp_path) as table:
        with closing(file.connect(tmp_path / FILE_NAME, reads_only=True)) as reading:
            await table.put(Put({"pk": "a", "sk": "1"}))
            reading.execute("BEGIN")
            reading.execute("SELECT * FROM items").fetchall()
            await table.put(Put({"pk": "a", "sk": "2"}))  # goes on beside a long reader
            assert file.log_of(tmp_path / FILE_NAME).stat().st_size > 0
        await emptied(table, tmp_path)


async def test_the_file_does_not_count_as_memory_of_the_process(tmp_path: Path) -> None:
    async with opened(tmp_path) as table:
        await table.put(Put({"pk": "a", "sk": "1"}))
        await emptied(table, tmp_path)
        assert await table.get(Key("a", "1"))
        assert not is_mapped(tmp_path / FILE_NAME)


def test_what_is_promised_in_seconds_is_kept() -> None:
    assert LOOK_SECONDS <= 10  # a file that is gone is noticed
    assert CHECKPOINT_SECONDS <= 60  # a deleted text is in no file
    given = inspect.signature(SqliteTable.open).parameters
    assert given["look_seconds"].default == LOOK_SECONDS
    assert given["checkpoint_seconds"].default == CHECKPOINT_SECONDS


@pytest.mark.parametrize("how", ["removed", "replaced"])
@pytest.mark.parametrize("ending", ["", "-wal", "-shm"])
async def test_a_file_that_is_taken_away_is_noticed(tmp_path: Path, how: str, ending: str) -> None:
    path = tmp_path / f"{FILE_NAME}{ending}"
    async with opened(tmp_path) as table:
        await table.put(Put({"pk": "a", "sk": "1"}))
        woken = asyncio.Event()
        with captured_logs() as logs:
            table.watch(woken)
            moved = path.rename(tmp_path / "moved")
            if how == "replaced":
                shutil.copy(moved, path)
            await woken.wait()
            for call in (table.get(Key("a", "1")), table.put(Put({"pk": "a", "sk": "2"}))):
                with pytest.raises(TableUnavailable, match="removed or replaced"):
                    await call
            woken.clear()
            moved.rename(path)
            await woken.wait()
        assert await table.get(Key("a", "1"))
        events = [line["event"] for line in logs]
        assert len(events) == 2
        assert "put it back, or restart" in events[0]
