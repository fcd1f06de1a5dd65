"""What only the SQLite engine promises: the file, its commits, its other users."""

import asyncio
import sqlite3
import stat
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from cruddur.domain.errors import TableUnavailable
from cruddur.domain.item import Item, Key
from cruddur.engines.sqlite import SqliteChangeFeed, SqliteTable
from cruddur.engines.sqlite.upgrade import FORMAT
from cruddur.ports.change_feed import Consumer
from cruddur.ports.table import IF_NEW, Delete, Put, Query, Range, Table, Update
from cruddur.schema.table import FILE_NAME


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[SqliteTable]:
    table = await SqliteTable.open(folder)
    try:
        yield table
    finally:
        await table.close()


async def test_what_was_written_is_there_after_reopening(tmp_path: Path) -> None:
    async with opened(tmp_path) as table:
        await table.put(Put({"pk": "a", "sk": "1", "n": 1}))
    async with opened(tmp_path) as table:
        assert await table.get(Key("a", "1")) == {"pk": "a", "sk": "1", "n": 1}
        changes = await SqliteChangeFeed(table).read(10)
        assert [change.key for change in changes] == [Key("a", "1")]


async def test_a_prefix_tells_capitals_from_small_letters(tmp_path: Path) -> None:
    async with opened(tmp_path) as table:
        for sk in ("b", "B"):
            await table.put(Put({"pk": "a", "sk": sk}))
        page = await table.query(Query("a", Range(prefix="b")))
        assert [item["sk"] for item in page.items] == ["b"]


async def test_closing_does_what_was_accepted(tmp_path: Path) -> None:
    async with opened(tmp_path) as table:
        puts = [asyncio.ensure_future(table.put(Put({"pk": "a", "sk": str(n)}))) for n in range(50)]
        await asyncio.sleep(0)
    await asyncio.gather(*puts)
    async with opened(tmp_path) as table:
        assert len((await table.query(Query("a"))).items) == 50


async def test_closing_answers_who_asked_in_the_same_turn(tmp_path: Path) -> None:
    async with opened(tmp_path) as table:
        await table.put(Put({"pk": "a", "sk": "1"}))
        item, _ = await asyncio.gather(table.get(Key("a", "1")), table.close())
        assert item


async def test_closing_lets_a_busy_writer_finish(tmp_path: Path) -> None:
    async with opened(tmp_path) as table:
        go_on = threading.Event()
        busy = table._writer.call(lambda _: not go_on.wait())
        await asyncio.sleep(0)
        put = asyncio.create_task(table.put(Put({"pk": "a", "sk": "1"})))
        await asyncio.sleep(0)
        closing_writer = asyncio.create_task(table._writer.close())
        await asyncio.sleep(0)
        go_on.set()
        await asyncio.gather(busy, put, closing_writer)


async def test_a_put_of_what_is_there_already_is_not_told(tmp_path: Path) -> None:
    async with opened(tmp_path) as table:
        await table.put(Put({"pk": "a", "sk": "1", "n": {"x": 1, "y": True}}))
        await table.put(Put({"n": {"y": True, "x": 1}, "sk": "1", "pk": "a"}))
        await table.update(Update(Key("a", "1"), {"n": {"x": 1, "y": True}}))
        await table.put(Put({"pk": "a", "sk": "1", "n": {"x": 1, "y": 1}}))
        changes = await SqliteChangeFeed(table).read(10)
        assert [change.kind for change in changes] == ["insert", "modify"]


async def test_two_tables_on_one_file_see_each_other(tmp_path: Path) -> None:
    async with opened(tmp_path) as one, opened(tmp_path) as other:

        async def write(table: Table, by: str) -> None:
            for n in range(30):
                await table.put(Put({"pk": "a", "sk": f"{by}-{n}"}, IF_NEW))

        await asyncio.gather(write(one, "one"), write(other, "other"))
        assert await one.query(Query("a")) == await other.query(Query("a"))
        assert len((await one.query(Query("a"))).items) == 60


