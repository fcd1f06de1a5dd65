"""`cruddur feed`, as processes on both engines: it resumes after a kill, and loses nothing."""

import asyncio
import json
import signal
import subprocess
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests import engines
from tests.cli.conftest import Run

from cruddur.domain.erasure import Erasure
from cruddur.domain.item import Key
from cruddur.engines.sqlite import SqliteTable
from cruddur.messaging.inbox.is_projected import PROJECTOR_CONSUMER
from cruddur.ports.table import Delete, Put, Table
from cruddur.schema import keys
from cruddur.schema.erasure_items import erased_person_item

PATIENCE_SECONDS = 60
_GROUP = "11111111-2222-4333-8444-555555555555"


@dataclass
class Place:
    """A table that this process writes to, and the settings with which commands find it."""

    table: Table
    environment: dict[str, str]

    async def follow(self, *words: str) -> Process:
        code = "from cruddur.cli.main import main; main()"
        environment = {"PYTHONPATH": str(engines.ROOT / "src"), **self.environment}
        return await asyncio.create_subprocess_exec(
            sys.executable, "-c", code, "feed", *words, env=environment, stdout=PIPE, stderr=PIPE
        )

    async def send(self, *numbers: int) -> None:
        for number in numbers:
            key = keys.message_key(_GROUP, number)
            await self.table.put(Put({**key._asdict(), "message": str(number)}))


@pytest.fixture(params=["sqlite", "dynoxide"])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    folder = {"CRUDDUR_DATA": str(tmp_path)}
    if request.param == "sqlite":
        table = await SqliteTable.open(tmp_path, consumers=[PROJECTOR_CONSUMER])
        yield Place(table, folder)
        await table.close()
        return
    url = engines.shared("dynoxide").url
    async with engines.fresh_table(url) as dynamo:
        at = {"CRUDDUR_TABLE_NAME": dynamo.name, "CRUDDUR_ENDPOINT_URL": url}
        yield Place(dynamo, {**folder, "CRUDDUR_TABLE": "dynamodb", **at})


async def lines(process: Process, count: int) -> list[dict[str, Any]]:
    assert process.stdout
    async with asyncio.timeout(PATIENCE_SECONDS):
        return [json.loads(await process.stdout.readline()) for _ in range(count)]


async def end(process: Process) -> tuple[int | None, str]:
    process.send_signal(signal.SIGTERM)
    _, err = await process.communicate()
    return process.returncode, err.decode()


async def test_a_line_has_key_kind_items_time_and_place(place: Place) -> None:
    process = await place.follow("--name", "lines", "--kinds", "user,message")
    await place.send(1)
    key = Key("USER#u", "PROFILE")
    await lines(process, 1)  # now the consumer is registered
    await place.table.put(Put({**key._asdict(), "n": 1}))
    await place.table.put(Put({**key._asdict(), "n": 2}))
    await place.table.delete(Delete(key))
    found = await lines(process, 3)
    assert [line["change"] for line in found] == ["insert", "modify", "remove"]
    one, two = {**key._asdict(), "n": 1}, {**key._asdict(), "n": 2}
    assert [(line["old"], line["new"]) for line in found] == [(None, one), (one, two), (two, None)]
    assert {(line["kind"], line["pk"], line["sk"]) for line in found} == {("user", *key)}
    assert [line["place"] for line in found] == sorted({line["place"] for line in found})
    assert all(line["at"].endswith("Z") for line in found)
    assert await end(process) == (0, "")


async def test_after_a_kill_it_goes_on_and_no_change_is_missing(place: Place) -> None:
    seen: list[str] = []
    await place.send(*range(1, 11))
    for last in (20, 30):
        process = await place.follow("--name", "resumes", "--kinds", "message")
        seen += [line["sk"] for line in await lines(process, 1)]
        await place.send(*range(last - 9, last + 1))
        process.kill()
        await process.communicate()
    process = await place.follow("--name", "resumes", "--kinds", "message")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while "000000000030" not in seen:
            seen += [line["sk"] for line in await lines(process, 1)]
    await end(process)
    # What was printed and not read before the kill was acknowledged, so only the others are certain.
    assert {"000000000001", "000000000030"} <= set(seen)


async def test_what_was_acknowledged_does_not_come_again(place: Place) -> None:
    await place.send(1, 2)
    process = await place.follow("--name", "ends")
    assert len(await lines(process, 2)) == 2
    assert await end(process) == (0, "")
    await place.send(3)
    process = await place.follow("--name", "ends")
    assert [line["sk"] for line in await lines(process, 1)] == ["000000000003"]
    await end(process)


