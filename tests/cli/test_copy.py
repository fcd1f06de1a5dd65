"""A table is copied whole, both ways, and what is there is never written over by accident."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests import engines
from tests.cli.conftest import Run
from tests.cli.tutorial_tables import contents, empty_table, fill, quiet

from cruddur.config import WrongSetting
from cruddur.domain.item import Item
from cruddur.engines.sqlite import SqliteTable
from cruddur.ports.table import Put, Table
from cruddur.tools.migration.address import settings_of
from cruddur.tools.migration.checksum import Checksum, checksum
from cruddur.tools.migration.copy_table import Copied, TargetNotEmpty, copy_table

ITEMS: list[Item] = [
    {"pk": f"MSG#{n % 7}", "sk": f"{n:012}", "message": "ü" * n, "n": n, "m": {"l": [n, True]}}
    for n in range(250)
]


async def copy(source: Table, target: Table, *, force: bool = False) -> Copied:
    return await copy_table(source, target, quiet, force=force)


@pytest.fixture
async def source() -> AsyncIterator[SqliteTable]:
    async with empty_table() as table:
        await fill(table, ITEMS)
        yield table


@pytest.mark.parametrize("name", engines.NAMES)
async def test_a_table_goes_to_dynamodb_and_back(source: SqliteTable, name: str) -> None:
    async with engines.fresh_table(engines.shared(name).url) as far, empty_table() as home:
        there, back = await copy(source, far), await copy(far, home)
        assert there.is_whole
        assert back.is_whole
        assert there.target == back.target == sum(map(checksum, ITEMS), Checksum())
        assert await contents(home) == await contents(source)


async def test_a_copy_that_was_stopped_goes_on(source: SqliteTable) -> None:
    halfway = asyncio.Event()

    def stop(what: str, count: int, total: int = 0, *, about: bool = False) -> None:
        if what == "copied":
            halfway.set()

    async with empty_table() as target:
        running = asyncio.create_task(copy_table(source, target, stop))
        await halfway.wait()
        running.cancel()
        await asyncio.wait([running])
        there = len(await contents(target))
        assert 100 <= there < len(ITEMS)
        copied = await copy(source, target)
        assert (copied.already, copied.written) == (there, len(ITEMS) - there)
        assert copied.is_whole


async def test_each_part_of_the_work_says_of_how_many_items(source: SqliteTable) -> None:
    parts: dict[str, tuple[int, int, bool]] = {}

    def note(what: str, count: int, total: int = 0, *, about: bool = False) -> None:
        parts[what] = (parts.get(what, (0, 0, False))[0] + count, total, about)

    async with empty_table() as target:
        await fill(target, [*ITEMS[:3], {"pk": "USER#1", "sk": "PROFILE"}])
        await copy_table(source, target, note, force=True)
    assert parts == {
        "looked at in the target": (4, 4, True),
        "copied": (250, 250, True),
        "verified": (251, 251, False),
    }


async def test_other_items_in_the_target_stop_it_unless_forced(source: SqliteTable) -> None:
    async with empty_table() as target:
        await target.put(Put({"pk": "USER#1", "sk": "PROFILE"}))
        with pytest.raises(TargetNotEmpty):
            await copy(source, target)
        assert len(await contents(target)) == 1
        copied = await copy(source, target, force=True)
        assert copied.is_whole
        assert copied.others.count == 1
        assert len(await contents(target)) == len(ITEMS) + 1


async def test_an_item_that_differs_is_not_written_over(source: SqliteTable) -> None:
    async with empty_table() as target:
        await target.put(Put({**ITEMS[5], "message": "newer"}))
        with pytest.raises(TargetNotEmpty):
            await copy(source, target)
        assert (await copy(source, target, force=True)).is_whole
        assert await contents(target) == await contents(source)


async def test_what_ends_by_itself_is_copied_and_places_in_the_feed_are_not(
    source: SqliteTable,
) -> None:
    revoked = {"pk": "SESSION#1", "sk": "REVOKED", "expires_at": 4_000_000_000}
    place = {"pk": "FEED#projector", "sk": "shard-1", "stream": "s", "drained": False}
    await fill(source, [revoked, place])
    async with empty_table() as target:
        copied = await copy(source, target)
        assert copied.is_whole
        assert copied.target.count == len(ITEMS)
        assert (copied.fleeting, copied.left_out) == ({"session": 1}, {"feed": 1})
        assert [i for i in await contents(target) if i not in ITEMS] == [revoked]


async def test_a_difference_is_found_whatever_the_order() -> None:
    forward, backward = (sum(map(checksum, items), Checksum()) for items in (ITEMS, ITEMS[::-1]))
    assert forward == backward
    assert sum(map(checksum, [*ITEMS[1:], ITEMS[1]]), Checksum()) != forward
    assert sum(map(checksum, [{**ITEMS[0], "n": 1}, *ITEMS[1:]]), Checksum()) != forward
    one, other = checksum(ITEMS[0]), checksum(ITEMS[1])
    assert one + one != other + other  # as it would be if doubles took each other out
    assert checksum({"pk": "1", "sk": "2"}) == checksum({"sk": "2", "pk": "1"})


async def test_what_the_target_cannot_hold_is_named_and_the_rest_copied() -> None:
    good: Item = {"pk": "OTHER#1", "sk": "1"}
    url = engines.shared("dynoxide").url
    async with engines.fresh_table(url) as far, empty_table() as home:
        await far.put(Put(good))
        await far.put(Put({"pk": "OTHER#2", "sk": "a\0b"}))
        copied = await copy(far, home)
        assert copied.refused == ["OTHER#2 / a\0b: the key attribute sk holds a NUL character"]
        assert not copied.is_whole
        assert await contents(home) == [good]
    async with engines.fresh_table(url) as far, empty_table() as home:
        await fill(home, [good, {"pk": "OTHER#2", "sk": "1", "number": 10**40 + 1}])
        copied = await copy(home, far)
        assert [line.partition(":")[0] for line in copied.refused] == ["OTHER#2 / 1"]
        assert await contents(far) == [good]


async def test_an_item_is_as_large_as_dynamodb_takes_it_to_be() -> None:
    quotes: Item = {"pk": "OTHER#1", "sk": "1", "text": '"' * 399 * 1024, "binary": b""}
    async with engines.fresh_table(engines.shared("dynoxide").url) as far, empty_table() as home:
        await far.put(Put(quotes))
        assert (await copy(far, home)).is_whole
        with pytest.raises(ValueError, match="409600 is the most"):
            await home.put(Put({**quotes, "binary": b"0" * 2048}))


def test_the_command_names_what_it_could_not_copy(loaded: Run, url: str, tmp_path: Path) -> None:
    async def fill_home() -> None:
        table = await SqliteTable.open(tmp_path / "home")
        await table.put(Put({"pk": "OTHER#2", "sk": "1", "number": 10**40 + 1}))
        await table.close()

    asyncio.run(fill_home())
    words = loaded("ddb", "list-tables").stdout
    name = next(line.split()[0] for line in words.splitlines() if "(ours)" in line)
    result = loaded("copy", f"sqlite:{tmp_path / 'home'}", f"dynamodb:{name}@{url}")
    assert result.exit_code == 1
    assert "the target cannot hold OTHER#2 / 1: " in result.stderr
    assert result.stderr.splitlines()[-1] == "cruddur: 1 items could not be copied"


def test_a_copy_is_whole_only_if_both_sides_are_the_same() -> None:
    one, other = checksum(ITEMS[0]), checksum(ITEMS[1])
    assert Copied(source=one, target=one).is_whole
    assert Copied(source=one, target=one + other, others=other).is_whole
    assert not Copied(source=one, target=other).is_whole
    assert not Copied(source=one + other, target=one).is_whole


def test_the_command_tells_what_it_did(loaded: Run, url: str, tmp_path: Path) -> None:
    loaded("ddb", "seed", "--users", "2", "--messages", "3")
    table = loaded("ddb", "list-tables").stdout
    name = next(line.split()[0] for line in table.splitlines() if "(ours)" in line)
    result = loaded("copy", f"dynamodb:{name}@{url}", f"sqlite:{tmp_path / 'copy'}")
    assert (result.exit_code, result.stderr.count("Traceback")) == (0, 0)
    assert "16 items written, 0 were there already" in result.stdout
    assert "Verified: both sides are the same." in result.stdout
    assert loaded("verify", "--data", str(tmp_path / "copy")).stdout.endswith("\n0 differences\n")


def test_a_source_that_is_not_there_is_one_line(cruddur: Run, tmp_path: Path) -> None:
    result = cruddur("copy", f"sqlite:{tmp_path / 'no'}", f"sqlite:{tmp_path / 'copy'}")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == f"cruddur: there is no cruddur.db in {tmp_path / 'no'}"


def test_the_files_own_path_is_a_place_too(tmp_path: Path) -> None:
    assert settings_of(f"sqlite:{tmp_path}/cruddur.db").data == tmp_path
    other = tmp_path / "other.db"
    other.touch()
    with pytest.raises(WrongSetting, match=r"is a file; `sqlite:` takes the folder"):
        settings_of(f"sqlite:{other}")


def test_a_copy_to_aws_asks_and_says_so_if_it_overwrites(cruddur: Run) -> None:
    words = ("copy", "sqlite:old", "dynamodb:new")
    asked = cruddur(*words, answers="n\n", AWS_REGION="eu-west-1")
    assert asked.stderr.startswith("Write to new at AWS, eu-west-1? [y/N]")
    asked = cruddur(*words, "--force", answers="n\n", AWS_REGION="eu-west-1")
    assert "overwrite what differs in, new at AWS, eu-west-1? [y/N]" in asked.stderr
    assert asked.exit_code == 1


def test_addresses_say_where_a_table_is() -> None:
    assert settings_of("sqlite:/tmp/x").data == Path("/tmp/x")
    local = settings_of("dynamodb:mine@http://127.0.0.1:8000")
    assert (local.table_name, local.endpoint_url) == ("mine", "http://127.0.0.1:8000")
    assert settings_of("dynamodb:mine", "eu-west-1").region == "eu-west-1"
    for wrong in ("mine", "sqlite:", "dynamodb:", "dynamodb:mine@", "dynamodb:mine@8000", "x:y"):
        with pytest.raises(WrongSetting):
            settings_of(wrong)