async def test_a_feed_notices_the_commit_of_another(tmp_path: Path) -> None:
    async with opened(tmp_path) as one, opened(tmp_path) as other:
        reading = asyncio.create_task(SqliteChangeFeed(one).read(1))
        await other.put(Put({"pk": "a", "sk": "1"}))
        assert [change.key for change in await reading] == [Key("a", "1")]


async def test_every_feed_of_a_table_is_woken(tmp_path: Path) -> None:
    async with opened(tmp_path) as table:
        feeds = [SqliteChangeFeed(table) for _ in range(3)]
        reading = [asyncio.create_task(feed.read(1)) for feed in feeds]
        await table.put(Put({"pk": "a", "sk": "1"}))
        assert [len(changes) for changes in await asyncio.gather(*reading)] == [1, 1, 1]


async def test_commits_and_closing_wake_without_a_look_at_the_clock(tmp_path: Path) -> None:
    async with opened(tmp_path) as table:
        woken = asyncio.Event()
        table.watch(woken)
        async with asyncio.timeout(20):
            await table.put(Put({"pk": "a", "sk": "1"}))
            await woken.wait()
            woken.clear()
            await table.close()
            await woken.wait()


async def test_closing_ends_the_wait_for_changes(tmp_path: Path) -> None:
    async with opened(tmp_path) as table:
        reading = asyncio.create_task(SqliteChangeFeed(table).read(1))
        await table.get(Key("a", "1"))
    with pytest.raises(TableUnavailable):
        await reading


async def test_numbers_of_changes_are_never_used_again(tmp_path: Path) -> None:
    seen: list[str] = []
    for n in range(3):
        async with opened(tmp_path) as table:
            feed = SqliteChangeFeed(table)
            await table.put(Put({"pk": "a", "sk": "1", "n": n}))
            changes = await feed.read(10)
            await feed.acknowledge(changes)
            seen += [change.sequence for change in changes]
    assert seen == sorted(set(seen))
    assert len(seen) == 3


async def test_only_changes_that_a_consumer_wants_are_kept(tmp_path: Path) -> None:
    table = await SqliteTable.open(tmp_path, consumers=[Consumer("projector", frozenset({"user"}))])
    await table.put(Put({"pk": "a", "sk": "1"}, IF_NEW))
    await table.put(Put({"pk": "USER#a", "sk": "PROFILE"}))
    await table.update(Update(Key("a", "1"), {"n": 1}))
    await table.delete(Delete(Key("a", "1")))
    (change,) = await SqliteChangeFeed(table).read(10)
    assert change.key == Key("USER#a", "PROFILE")
    await table.close()
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        assert connection.execute("SELECT count(*) FROM changes").fetchone() == (1,)


async def test_a_file_of_a_newer_version_is_refused_in_one_line(tmp_path: Path) -> None:
    async with opened(tmp_path):
        pass
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.execute(f"PRAGMA user_version = {FORMAT + 1}")
    with pytest.raises(ValueError, match=r"newer version") as refusal:
        await SqliteTable.open(tmp_path)
    assert "\n" not in str(refusal.value)


async def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"a shopping list" * 100)
    with pytest.raises(TableUnavailable, match="not a database"):
        await SqliteTable.open(tmp_path)


async def test_messages_are_nobody_elses_to_read(tmp_path: Path) -> None:
    async with opened(tmp_path / "new" / "data") as table:
        await table.put(Put({"pk": "a", "sk": "1"}))
        folder = tmp_path / "new" / "data"
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
        assert set(modes.values()) == {0o600}
        assert {"cruddur.db", "cruddur.db-wal"} <= set(modes)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


