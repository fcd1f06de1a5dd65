"""`cruddur ddb`: on a real engine, as a person would."""

import asyncio
import json
import subprocess
from pathlib import Path
from uuid import uuid4

import pytest
from tests import engines
from tests.cli.conftest import Run
from tests.ports import free_port

from cruddur.domain.item import Item
from cruddur.engines.dynamodb.calls import Calls
from cruddur.engines.dynamodb.schema import Provisioned, creation, delete_table
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.ports.table import Put
from cruddur.schema.table import Schema

SCRIPTS = sorted((Path(__file__).parents[2] / "bin/ddb").iterdir())


def test_a_table_is_made_once_and_then_only_shown(cruddur: Run) -> None:
    made = cruddur("ddb", "schema-load", "--read-units", "7")
    assert (made.exit_code, "7 read and 5 write units" in made.stdout) == (0, True)
    again = cruddur("ddb", "schema-load", "--billing", "on-demand")
    assert again.exit_code == 0
    assert "differs: billing: is 7 read and 5 write units, should be on demand" in again.stdout
    same = cruddur("ddb", "schema-load", "--read-units", "7")
    assert "It is as it should be." in same.stdout
    assert "(ours)" in cruddur("ddb", "list-tables").stdout
    assert cruddur("ddb", "drop", answers="y\n").exit_code == 0
    assert "(ours)" not in cruddur("ddb", "list-tables").stdout


async def test_a_table_whose_making_was_stopped_is_finished(cruddur: Run, url: str) -> None:
    name = f"cruddur-{uuid4()}"
    calls = await Calls.open(region=engines.REGION, endpoint_url=url)
    await calls.table("CreateTable", creation(Schema(table_name=name), Provisioned()))
    again = await asyncio.to_thread(cruddur, "ddb", "schema-load", "--table-name", name)
    assert again.exit_code == 0
    assert "Added the time to live." in again.stdout
    assert "It is as it should be." in again.stdout
    await delete_table(calls, name)
    await calls.close()


def test_nothing_is_dropped_without_a_yes(loaded: Run) -> None:
    assert loaded("ddb", "drop", answers="n\n").exit_code == 1
    assert "(ours)" in loaded("ddb", "list-tables").stdout


@pytest.mark.parametrize(
    "command", ["seed", "scan", "get-conversation a b", "list-conversations a"]
)
def test_a_table_that_is_not_there_is_told_with_the_command_that_makes_it(
    cruddur: Run, command: str
) -> None:
    result = cruddur("ddb", *command.split())
    assert result.exit_code == 1
    assert "make it with `cruddur ddb schema-load --table-name cruddur-" in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("command", ["schema-load", "seed", "list-tables", "scan", "drop --yes"])
def test_an_endpoint_that_is_down_is_one_line(cruddur: Run, command: str) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    result = cruddur("ddb", *command.split(), CRUDDUR_ENDPOINT_URL=url)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"cruddur: no DynamoDB answers at {url}")
    assert len(result.stderr.splitlines()) == 1


def test_prod_never_means_the_laptop(cruddur: Run, url: str) -> None:
    refused = cruddur("ddb", "list-tables", "--prod", "--endpoint-url", url)
    assert refused.exit_code == 2
    asked = cruddur("ddb", "seed", "--prod", answers="n\n", AWS_REGION="eu-west-1")
    assert asked.exit_code == 1
    assert "at AWS, eu-west-1? [y/N]" in asked.stderr


def test_seeding_goes_on_where_it_stopped_and_leaves_nothing_to_mend(loaded: Run) -> None:
    assert loaded("ddb", "seed", "--users", "3", "--messages", "7").exit_code == 0
    first = set(loaded("ddb", "scan", "--kind", "message", "--json").stdout.splitlines())
    assert loaded("ddb", "seed", "--users", "20", "--messages", "130").exit_code == 0
    second = set(loaded("ddb", "scan", "--kind", "message", "--json").stdout.splitlines())
    assert first <= second
    assert len(second) >= 130
    assert loaded("ddb", "seed", "--users", "20", "--messages", "130").exit_code == 0
    third = set(loaded("ddb", "scan", "--kind", "message", "--json").stdout.splitlines())
    assert third == second
    assert loaded("verify", "--table", "dynamodb").stdout.endswith("\n0 differences\n")


