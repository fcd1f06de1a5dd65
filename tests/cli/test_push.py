"""`cruddur push`, as an operator runs it beside a running service."""

import asyncio
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result
from tests.bus.services import service
from tests.cli.conftest import Run

from cruddur.cli.main import main


@pytest.fixture
def push(tmp_path: Path) -> Run:
    def run(*words: str, **more: str) -> Result:
        environment = {"CRUDDUR_DATA": str(tmp_path), **more}
        return CliRunner().invoke(main, ["push", *words], env=environment)

    return run


ACCOUNT = {"handle": "chloe", "display_name": "Chloe", "password": "correct horse"}


async def key_of(client: httpx.AsyncClient) -> str:
    """The key that the running service names to somebody who has signed in."""
    signing_in = {name: ACCOUNT[name] for name in ("handle", "password")}
    token = (await client.post("/api/sessions", json=signing_in)).json()
    headers = {"Authorization": f"Bearer {token['token']}"}
    return str((await client.get("/api/push", headers=headers)).json()["key"])


async def test_the_key_is_the_services_own_and_changes_by_a_rotation(
    tmp_path: Path, push: Run
) -> None:
    async with service(tmp_path, {}) as (_, url), httpx.AsyncClient(base_url=url) as client:
        await client.post("/api/accounts", json=ACCOUNT)
        first = await key_of(client)
        assert (await asyncio.to_thread(push, "key")).stdout.strip() == first
        rotated = await asyncio.to_thread(push, "rotate-key")
        assert rotated.stdout.strip() not in {"", first}
        assert "key 2" in rotated.stderr
    async with service(tmp_path, {}) as (_, url), httpx.AsyncClient(base_url=url) as client:
        assert await key_of(client) == rotated.stdout.strip()


def test_without_a_table_it_makes_nothing(tmp_path: Path, push: Run) -> None:
    assert push("key").exit_code == 1
    assert list(tmp_path.iterdir()) == []
