"""The template, deployed where roles are enforced: the service and the function do their work, each
with what the template allows it and no more.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from tests.deploy.cloud import Cloud
from tests.deploy.roles import person_who_may, table_statements
from tests.engines import ROOT

PATIENCE_SECONDS = 60


@asynccontextmanager
async def service(cloud: Cloud, who: Mapping[str, str], data: Path) -> AsyncIterator[str]:
    """`cruddur up` as Fargate runs it, and its address."""
    code = "from cruddur.cli.main import main; main()"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code, "up"),
        stdout=asyncio.subprocess.PIPE,
        env={
            **cloud.trust,
            **who,
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT / "src"),
            "CRUDDUR_TABLE": "dynamodb",
            "CRUDDUR_ENDPOINT_URL": cloud.url,
            "CRUDDUR_PROJECTOR": "off",
            "CRUDDUR_SECRET": "k" * 64,
            "CRUDDUR_DATA": str(data / "never-made"),
            "CRUDDUR_PORT": "0",
        },
    )
    assert process.stdout is not None
    yield (await process.stdout.readline()).split()[4].decode()
    process.terminate()
    await process.wait()
    assert not (data / "never-made").exists(), "a read-only file system would have refused"


@asynccontextmanager
async def signed_in(address: str, handle: str) -> AsyncIterator[httpx.AsyncClient]:
    who = {"handle": handle, "password": "correct horse"}
    async with httpx.AsyncClient(base_url=address, timeout=PATIENCE_SECONDS) as client:
        made = await client.post("/api/accounts", json={**who, "display_name": handle.title()})
        assert made.status_code == 201, made.text
        token = (await client.post("/api/sessions", json=who)).json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


async def inbox_at(client: httpx.AsyncClient, seq: int) -> Mapping[str, object]:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:  # the function is another process: there is no event to wait for
            rows = (await client.get("/api/message_groups")).json()
            if rows and rows[0]["last_seq"] == seq:
                row: Mapping[str, object] = rows[0]
                return row
            await asyncio.sleep(0.1)


async def test_a_message_reaches_both_inboxes_through_the_function(
    deployed: Cloud, tmp_path: Path
) -> None:
    who = person_who_may(deployed, "service", table_statements("TaskRole", "service"))
    async with (
        service(deployed, who, tmp_path) as address,
        signed_in(address, "andrew") as andrew,
        signed_in(address, "bayko") as bayko,
    ):
        sent = await andrew.post("/api/messages", json={"handle": "bayko", "message": "Hello"})
        group = sent.json()["message_group_uuid"]
        more = {"message": "Are you there?", "message_group_uuid": group}
        assert (await andrew.post("/api/messages", json=more)).status_code == 200
        theirs, mine = await inbox_at(bayko, 2), await inbox_at(andrew, 2)
    assert (theirs["message"], theirs["unread"]) == ("Are you there?", 2)
    assert (mine["message"], mine["unread"]) == ("Are you there?", 0)
    assert '"failed": 0' in deployed.log()


async def test_the_service_s_role_suffices_for_all_that_people_do(
    deployed: Cloud, tmp_path: Path
) -> None:
    who = person_who_may(deployed, "all-day", table_statements("TaskRole", "service"))
    async with (
        service(deployed, who, tmp_path) as address,
        signed_in(address, "carla") as carla,
        signed_in(address, "dan") as _,
        signed_in(address, "eve") as _,
    ):
        made = await carla.post("/api/message_groups", json={"handles": ["dan"], "title": "Us"})
        group = made.json()["message_group_uuid"]
        one = f"/api/message_groups/{group}"
        text = {"message": "Hello", "message_group_uuid": group}
        for method, path, body in (
            ("POST", "/api/messages", text),
            ("PATCH", f"/api/messages/{group}/2", {"message": "Hallo"}),
            ("GET", f"/api/messages/{group}", None),
            ("GET", one, None),
            ("PATCH", one, {"title": "All of us"}),
            ("POST", f"{one}/members", {"handles": ["eve"]}),
            ("POST", f"{one}/read", {"seq": 2}),
            ("DELETE", f"/api/messages/{group}/2", None),
            ("POST", f"{one}/leave", None),
            ("GET", "/api/message_groups", None),
            ("GET", "/api/users?prefix=da", None),
            ("GET", "/health/ready", None),
            ("DELETE", "/api/sessions", None),
        ):
            answer = await carla.request(method, path, json=body)
            assert answer.is_success, (method, path, answer.text)
