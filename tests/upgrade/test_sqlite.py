"""A file that an earlier version made is brought to today's format, and everything is still in it."""

import multiprocessing
import os
import resource
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest
from tests.stage import Stream

from cruddur.bootstrap import Application, open_application
from cruddur.config import load_settings
from cruddur.domain.errors import TableUnavailable
from cruddur.domain.model import User
from cruddur.engines.sqlite import ReadOnlySqliteTable, SqliteTable, file
from cruddur.engines.sqlite.step_3_names import add_names
from cruddur.engines.sqlite.steps import STEPS
from cruddur.engines.sqlite.upgrade import FORMAT, upgrade
from cruddur.identity.search_people import search_people
from cruddur.identity.sign_in import sign_in
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.messaging.messages.send_message import send_message
from cruddur.schema.table import FILE_NAME

_spawn = multiprocessing.get_context("spawn")
_PASSWORDS = {"ines": "correct horse", "tomas": "battery staple"}


@asynccontextmanager
async def opened(folder: Path, *, reads_only: bool = False) -> AsyncIterator[Application]:
    settings = load_settings({"data": str(folder)})
    async with open_application(settings, reads_only=reads_only) as application:
        yield application


async def person(application: Application, handle: str) -> User:
    return (await sign_in(application.identity, handle, _PASSWORDS[handle])).user


async def conversations(application: Application, user: User) -> dict[str | None, Any]:
    """Number and text of each message, by the title or the other's handle, with what is unread."""
    found = {}
    for row in (await list_inbox(application.messaging, user.user_uuid)).rows:
        uuid = row.message_group_uuid
        page = await list_messages(application.messaging, user.user_uuid, uuid)
        texts = [(message.seq, message.message) for message in page.messages]
        found[row.title or row.user_handle] = (row.read_seq, texts)
    return found


async def differences(folder: Path) -> list[str]:
    async with opened(folder, reads_only=True) as application:
        return [found.what async for found in verify_inboxes(application.messaging)]


def format_in(folder: Path) -> int:
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


async def test_people_sign_in_and_read_what_they_wrote(old: Path) -> None:
    async with opened(old) as application:
        tomas = await person(application, "tomas")
        found = await conversations(application, tomas)
        assert (await person(application, "ines")).display_name == "Inês Ørsted-Łuk"
    texts = ["Hello", "Hi Inês", "Shall we?", "At eight", ""]
    assert found == {
        "ines": (4, list(enumerate(texts, 1))),
        "The lake": (0, [(1, "Who brings the boat?"), (2, "I do")]),
    }


async def test_everybody_is_found_by_every_word_of_their_name(old: Path) -> None:
    async with opened(old) as application:
        for word, handle in {"ørst": "ines", "luk": "ines", "Řez": "tomas", "tom": "tomas"}.items():
            people = await search_people(application.identity, word)
            assert [user.handle for user in people] == [handle], word


async def test_sends_go_on_where_they_were_and_verify_is_clean(old: Path) -> None:
    async with opened(old) as application:
        tomas = await person(application, "tomas")
        rows = (await list_inbox(application.messaging, tomas.user_uuid)).rows
        sent = {
            row.title: await send_message(
                application.messaging, tomas, row.message_group_uuid, "It goes on"
            )
            for row in rows
        }
        assert {title: message.seq for title, message in sent.items()} == {None: 6, "The lake": 3}
        table = application.messaging.table
        assert isinstance(table, SqliteTable)
        await Stream(table).project(application.messaging)
    assert await differences(old) == []


async def test_changes_that_waited_in_an_older_file_reach_the_projector(old: Path) -> None:
    with closing(sqlite3.connect(old / FILE_NAME)) as connection:
        waiting = connection.execute("SELECT pk, sk FROM changes ORDER BY sequence").fetchall()
    assert waiting
    async with opened(old) as application:
        changes = await application.feed.read(100)
        assert [tuple(change.key) for change in changes] == waiting
        assert all(change.at for change in changes)
        await application.feed.acknowledge(changes)
    async with opened(old) as application:
        states = {state.name: state for state in await application.feeds.states()}
    assert states["projector"].behind_records == 0


async def test_an_older_file_is_read_as_it_is_and_not_changed(unpacked: Path) -> None:
    folder = unpacked / "closed"
    before = (folder / FILE_NAME).read_bytes()
    assert await differences(folder) != []  # the last message is not projected, nor names found
    async with opened(folder, reads_only=True) as application:
        assert len([item async for item in application.messaging.table.scan()]) > 0
    assert ((folder / FILE_NAME).read_bytes(), format_in(folder)) == (before, 1)


