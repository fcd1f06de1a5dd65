"""`cruddur invites`, as an operator runs it beside a running service."""

import asyncio
import re
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result
from tests.bus.services import service
from tests.cli.conftest import Run

from cruddur.cli.main import main

LINK = re.compile(r"http://127\.0\.0\.1:8080/sign-up#([\w-]+=*)\n", re.ASCII)


@pytest.fixture
def invites(tmp_path: Path) -> Run:
    def run(*words: str, **more: str) -> Result:
        environment = {"CRUDDUR_DATA": str(tmp_path), "CRUDDUR_SIGN_UP": "invite", **more}
        return CliRunner().invoke(main, ["invites", *words], env=environment)

    return run


def test_a_link_is_printed_once_listed_and_ended(invites: Run) -> None:
    made = invites("create", "--uses", "3", "--days", "2")
    found = LINK.fullmatch(made.stdout)
    assert found is not None
    assert "for 3 people, within 2 days" in made.stderr
    listed = invites("list").stdout
    name = listed.split()[0]
    assert listed.startswith(f"{name}  3 of 3 left  ends 20")
    assert listed.endswith("operator\n")
    assert found[1][22:] not in listed
    assert invites("list", "--all").stdout == listed
    assert invites("revoke", name).stdout == f"{name} works no more\n"
    assert invites("list").stdout == ""
    again = invites("revoke", name)
    assert (again.exit_code, again.stderr) == (1, "cruddur: There is no such invitation.\n")


def test_it_says_where_a_link_is_of_no_use(invites: Run) -> None:
    made = invites("create", CRUDDUR_SIGN_UP="closed")
    assert "CRUDDUR_SIGN_UP is closed here" in made.stderr


async def test_a_link_that_is_made_beside_a_service_works_there(
    tmp_path: Path, invites: Run
) -> None:
    settings = {"CRUDDUR_SIGN_UP": "invite"}
    async with service(tmp_path, settings) as (_, url), httpx.AsyncClient(base_url=url) as client:
        made = await asyncio.to_thread(invites, "create")
        body = {"handle": "chloe", "display_name": "Chloe", "password": "correct horse"}
        token = made.stdout.strip().partition("#")[2]
        answer = await client.post("/api/accounts", json={**body, "invite": token})
        assert answer.status_code == 201
    assert (await asyncio.to_thread(invites, "list")).stdout == ""
