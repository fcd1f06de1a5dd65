"""What is special about the batches of the SQLite engine's writer."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from tests.contract.test_sqlite import opened

from cruddur.domain.errors import ConditionFailed, TableUnavailable
from cruddur.domain.item import Key
from cruddur.engines.sqlite import SqliteChangeFeed, file
from cruddur.engines.sqlite.batch import Batch
from cruddur.engines.sqlite.operations import expiring, operation
from cruddur.engines.sqlite.rows import row_of
from cruddur.engines.sqlite.writer import Writer
from cruddur.ports.table import IF_NEW, Delete, Equals, Missing, Put, Query, Update


async def test_one_failed_operation_leaves_the_others_of_its_batch(tmp_path: Path) -> None:
    async with opened(tmp_path) as table:
        keys = ["1", "2", "1", "3", "", "4"]
        outcomes = await asyncio.gather(
            *[table.put(Put({"pk": "a", "sk": sk}, IF_NEW)) for sk in keys],
            table.update(Update(Key("a", "5"), {"half": "\ud800"})),
            return_exceptions=True,
        )
        kinds = [type(outcome) for outcome in outcomes]
        nothing = type(None)
        assert kinds[:4] == [nothing, nothing, ConditionFailed, nothing]
        assert [issubclass(kind, ValueError) for kind in kinds[4:]] == [True, False, True]
        assert [item["sk"] for item in (await table.query(Query("a"))).items] == list("1234")


async def test_what_follows_in_a_batch_builds_on_what_went_before(tmp_path: Path) -> None:
    key = Key("a", "1")
    put = Put({**key._asdict(), "indexed_at": "1"}, IF_NEW)
    async with opened(tmp_path) as table:
        await table.put(put)
        await asyncio.gather(
            table.update(Update(key, {"indexed_at": "2"}, condition=[Equals("indexed_at", "1")])),
            table.update(Update(key, {"n": 1}, condition=[Equals("indexed_at", "2")])),
            table.delete(Delete(key, [Equals("n", 1)])),
            table.put(Put({**key._asdict(), "indexed_at": "3"}, IF_NEW)),
            table.update(Update(key, {"n": 2}, condition=[Missing("n")])),
        )
        assert await table.get(key) == {"pk": "a", "sk": "1", "indexed_at": "3", "n": 2}
        index = (await table.query(Query("a", index="inbox-index"))).items
        assert [item["indexed_at"] for item in index] == ["3"]
        kinds = [change.kind for change in await SqliteChangeFeed(table).read(10)]
        assert kinds == ["insert", "modify", "modify", "remove", "insert", "modify"]


async def test_what_replaces_a_removed_item_in_its_batch_leaves_its_index(tmp_path: Path) -> None:
    key = Key("a", "1")
    async with opened(tmp_path) as table:
        await table.put(Put({**key._asdict(), "indexed_at": "1"}))
        await asyncio.gather(table.delete(Delete(key)), table.put(Put(key._asdict())))
        assert (await table.query(Query("a", index="inbox-index"))).items == []


async def test_what_a_batch_made_and_removed_leaves_only_its_changes(tmp_path: Path) -> None:
    key = Key("a", "1")
    async with opened(tmp_path) as table:
        await asyncio.gather(table.put(Put(key._asdict())), table.delete(Delete(key)))
        assert await table.get(key) is None
        kinds = [change.kind for change in await SqliteChangeFeed(table).read(10)]
        assert kinds == ["insert", "remove"]


async def test_an_item_given_more_time_in_the_same_batch_stays(tmp_path: Path) -> None:
    async with opened(tmp_path) as table:
        key = Key("a", "1")
        await table.put(Put({**key._asdict(), "expires_at": 1 << 40}))
        soon = expiring((1 << 40) + 1, 10)
        later = operation(Update(key, {"expires_at": 1 << 41}))
        await asyncio.gather(table._writer.call(later), table._writer.call(soon))
        assert await table.get(key) == {"pk": "a", "sk": "1", "expires_at": 1 << 41}


def test_an_error_of_the_file_fails_the_batch_and_not_the_next_one(tmp_path: Path) -> None:
    path = file.prepare(tmp_path)
    writer = Writer(file.connect(path), file.log_of(path))

    def insert(sk: str) -> object:
        return lambda batch: (
            batch.cursor.execute(
                "INSERT INTO items (pk, sk, body) VALUES ('a', ?, '{}')", (sk,)
            ).rowcount
        )

    def outcomes(*sort_keys: str) -> Sequence[object]:
        return writer.work([insert(sk) for sk in sort_keys])  # type: ignore[misc]

    failed = outcomes("1", "2", "1")
    assert [type(outcome) for outcome in failed] == [TableUnavailable] * 3
    assert outcomes("1", "2") == [1, 1]
    writer.close()


async def test_a_batch_writes_to_no_file_outside_the_folder(tmp_path: Path) -> None:
    def rewritten(batch: Batch) -> set[Path]:
        for number in range(400):
            row = row_of({"pk": "a", "sk": f"{number}", "message": "new" * 300})
            batch.put(row.key, row, reindexed=False)
        batch.write()
        return files_outside(tmp_path)

    async with opened(tmp_path) as table:
        items = [{"pk": "a", "sk": f"{number}", "message": "old" * 300} for number in range(400)]
        await asyncio.gather(*(table.put(Put(item)) for item in items))
        before = files_outside(tmp_path)
        assert await table.write_with(rewritten) <= before


def files_outside(folder: Path) -> set[Path]:
    """The files that this process has open, but for those in the folder."""
    files = {link.readlink() for link in Path("/proc/self/fd").iterdir() if link.is_symlink()}
    return {path for path in files if path.is_absolute() and not path.is_relative_to(folder)}
