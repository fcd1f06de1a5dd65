"""How long the SQLite file keeps changes, and for whom."""

import asyncio
import time
from contextlib import closing
from pathlib import Path

from tests.captured_logs import captured_logs
from tests.contract.test_sqlite import opened

from cruddur.engines.sqlite import SqliteChangeFeed, SqliteChangeFeeds, SqliteTable, file
from cruddur.engines.sqlite.table import SWEPT_AT_ONCE
from cruddur.ports.change_feed import KEPT_SECONDS, PROJECTOR, Consumer
from cruddur.ports.table import Put
from cruddur.schema.table import FILE_NAME

MESSAGE, USER = {"pk": "MSG#g", "sk": "000000000001"}, {"pk": "USER#u", "sk": "PROFILE"}
MESSAGES = frozenset({"message"})


def kept(folder: Path) -> list[str]:
    """The partitions of the changes that are in the file."""
    with closing(file.connect(folder / FILE_NAME)) as connection:
        return [pk for (pk,) in connection.execute("SELECT pk FROM changes ORDER BY sequence")]


def age(folder: Path, seconds: float) -> None:
    """Makes every change older by so much."""
    with closing(file.connect(folder / FILE_NAME)) as connection:
        connection.execute("UPDATE changes SET at = at - ?", (round(seconds * 1000),))


async def acknowledge_all(feed: SqliteChangeFeed) -> None:
    await feed.acknowledge(await feed.read(1000))
    await feed.close()


async def test_a_change_is_kept_until_the_slowest_that_wants_it_has_it(tmp_path: Path) -> None:
    table = await SqliteTable.open(tmp_path, consumers=[Consumer(PROJECTOR, MESSAGES)])
    feeds = SqliteChangeFeeds(table)
    slow = await feeds.open(Consumer("slow", MESSAGES))
    fast = await feeds.open(Consumer("fast", frozenset({"user"})))
    for item in (MESSAGE, USER):
        await table.put(Put(item))
    await acknowledge_all(fast)
    assert kept(tmp_path) == ["MSG#g"]
    await acknowledge_all(SqliteChangeFeed(table))
    assert kept(tmp_path) == ["MSG#g"]
    await acknowledge_all(slow)
    assert kept(tmp_path) == []
    await table.close()


async def test_after_a_day_it_is_dropped_with_a_warning_and_counted(tmp_path: Path) -> None:
    table = await SqliteTable.open(tmp_path, consumers=[Consumer(PROJECTOR, MESSAGES)])
    feeds = SqliteChangeFeeds(table)
    await feeds.open(Consumer("dead"))
    for n in range(3):
        await table.put(Put({**USER, "n": n}))
    age(tmp_path, KEPT_SECONDS + 1)
    await table.put(Put({**USER, "n": "young"}))
    with captured_logs() as said:
        await table.sweep_changes()
    assert [(line["consumer"], line["changes"]) for line in said] == [("dead", 3)]
    (state,) = [state for state in await feeds.states() if state.name == "dead"]
    assert (state.dropped, state.behind_records) == (3, 1)
    assert kept(tmp_path) == ["USER#u"]
    await table.close()


async def test_however_many_are_too_old_one_sweep_drops_them_and_stops_at_a_younger_one(
    tmp_path: Path,
) -> None:
    table = await SqliteTable.open(tmp_path, consumers=[])
    feeds = SqliteChangeFeeds(table)
    await feeds.open(Consumer("dead"))
    many = 2 * SWEPT_AT_ONCE + 1
    await asyncio.gather(*(table.put(Put({**USER, "sk": f"{n}"})) for n in range(many)))
    age(tmp_path, KEPT_SECONDS + 1)
    await table.put(Put({**USER, "n": "young"}))
    with captured_logs() as said:
        await table.sweep_changes()
    assert [line["changes"] for line in said] == [SWEPT_AT_ONCE, SWEPT_AT_ONCE, 1]
    assert kept(tmp_path) == ["USER#u"]
    await table.close()


async def test_what_is_too_old_is_dropped_soon_after_the_file_is_opened(tmp_path: Path) -> None:
    async with opened(tmp_path) as table:
        await SqliteChangeFeeds(table).open(Consumer("dead"))
        await SqliteChangeFeeds(table).remove(PROJECTOR)
        await table.put(Put(USER))
        age(tmp_path, KEPT_SECONDS + 1)
    table = await SqliteTable.open(tmp_path, consumers=[])
    async with asyncio.timeout(20):
        while kept(tmp_path):  # noqa: ASYNC110  another connection sweeps
            await asyncio.sleep(0.01)
    await table.close()


async def test_what_the_projector_waits_for_is_kept_for_longer(tmp_path: Path) -> None:
    """A laptop that was closed over the weekend in the moment of a send."""
    table = await SqliteTable.open(tmp_path, consumers=[Consumer(PROJECTOR, MESSAGES)])
    await table.put(Put(MESSAGE))
    age(tmp_path, 3 * KEPT_SECONDS)
    await table.sweep_changes()
    assert kept(tmp_path) == ["MSG#g"]
    await table.close()


async def test_without_its_only_consumer_a_change_is_not_kept(tmp_path: Path) -> None:
    table = await SqliteTable.open(tmp_path, consumers=[Consumer(PROJECTOR, MESSAGES)])
    feeds = SqliteChangeFeeds(table)
    await feeds.open(Consumer("all"))
    for n in range(1001):
        await table.put(Put({**USER, "n": n}))
        if n == 500:
            await table.put(Put(MESSAGE))
    await feeds.remove("all")
    assert kept(tmp_path) == ["MSG#g"]
    await table.put(Put({**USER, "n": "unwanted"}))
    assert kept(tmp_path) == ["MSG#g"]
    await table.close()


async def test_how_far_a_consumer_is_behind_is_counted_by_what_it_wants(tmp_path: Path) -> None:
    async with opened(tmp_path) as table:
        feeds = SqliteChangeFeeds(table)
        await feeds.open(Consumer("users", frozenset({"user"})))
        for item in (MESSAGE, USER, {**USER, "n": 1}):
            await table.put(Put(item))
        age(tmp_path, 100)
        states = {state.name: state for state in await feeds.states()}
        assert (states["users"].behind_records, states["projector"].behind_records) == (2, 3)
        assert 100 <= states["users"].behind_seconds < 100 + time.monotonic()


async def test_a_consumer_registered_by_another_process_gets_what_follows(tmp_path: Path) -> None:
    async with opened(tmp_path) as one:
        await SqliteChangeFeeds(one).remove(PROJECTOR)
        await one.put(Put(USER))
        assert kept(tmp_path) == []
        async with opened(tmp_path) as other:
            feed = await SqliteChangeFeeds(other).open(Consumer("other"))
            await one.put(Put({**USER, "n": 1}))
            (change,) = await feed.read(10)
            assert change.new == {**USER, "n": 1}


async def test_a_place_passes_changes_that_only_others_want(tmp_path: Path) -> None:
    async with opened(tmp_path) as table:
        feeds = SqliteChangeFeeds(table)
        feed = await feeds.open(Consumer("users", frozenset({"user"})))
        await table.put(Put(USER))
        for n in range(5):
            await table.put(Put({**MESSAGE, "n": n}))
        changes = await feed.read(100)
        assert len(changes) == 1
        await feed.acknowledge(changes)
        (state,) = [state for state in await feeds.states() if state.name == "users"]
        assert int(state.place) == 6
        assert len(kept(tmp_path)) == 6  # the projector has acknowledged nothing yet
