"""A backup is whole, also beside a running service; a restore takes its place at once, or not at all."""

import asyncio
import fcntl
import os
import sqlite3
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.stage import person

from cruddur.bootstrap import Application, open_application
from cruddur.cli.main import main
from cruddur.config import Settings
from cruddur.domain.item import Key
from cruddur.engines.sqlite import SqliteTable, file
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.ports.table import Put
from cruddur.schema import items

ANDREW, BAYKO = person("andrew"), person("bayko")
HELD = "2 people, 1 conversations, 1 messages; whole"


def cruddur(*words: str | Path, **environment: str) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], env=environment)


@asynccontextmanager
async def service(data: Path) -> AsyncIterator[Application]:
    async with open_application(Settings(data=data)) as application:
        yield application


async def talk(application: Application) -> None:
    for user in (ANDREW, BAYKO):
        await application.messaging.table.transact([Put(item) for item in items.person_items(user)])
    await start_direct_group(application.messaging, ANDREW, BAYKO, "Hello")


@contextmanager
def held(folder: Path, how: int = fcntl.LOCK_EX) -> Iterator[None]:
    """As a running `cruddur up` holds it."""
    descriptor = os.open(folder, os.O_RDONLY)
    fcntl.flock(descriptor, how)
    yield
    os.close(descriptor)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    async def fill() -> None:
        async with service(tmp_path / "data") as application:
            await talk(application)

    asyncio.run(fill())
    return tmp_path / "data"


def contents(folder: Path) -> list[object]:
    with closing(sqlite3.connect(folder / "cruddur.db")) as connection:
        return connection.execute("SELECT pk, sk, body FROM items ORDER BY pk, sk").fetchall()


async def test_a_backup_has_what_is_only_in_the_log_of_a_running_service(tmp_path: Path) -> None:
    data, goal = tmp_path / "data", tmp_path / "b.db"
    async with service(data) as application:
        await talk(application)
        said = await asyncio.to_thread(cruddur, "backup", goal, "--data", data)
        assert said.stdout.startswith(f"{goal}: {HELD}\n")
        assert stat.S_IMODE(goal.stat().st_mode) == 0o600


def test_what_was_backed_up_comes_back(data: Path, tmp_path: Path) -> None:
    before = contents(data)
    cruddur("backup", tmp_path / "b.db", "--data", data)
    said = cruddur("restore", tmp_path / "b.db", "--data", tmp_path / "new")
    assert said.stdout == f"{tmp_path / 'new'}: {HELD}\n"
    assert contents(tmp_path / "new") == before
    assert stat.S_IMODE((tmp_path / "new" / "cruddur.db").stat().st_mode) == 0o600


def test_nothing_that_is_there_is_replaced_without_a_word(data: Path, tmp_path: Path) -> None:
    goal = tmp_path / "b.db"
    goal.write_text("yesterday's")
    said = cruddur("backup", goal, "--data", data)
    assert (said.exit_code, goal.read_text()) == (1, "yesterday's")
    assert said.stderr == f"cruddur: {goal} is there already: --force replaces it\n"
    assert cruddur("backup", goal, "--force", "--data", data).exit_code == 0
    said = cruddur("restore", goal, "--data", data)
    assert said.exit_code == 1
    assert said.stderr.endswith(
        "cruddur.db is there already: --force replaces it with the backup\n"
    )
    assert cruddur("restore", goal, "--force", "--data", data).exit_code == 0


def test_a_place_that_cannot_be_written_is_one_line(data: Path, tmp_path: Path) -> None:
    no_folder = tmp_path / "no folder"
    no_folder.write_text("")
    said = cruddur("backup", no_folder / "b.db", "--data", data)
    assert (said.exit_code, said.stdout) == (1, "")
    assert said.stderr == f"cruddur: {no_folder / 'b.db'}: Not a directory\n"
    assert cruddur("backup", tmp_path / "b.db", "--data", data).exit_code == 0
    said = cruddur("restore", tmp_path / "b.db", "--data", no_folder)
    assert (said.exit_code, said.stdout) == (1, "")
    assert len(said.stderr.splitlines()) == 1