async def test_items_whose_time_is_over_are_removed_and_told(tmp_path: Path) -> None:
    async with opened(tmp_path) as table:
        await table.put(Put({"pk": "a", "sk": "over", "expires_at": 1}))
        await table.put(Put({"pk": "a", "sk": "not yet", "expires_at": 1 << 40}))
        await table.put(Put({"pk": "a", "sk": "no time", "expires_at": "never"}))
        await table.put(Put({"pk": "a", "sk": "postponed", "expires_at": 1}))
        await table.update(Update(Key("a", "postponed"), {"expires_at": 1 << 40}))
    async with opened(tmp_path) as table:
        feed = SqliteChangeFeed(table)
        while (changes := await feed.read(1))[0].kind != "remove":
            pass
        assert [change.key for change in changes] == [Key("a", "over")]
        left = (await table.query(Query("a"))).items
        assert [item["sk"] for item in left] == ["no time", "not yet", "postponed"]


@pytest.mark.parametrize(
    "item",
    [
        {"pk": "a" * 2049, "sk": "1"},
        {"pk": "a", "sk": "é" * 513},
        {"pk": "a", "sk": "1\0"},
        {"pk": "a", "sk": "1", "indexed_at": ""},
        {"pk": "a", "sk": "1", "indexed_at": 5},
        {"pk": "a", "sk": "1", "text": "x" * 400 * 1024},
    ],
    ids=lambda item: str(item)[:40],
)
async def test_what_dynamodb_could_not_hold_is_refused(tmp_path: Path, item: Item) -> None:
    async with opened(tmp_path) as table:
        with pytest.raises(ValueError, match=r"key attribute|the most"):
            await table.put(Put(item))


async def test_a_file_that_another_holds_for_too_long_is_unavailable(tmp_path: Path) -> None:
    async with opened(tmp_path) as table:
        await table._writer.call(lambda b: bool(b.cursor.execute("PRAGMA busy_timeout = 1")))
        with closing(sqlite3.connect(tmp_path / FILE_NAME)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(TableUnavailable, match="locked"):
                await table.put(Put({"pk": "a", "sk": "1"}))
            assert await table.get(Key("a", "1")) is None
            other.rollback()
        await table.put(Put({"pk": "a", "sk": "1"}))


async def test_a_caller_that_gave_up_does_not_harm_the_others(tmp_path: Path) -> None:
    async with opened(tmp_path) as table:
        feed = SqliteChangeFeed(table)
        reading = asyncio.create_task(feed.read(1))
        puts = [asyncio.create_task(table.put(Put({"pk": "a", "sk": str(n)}))) for n in range(3)]
        await asyncio.sleep(0)
        puts[0].cancel()
        await asyncio.gather(*puts[1:])
        assert len(await reading) == 1


async def test_a_full_disk_loses_nothing_and_passes(tmp_path: Path) -> None:
    async with opened(tmp_path) as table:
        await table.put(Put({"pk": "a", "sk": "0"}))
        await table._writer.call(lambda b: bool(b.cursor.execute("PRAGMA max_page_count = 20")))
        big = [Put({"pk": "a", "sk": str(n), "text": "x" * 50_000}) for n in range(1, 4)]
        outcomes = await asyncio.gather(*map(table.put, big), return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [TableUnavailable] * 3
        assert [item["sk"] for item in (await table.query(Query("a"))).items] == ["0"]
        await table._writer.call(lambda b: bool(b.cursor.execute("PRAGMA max_page_count = 9999")))
        await asyncio.gather(*map(table.put, big))
        assert len((await table.query(Query("a"))).items) == 4


async def test_nothing_goes_on_after_the_end(tmp_path: Path) -> None:
    async def changed() -> None:
        """Nobody asks."""

    before = asyncio.all_tasks()
    table = await SqliteTable.open(tmp_path)
    table.watch_others(changed)
    await table.get(Key("a", "1"))
    began = asyncio.all_tasks() - before
    await table.close()
    _, left = await asyncio.wait(began, timeout=10)
    assert left == set()
