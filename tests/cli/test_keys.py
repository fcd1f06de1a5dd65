"""`cruddur keys`, as an operator runs it beside a running service."""

import asyncio
import re
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result
from tests.bus.services import service
from tests.cli.conftest import Run

from cruddur.cli.main import main

TOKEN = re.compile(r"crk_shop_\d_[\w-]{32}", re.ASCII)


@pytest.fixture
def keys(tmp_path: Path) -> Run:
    def run(*words: str, **more: str) -> Result:
        environment = {"CRUDDUR_DATA": str(tmp_path), **more}
        return CliRunner().invoke(main, ["keys", *words], env=environment)

    return run


def test_a_key_is_printed_once_and_listed_without_its_secret(keys: Run) -> None:
    added = keys("add", "shop", "--scope", "users", "--scope", "tokens")
    assert TOKEN.fullmatch(added.stdout.strip())
    rolled = keys("roll", "shop").stdout.strip()
    assert TOKEN.fullmatch(rolled)
    listed = keys("list").stdout
    assert [line.split()[:2] for line in listed.splitlines()] == [["shop", "1"], ["shop", "2"]]
    assert listed.count("users, tokens") == 2
    assert rolled[-32:] not in listed
    assert keys("remove", "shop", "--old").stdout == "shop: 1 works no more\n"
    assert keys("remove", "shop").stdout == "shop: 2 works no more\n"
    assert keys("list").stdout == ""


def test_a_key_in_a_new_table_says_so_since_no_service_knows_it(keys: Run, tmp_path: Path) -> None:
    # Otherwise a key that was made in the wrong folder looks like a good one.
    assert f"A new table begins in {tmp_path}." in keys("add", "shop").stderr
    assert "new table" not in keys("add", "forum").stderr


def test_the_end_of_a_key_says_when_a_running_service_knows(keys: Run) -> None:
    keys("add", "shop")
    assert "refuses it within a minute" in keys("remove", "shop").stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "Shop"), "A key's name has 1 to 32 characters"),
        (("add", "there"), "There is a key there already"),
        (("roll", "shop"), "There is no key shop."),
        (("remove", "shop"), "There is no key shop."),
        (("add", "shop", "--scope", "everything"), "'everything' is not one of"),
    ],
)
def test_what_cannot_be_done_is_said(keys: Run, words: tuple[str, ...], said: str) -> None:
    keys("add", "there")
    result = keys(*words)
    assert result.exit_code != 0
    assert said in " ".join(re.sub(r"[│\n]", " ", result.stderr).split())


async def test_a_key_that_is_made_beside_a_service_works_there(tmp_path: Path, keys: Run) -> None:
    async with service(tmp_path, {}) as (_, url), httpx.AsyncClient(base_url=url) as client:
        token = (await asyncio.to_thread(keys, "add", "shop")).stdout.strip()
        answer = await client.get("/api/key", headers={"Authorization": f"Bearer {token}"})
        assert answer.json()["name"] == "shop"
