"""What only reads works where nobody may write, and leaves no trace there."""

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.cli.test_backup import ANDREW, service, talk
from tests.engines import ROOT

from cruddur.domain.errors import TableUnavailable
from cruddur.domain.item import Key
from cruddur.engines.sqlite import ReadOnlySqliteTable, SqliteTable, file
from cruddur.ports.table import Put
from cruddur.schema import items
from cruddur.schema.table import FILE_NAME


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A table that its owner may only read, as on a disk that is mounted so."""

    async def fill() -> None:
        async with service(tmp_path / "data") as application:
            await application.messaging.table.put(Put(items.handle_item(ANDREW)))
            await talk(application)

    asyncio.run(fill())
    lock(tmp_path / "data")
    yield tmp_path / "data"
    (tmp_path / "data").chmod(0o700)


def lock(folder: Path) -> None:
    for path in folder.iterdir():
        path.chmod(0o400)
    folder.chmod(0o500)


def cruddur(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """As somebody whom permissions bind: root without the right to pass them by."""
    bound = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
    if os.getuid() == 0 and not shutil.which("setpriv"):
        pytest.skip("permissions do not bind root, and setpriv (util-linux) is not installed")
    code = "from cruddur.cli.main import main; main()"
    return subprocess.run(
        [*(bound if os.getuid() == 0 else ()), sys.executable, "-c", code, *words],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["verify", "--data", "DATA"], "looked at 2 people, 1 conversations, 1 messages"),
        (["export", "andrew", "--data", "DATA"], '"Hello"'),
        (["users", "list", "--data", "DATA"], "andrew"),
        (["copy", "sqlite:DATA", "sqlite:COPY"], "Verified: both sides are the same."),
        (["backup", "COPY", "--data", "DATA"], "2 people, 1 conversations, 1 messages; whole"),
    ],
)
def test_what_only_reads_needs_no_more(data: Path, words: list[str], says: str) -> None:
    before = sorted(path.name for path in data.iterdir())
    goal = str(data.with_name("copy"))
    said = cruddur(*(word.replace("DATA", str(data)).replace("COPY", goal) for word in words))
    assert (said.returncode, says in said.stdout) == (0, True), said
    assert sorted(path.name for path in data.iterdir()) == before


def test_what_writes_is_one_line(data: Path) -> None:
    for words in (["rebuild"], ["users", "add", "ines", "--password", "it is long enough"], ["up"]):
        said = cruddur(*words, "--data", data)
        assert said.returncode == 1
        assert said.stderr.startswith(f"cruddur: cannot open {data}")
        assert len(said.stderr.splitlines()) == 1


def test_a_log_that_cannot_be_read_is_not_passed_by(data: Path) -> None:
    data.chmod(0o700)
    path = data / "cruddur.db"
    path.chmod(0o600)
    with closing(file.connect(path)) as connection:
        connection.execute("DELETE FROM items")
        left = file.log_of(path).read_bytes()
    file.log_of(path).write_bytes(left)
    lock(data)
    said = cruddur("verify", "--data", data)
    assert said.returncode == 1
    assert "Its log cruddur.db-wal holds what was written last" in said.stderr


async def test_beside_a_service_it_shows_the_last_commit_and_writes_nothing(tmp_path: Path) -> None:
    table = await SqliteTable.open(tmp_path)
    reading = await ReadOnlySqliteTable.open_to_read(tmp_path)
    await table.put(Put({"pk": "a", "sk": "1"}))
    assert await reading.get(Key("a", "1"))
    assert [item["sk"] async for item in reading.scan()] == ["1"]
    with pytest.raises(TableUnavailable, match="open for reading only"):
        await reading.put(Put({"pk": "a", "sk": "2"}))
    await reading.close()
    await table.close()


async def test_beside_a_service_in_a_folder_that_is_closed_it_shows_the_last_commit(
    tmp_path: Path,
) -> None:
    """Its log has the commit, so the file alone would be an older state."""
    async with service(tmp_path / "data") as application:
        person = [Put(item) for item in items.person_items(ANDREW)]
        await application.messaging.table.transact(person)
        (tmp_path / "data").chmod(0o500)
        said = await asyncio.to_thread(cruddur, "users", "list", "--data", tmp_path / "data")
        (tmp_path / "data").chmod(0o700)
    assert (said.returncode, "andrew" in said.stdout) == (0, True), said


async def test_a_connection_to_read_changes_nothing_whatever_the_folders_name(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "a%41 ?mode=rw#b"
    table = await SqliteTable.open(folder)
    await table.put(Put({"pk": "a", "sk": "1"}))
    await table.close()
    with closing(file.connect_to_read(folder / FILE_NAME)) as connection:
        assert connection.execute("SELECT count(*) FROM items").fetchone() == (1,)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            connection.execute("DELETE FROM items")


async def test_it_may_be_used_by_one_thread_after_another(tmp_path: Path) -> None:
    await (await SqliteTable.open(tmp_path)).close()
    with closing(file.connect_to_read(tmp_path / FILE_NAME)) as connection:
        select = connection.execute
        assert (await asyncio.to_thread(select, "SELECT 1")).fetchone() == (1,)
        await asyncio.to_thread(select, "BEGIN")
        await asyncio.to_thread(select, "ROLLBACK")  # it began none of its own