async def _fail(folder: Path, *, reads_only: bool) -> str:
    way = ReadOnlySqliteTable.open_to_read if reads_only else SqliteTable.open
    with pytest.raises(ValueError, match="newer version") as refusal:
        await way(folder)
    return str(refusal.value)


@pytest.mark.parametrize("reads_only", [False, True])
async def test_a_downgrade_is_refused_with_one_line(unpacked: Path, reads_only: bool) -> None:
    folder = unpacked / "closed"
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        connection.execute(f"PRAGMA user_version = {FORMAT + 1}")
    before = (folder / FILE_NAME).read_bytes()
    said = await _fail(folder, reads_only=reads_only)
    assert f"has format {FORMAT + 1}, but this version of cruddur knows formats up to" in said
    assert "\n" not in said
    assert (folder / FILE_NAME).read_bytes() == before


async def test_a_file_that_is_upgraded_under_a_service_is_no_longer_written(old: Path) -> None:
    async with opened(old) as application:
        tomas = await person(application, "tomas")
        (row, *_) = (await list_inbox(application.messaging, tomas.user_uuid)).rows
        with closing(file.connect(old / FILE_NAME)) as connection:
            upgrade(connection, old / FILE_NAME, [*STEPS, _made_once])
        with pytest.raises(TableUnavailable, match="restart the service with that version"):
            await send_message(application.messaging, tomas, row.message_group_uuid, "Too late")
        assert await conversations(application, tomas)  # reading goes on


def _made_once(connection: sqlite3.Connection) -> None:
    """A step that fails if it is taken twice."""
    connection.execute("CREATE TABLE made_once (a)")


def _open_at_once(path: Path, start: Barrier) -> None:
    with closing(file.connect(path)) as connection:
        start.wait()
        upgrade(connection, path, [*STEPS, _made_once])


def test_of_processes_that_open_it_at_once_one_takes_each_step(old: Path) -> None:
    start = _spawn.Barrier(4)
    path = old / FILE_NAME
    processes = [_spawn.Process(target=_open_at_once, args=(path, start)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0, 0]
    assert format_in(old) == FORMAT + 1


def _dies(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM items")
    os._exit(9)


def _open_and_die(path: Path, steps_before: int) -> None:
    with closing(file.connect(path)) as connection:
        upgrade(connection, path, [*STEPS[:steps_before], _dies])


@pytest.mark.parametrize("steps_before", range(1, FORMAT))
async def test_after_a_crash_in_a_step_the_next_opening_goes_on(
    old: Path, steps_before: int
) -> None:
    process = _spawn.Process(target=_open_and_die, args=(old / FILE_NAME, steps_before))
    process.start()
    process.join()
    assert (process.exitcode, format_in(old)) == (9, steps_before)
    async with opened(old) as application:
        assert await conversations(application, await person(application, "ines"))
        assert await search_people(application.identity, "luk")
    assert format_in(old) == FORMAT


def _fill_with_accounts(path: Path) -> None:
    """So many that their words do not fit on the disk of the test below."""
    body = """json_object('pk', 'USER#' || n, 'sk', 'PROFILE', 'user_uuid', '' || n, 'handle', 'h' || n,
      'display_name', 'Word' || n || ' Another' || n, 'created_at', '2026-11-26T09:00:00.000Z')"""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"""
            WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 2000)
            INSERT INTO items (pk, sk, body) SELECT 'USER#' || n, 'PROFILE', {body} FROM numbers
        """)


def _open_on_a_full_disk(folder: Path, said: Any) -> None:
    limit = max(path.stat().st_size for path in folder.iterdir())
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        file.prepare(folder)
    except TableUnavailable as error:
        said.put(str(error))


async def test_a_full_disk_is_one_line_and_leaves_the_file_at_a_whole_step(unpacked: Path) -> None:
    folder = unpacked / "closed"
    _fill_with_accounts(folder / FILE_NAME)
    said = _spawn.Queue()
    process = _spawn.Process(target=_open_on_a_full_disk, args=(folder, said))
    process.start()
    assert said.get(timeout=60).startswith(f"cannot open {folder / FILE_NAME}: ")
    process.join()
    assert format_in(folder) == STEPS.index(add_names)
    async with opened(folder) as application:
        assert len(await search_people(application.identity, "another1999")) == 1
    assert format_in(folder) == FORMAT