def test_a_restored_file_is_not_mixed_with_the_log_of_the_one_before(
    data: Path, tmp_path: Path
) -> None:
    cruddur("backup", tmp_path / "b.db", "--data", data)
    before = contents(data)
    log = file.log_of(data / "cruddur.db")
    with closing(file.connect(data / "cruddur.db")) as connection:
        connection.execute("DELETE FROM items")
        left = log.read_bytes()
    log.write_bytes(left)  # as a killed service leaves it
    cruddur("restore", tmp_path / "b.db", "--force", "--data", data)
    assert contents(data) == before


def test_a_folder_gets_a_file_that_is_named_after_the_time(data: Path, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    assert cruddur("backup", tmp_path / "backups", "--data", data).exit_code == 0
    (made,) = (tmp_path / "backups").iterdir()
    assert made.match("cruddur-20*.db")  # one file, without a log beside it


def test_the_secret_goes_along_if_it_is_asked_for(data: Path, tmp_path: Path) -> None:
    goal, new = tmp_path / "b.db", tmp_path / "new"
    said = cruddur("backup", goal, "--data", data)
    assert "The key that signs sessions is not in it" in said.stdout
    cruddur("backup", goal, "--data", data, "--force", "--with-secret")
    kept = tmp_path / "b.db.secret"
    assert kept.read_bytes() == (data / "secret").read_bytes()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    said = cruddur("restore", goal, "--data", new)
    assert f"{kept} was left: --with-secret" in said.stdout
    cruddur("restore", goal, "--data", new, "--force", "--with-secret")
    assert (new / "secret").read_bytes() == kept.read_bytes()


@pytest.mark.parametrize("how", ["cut", "overwritten", "no table", "no database", "newer"])
def test_a_backup_that_is_damaged_replaces_nothing(data: Path, tmp_path: Path, how: str) -> None:
    wrong, before = tmp_path / "b.db", contents(data)
    cruddur("backup", wrong, "--data", data)
    if how == "cut":
        wrong.write_bytes(wrong.read_bytes()[:-4096])
    elif how == "overwritten":
        wrong.write_bytes(wrong.read_bytes().replace(b"PROFILE", b"profile", 1))
    elif how == "no database":
        wrong.write_bytes(b"a shopping list" * 100)
    else:
        with closing(sqlite3.connect(wrong)) as connection:
            connection.execute(f"PRAGMA user_version = {0 if how == 'no table' else 99}")
    said = cruddur("restore", wrong, "--force", "--data", data)
    assert said.exit_code == 1
    assert len(said.stderr.splitlines()) == 1
    assert str(wrong) in said.stderr
    assert contents(data) == before
    assert not list(data.glob("*.part"))


def test_a_restore_under_a_running_service_is_refused(data: Path, tmp_path: Path) -> None:
    cruddur("backup", tmp_path / "b.db", "--data", data)
    for how in (fcntl.LOCK_EX, fcntl.LOCK_SH):
        with held(data, how):
            said = cruddur("restore", tmp_path / "b.db", "--force", "--data", data)
            assert said.stderr == f"cruddur: a service runs on the file in {data}: stop it first\n"
    assert cruddur("restore", tmp_path / "b.db", "--force", "--data", data).exit_code == 0


def test_a_table_on_dynamodb_is_backed_up_otherwise(tmp_path: Path) -> None:
    for command in ("backup", "restore"):
        said = cruddur(
            command, tmp_path / "b.db", CRUDDUR_TABLE="dynamodb", CRUDDUR_TABLE_NAME="mine"
        )
        assert said.exit_code == 1
        assert "cruddur copy dynamodb:mine sqlite:FOLDER" in said.stderr


async def test_a_backup_shows_one_moment(tmp_path: Path) -> None:
    table = await SqliteTable.open(tmp_path / "data")
    writing = asyncio.create_task(_pairs(table))
    for number in range(5):
        goal = tmp_path / f"{number}.db"
        await asyncio.to_thread(cruddur, "backup", goal, "--data", tmp_path / "data")
        with closing(sqlite3.connect(goal)) as connection:
            (odd,) = connection.execute("SELECT count(*) % 2 FROM items").fetchone()
        assert odd == 0
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    await table.close()


async def _pairs(table: SqliteTable) -> None:
    number = 0
    while True:
        number += 1
        await table.transact([Put({"pk": pk, "sk": f"{number}"}) for pk in "ab"])
        assert await table.get(Key("a", f"{number}"))