async def test_a_second_reader_reads_as_well_or_is_told_why_not(place: Place) -> None:
    await place.send(1)
    one = await place.follow("--name", "one")
    await lines(one, 1)
    two = await place.follow("--name", "two")
    if "CRUDDUR_TABLE" in place.environment:
        _, err = await two.communicate()
        assert two.returncode == 1
        assert b"another process reads the stream for the consumer one" in err
        assert err.count(b"\n") == 1
    else:
        assert len(await lines(two, 1)) == 1
        await end(two)
    assert await end(one) == (0, "")


async def test_it_ends_when_nobody_reads_its_lines(place: Place) -> None:
    await place.send(*range(1, 4))
    process = await place.follow("--name", "head")
    await lines(process, 1)
    process.stdout._transport.close()  # type: ignore[union-attr]
    await place.send(4)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await process.wait()
    assert process.returncode == 1
    assert process.stderr
    assert await process.stderr.read() == b""


async def test_a_reader_that_stopped_does_not_keep_the_command_from_ending(place: Place) -> None:
    # Messages, which the file keeps for the projector also before this consumer is registered.
    for number in range(1, 6):
        key = keys.message_key(_GROUP, number)
        await place.table.put(Put({**key._asdict(), "text": "x" * 200_000}))
    assert await asyncio.to_thread(_ended_while_nobody_reads, place.environment) == 0


def _ended_while_nobody_reads(environment: dict[str, str]) -> int:
    # Not asyncio's process: its `wait` reads what was printed to the end first.
    code = "from cruddur.cli.main import main; main()"
    command = [sys.executable, "-c", code, "feed", "--name", "stuck"]
    environment = {"PYTHONPATH": str(engines.ROOT / "src"), **environment}
    with subprocess.Popen(command, env=environment, stdout=PIPE, bufsize=0) as process:
        assert process.stdout
        assert process.stdout.read(10)  # and no more, so that the pipe fills up
        process.send_signal(signal.SIGTERM)
        return process.wait(PATIENCE_SECONDS)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "one of --name, --list and --remove"),
        (["--name", "a", "--list"], "one of --name"),
        (["--name", "projector"], "the service's own consumer"),
        (["--remove", "projector"], "the service's own consumer"),
        (["--name", "A b"], "begins with a letter or digit"),
        (["--name", "a", "--kinds", "message,grp"], "no kind 'grp'"),
        (["--name", "a", "--kinds", "feed"], "no kind 'feed'"),
        (["--name", "a", "--from", "here"], "start"),
    ],
)
def test_a_wrong_flag_is_explained(cruddur: Run, words: list[str], said: str) -> None:
    result = cruddur("feed", *words)
    assert result.exit_code == 2
    assert said in " ".join(result.output.replace("│", "").split())


async def test_consumers_are_listed_and_removed(place: Place, cruddur: Run) -> None:
    await place.send(1)
    process = await place.follow("--name", "hook", "--kinds", "message,group")
    await lines(process, 1)
    await end(process)

    async def said(*words: str) -> tuple[int | None, str]:
        result = await asyncio.to_thread(cruddur, "feed", *words, **place.environment)
        return result.exit_code, result.output

    _, listed = await said("--list")
    assert "hook: at " in listed
    assert "; group,message" in listed
    assert await said("--remove", "hook") == (0, "Removed hook.\n")
    assert await said("--remove", "hook") == (1, "cruddur: there is no consumer hook\n")
    assert "hook" not in (await said("--list"))[1]


async def test_what_was_before_an_erasure_is_printed_without_the_person(place: Place) -> None:
    process = await place.follow("--name", "copy", "--kinds", "message")
    await place.send(1)
    await lines(process, 1)
    await end(process)
    uuid = "01935d3a-0000-4000-8000-000000000001"
    named = {"user_uuid": uuid, "user_handle": "maya", "user_display_name": "Maya"}
    key = keys.message_key(_GROUP, 2)
    await place.table.put(Put({**key._asdict(), "message": "wisteria", **named}))
    began = "2026-11-23T09:00:00.000Z"
    erasure = Erasure(user_uuid=uuid, began_at=began, messages="blank", name_version=1)
    await place.table.put(Put(erased_person_item(erasure)))
    process = await place.follow("--name", "copy", "--kinds", "message")
    (line,) = await lines(process, 1)
    await end(process)
    assert (line["new"]["message"], line["new"]["user_display_name"]) == ("", "Deleted account")
    assert "maya" not in json.dumps(line).lower()