def test_a_long_conversation_is_not_doubled_by_seeding_it_again(loaded: Run) -> None:
    for _ in range(2):  # longer than what a cold start reads back
        assert loaded("ddb", "seed", "--users", "2", "--messages", "30").exit_code == 0
    shown = loaded("ddb", "scan", "--kind", "message").stdout
    assert "30 items: 30 message" in shown


def test_a_scan_shows_kinds_and_no_password(loaded: Run) -> None:
    loaded("ddb", "seed", "--users", "2", "--messages", "3")
    shown = loaded("ddb", "scan").stdout
    assert "16 items: 4 name, 3 message, 2 handle, 2 inbox-row, 2 login, 2 user, 1 group" in shown
    assert "argon2" not in shown
    (group,) = loaded("ddb", "scan", "--kind", "group", "--json").stdout.splitlines()
    assert json.loads(group)["kind"] == "direct"


def test_a_conversation_is_printed_with_its_condition_and_its_price(loaded: Run) -> None:
    loaded("ddb", "seed", "--users", "2", "--messages", "3")
    result = loaded("ddb", "get-conversation", "andrea", "@bayo", "--limit", "2")
    assert "If the rain stops" in result.stdout
    assert "Are you at the lake" not in result.stdout  # the third message from the end
    assert "and sk between '000000000001' and '999999999999'" in result.stdout
    assert "descending, limit 2, eventually consistent: 2 items for 0.5 read units" in result.stdout
    assert "Together 1 read unit\n" in result.stdout  # who is in it is asked too
    (group,) = loaded("ddb", "scan", "--kind", "group", "--json").stdout.splitlines()
    uuid = json.loads(group)["message_group_uuid"]
    assert "If the rain stops" in loaded("ddb", "get-conversation", uuid).stdout


def test_a_conversation_that_everybody_left_is_printed_too(loaded: Run, url: str) -> None:
    loaded("ddb", "seed", "--users", "2", "--messages", "3")
    (line,) = loaded("ddb", "scan", "--kind", "group", "--json").stdout.splitlines()
    group = json.loads(line)
    tables = loaded("ddb", "list-tables").stdout.splitlines()
    name = next(line.split()[0] for line in tables if "(ours)" in line)
    asyncio.run(_put(url, name, {**group, "members": {}}))
    result = loaded("ddb", "get-conversation", group["message_group_uuid"], "--limit", "2")
    assert (result.exit_code, result.stderr) == (0, "Everybody has left this conversation.\n")
    assert result.stdout.index("If the rain stops") < result.stdout.index("Please.")
    assert "Are you at the lake" not in result.stdout
    assert "Together 0.5 read units" in result.stdout


async def _put(url: str, table_name: str, item: Item) -> None:
    table = await DynamoTable.open(table_name, region=engines.REGION, endpoint_url=url)
    await table.put(Put(item))
    await table.close()


def test_an_inbox_is_printed_with_its_condition_and_its_price(loaded: Run) -> None:
    loaded("ddb", "seed", "--users", "4", "--messages", "12")
    result = loaded("ddb", "list-conversations", "andrea")
    assert all(f"@{handle}" in result.stdout for handle in ("bayo", "chiara", "dmitri"))
    assert "query inbox-index  pk = 'GRP#" in result.stdout
    assert "Together 1 read unit\n" in result.stdout
    cached = loaded("ddb", "list-conversations", "andrea", CRUDDUR_CACHE="memory")
    assert cached.stdout == result.stdout  # it looks into the table all the same


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("schema-load prod", "ddb schema-load --prod`"),
        ("list-tables prod", "ddb list-tables --prod`"),
        ("drop cruddur-messages --yes", "ddb drop --table-name cruddur-messages`"),
        ("scan http://127.0.0.1:8000", "ddb scan --endpoint-url http://127.0.0.1:8000`"),
        ("seed table", "ddb seed --table-name table`"),
        ("list-conversations a prod", "ddb list-conversations --prod`"),
    ],
)
def test_a_word_without_its_flag_is_told_which_flag_is_meant(
    cruddur: Run, words: str, meant: str
) -> None:
    result = cruddur("ddb", *words.split())
    assert result.exit_code == 2
    assert meant in " ".join(result.stderr.replace("│", " ").split())


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_each_script_runs_its_command(script: Path) -> None:
    result = subprocess.run([script, "--help"], capture_output=True, text=True, check=True)
    assert f"cruddur ddb {script.name}" in result.stdout
