"""A cache in memory shows what another process, a command perhaps, writes to the same file."""

import asyncio
from pathlib import Path

from cruddur.bootstrap import open_application
from cruddur.config import Settings
from cruddur.engines.sqlite import SqliteTable
from cruddur.ports.table import Put


async def test_a_write_of_another_is_noticed_and_ones_own_is_not(tmp_path: Path) -> None:
    noticed = asyncio.Event()

    async def changed() -> None:
        noticed.set()

    own = await SqliteTable.open(tmp_path, checkpoint_seconds=3600)
    own.watch_others(changed, seconds=0.01)
    for number in range(5):
        await own.put(Put({"pk": "a", "sk": f"{number}"}))
        await asyncio.sleep(0.02)  # only a wrong answer could come sooner
    assert not noticed.is_set()
    other = await SqliteTable.open(tmp_path, checkpoint_seconds=3600)
    await other.put(Put({"pk": "a", "sk": "theirs"}))
    await noticed.wait()
    await other.close()
    await own.close()


async def test_others_are_looked_for_no_more_often_than_was_said(tmp_path: Path) -> None:
    noticed = asyncio.Event()

    async def changed() -> None:
        noticed.set()

    own = await SqliteTable.open(tmp_path, checkpoint_seconds=3600)
    own.watch_others(changed, seconds=3600)
    for number in range(5):  # its first look is among these
        await own.put(Put({"pk": "a", "sk": f"{number}"}))
    other = await SqliteTable.open(tmp_path, checkpoint_seconds=3600)
    await other.put(Put({"pk": "a", "sk": "theirs"}))
    for number in range(5):
        await own.put(Put({"pk": "b", "sk": f"{number}"}))
    assert not noticed.is_set()
    await other.close()
    await own.close()


async def test_a_memory_cache_forgets_what_a_command_changed(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, cache="memory")
    async with open_application(settings) as service:
        cache = service.cache
        first = await cache.get("inbox/1")
        assert first.lease is not None
        await cache.put("inbox/1", first.lease, b"old", consistent=True)
        assert (await cache.get("inbox/1")).value == b"old"
        await service.messaging.table.put(Put({"pk": "b", "sk": "1"}))  # after its first look
        async with open_application(Settings(data=tmp_path)) as command:
            await command.messaging.table.put(Put({"pk": "a", "sk": "1"}))
        async with asyncio.timeout(20):
            while (await cache.get("inbox/1")).value is not None:  # noqa: ASYNC110  no event tells
                await asyncio.sleep(0.05)
