"""`verify`, `rebuild` and `export` over an SQLite file, as a person runs them."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.stage import person

from cruddur.bootstrap import Application, open_application
from cruddur.cli.main import main
from cruddur.config import Settings
from cruddur.domain.model import User
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.ports.table import Delete, Put, Update
from cruddur.schema import items, keys

ANDREW, BAYKO = person("andrew"), person("bayko")


@asynccontextmanager
async def opened(data: Path) -> AsyncIterator[Application]:
    async with open_application(Settings(data=data)) as application:
        yield application


def act(data: Path, work: Callable[[Application], Awaitable[object]]) -> None:
    async def acted() -> None:
        async with opened(data) as application:
            await work(application)

    asyncio.run(acted())


def cruddur(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two people and one conversation of one message."""
    data = tmp_path / "data"

    async def talk(application: Application) -> None:
        for user in (ANDREW, BAYKO):
            for item in items.person_items(user):
                await application.messaging.table.put(Put(item))
        await start_direct_group(application.messaging, ANDREW, BAYKO, "Hello")

    act(data, talk)
    return data


def change_row(data: Path, owner: User, **values: object) -> None:
    async def change(application: Application) -> None:
        async for item in application.messaging.table.scan():
            if item["pk"] == keys.inbox_pk(owner.user_uuid):
                key = keys.inbox_row_key(owner.user_uuid, item["sk"])
                await application.messaging.table.update(Update(key, values))

    act(data, change)


@pytest.mark.parametrize("command", [["verify"], ["rebuild"], ["export", "andrew"]])
def test_a_mistyped_folder_is_refused_and_not_made(tmp_path: Path, command: list[str]) -> None:
    typo = tmp_path / "dtaa"
    said = cruddur(*command, "--data", typo)
    assert said.exit_code == 1
    assert said.output.splitlines() == [f"cruddur: there is no cruddur.db in {typo}"]
    assert not typo.exists()


def test_an_account_may_come_before_the_first_start(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert (
        cruddur(
            "users", "add", "andrew", "--password", "it is long enough", "--data", data
        ).exit_code
        == 0
    )
    assert cruddur("export", "andrew", "--data", data).exit_code == 0


def test_a_reserved_handle_is_said_to_be_one(tmp_path: Path) -> None:
    said = cruddur("users", "add", "Admin", "--password", "it is long enough", "--data", tmp_path)
    assert said.exit_code == 1
    assert said.output.splitlines() == ["cruddur: This handle is reserved. Choose another."]


def test_a_wrong_row_is_told_and_mended(data: Path) -> None:
    change_row(data, BAYKO, read_seq=7)
    said = cruddur("verify", "--data", data)
    assert said.exit_code == 1
    assert "read_seq is 7 instead of 1" in said.output
    mended = cruddur("rebuild", "--data", data)
    assert mended.exit_code == 0
    assert mended.output.splitlines()[-1] == "1 differences mended"
    assert cruddur("verify", "--data", data).output.splitlines()[-1] == "0 differences"


def test_what_rows_cannot_mend_is_not_called_mended(data: Path) -> None:
    async def lose(application: Application) -> None:
        application.messaging.insert_with_rows = None  # so that the rows stay behind
        message = await start_direct_group(application.messaging, BAYKO, ANDREW, "Hi")
        await start_direct_group(application.messaging, BAYKO, ANDREW, "Hi again")
        key = keys.message_key(message.message_group_uuid, message.seq)
        await application.messaging.table.delete(Delete(key))

    act(data, lose)
    said = cruddur("rebuild", "--data", data)
    assert said.exit_code == 1
    assert "message 2 is missing: 3 follows\n" in said.output
    assert "2 differences mended\n1 cannot be mended" in said.output


def test_an_export_names_what_cannot_be_read_and_writes_the_rest(
    data: Path, tmp_path: Path
) -> None:
    async def damage(application: Application) -> None:
        message = await start_direct_group(application.messaging, BAYKO, ANDREW, "Hi")
        key = keys.message_key(message.message_group_uuid, message.seq)
        await application.messaging.table.update(Update(key, {"created_at": "yesterday"}))
        theirs = {"pk": keys.inbox_pk(ANDREW.user_uuid), "sk": "none of ours"}
        await application.messaging.table.put(Put(theirs))

    act(data, damage)
    said = cruddur("export", "andrew", "-o", tmp_path / "all.jsonl", "--data", data)
    assert said.exit_code == 1
    assert (
        f"could not be read: GRP#{ANDREW.user_uuid} / none of ours: Object missing" in said.stderr
    )
    assert "/ 000000000002: Invalid isoformat string: 'yesterday'" in said.stderr
    (line,) = (tmp_path / "all.jsonl").read_text().splitlines()
    assert json.loads(line)["message"] == "Hello"


def test_an_export_of_nobody_leaves_the_file_as_it_is(data: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup.jsonl"
    backup.write_text("yesterday's")
    said = cruddur("export", "nobody", "-o", backup, "--data", data)
    assert said.exit_code == 1
    assert said.output == "cruddur: There is nobody with this handle.\n"
    assert backup.read_text() == "yesterday's"


def test_an_export_takes_the_place_of_the_last_one_when_it_is_whole(
    data: Path, tmp_path: Path
) -> None:
    backup, link = tmp_path / "backup.jsonl", tmp_path / "link"
    backup.write_text("yesterday's")
    link.symlink_to(backup)
    assert cruddur("export", "Andrew", "-o", link, "--data", data).exit_code == 0
    (line,) = backup.read_text().splitlines()
    assert json.loads(line)["message"] == "Hello"
    assert link.is_symlink()
    assert not list(tmp_path.glob("*.part"))


def test_an_export_that_breaks_off_leaves_the_last_one(data: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup.jsonl"
    backup.write_text("yesterday's")

    async def write_much(application: Application) -> None:
        for _ in range(250):
            await start_direct_group(application.messaging, BAYKO, ANDREW, "x" * 1000)

    act(data, write_much)
    program = Path(sys.executable).with_name("cruddur")
    export = f"ulimit -f 200; exec {program} export andrew -o {backup} --data {data}"
    said = subprocess.run(["sh", "-c", export], capture_output=True, text=True, check=False)
    assert said.returncode == 1
    assert said.stderr.splitlines()[-1] == f"cruddur: {backup} cannot be written: File too large"
    assert backup.read_text() == "yesterday's"
    assert sorted(tmp_path.iterdir()) == [backup, data]


def test_a_file_that_cannot_be_written_is_one_line(data: Path, tmp_path: Path) -> None:
    said = cruddur("export", "andrew", "-o", tmp_path / "nowhere" / "x", "--data", data)
    assert said.exit_code == 1
    assert said.output.splitlines()[-1].endswith("x cannot be written: No such file or directory")


def test_an_export_may_go_through_a_device(data: Path) -> None:
    assert cruddur("export", "andrew", "-o", "/dev/null", "--data", data).exit_code == 0


def test_verify_says_how_much_it_looked_at(data: Path) -> None:
    said = cruddur("verify", "--data", data)
    assert said.stdout == "looked at 2 people, 1 conversations, 1 messages\n0 differences\n"


def test_verify_warns_of_a_table_with_nobody_in_it(tmp_path: Path) -> None:
    act(tmp_path / "data", _nothing)
    said = cruddur("verify", "--data", tmp_path / "data")
    assert said.exit_code == 0
    assert said.stdout == "looked at 0 people, 0 conversations, 0 messages\n0 differences\n"
    assert said.stderr.endswith("there is nobody in this table: is it the right one?\n")


async def _nothing(_: Application) -> None:
    pass
