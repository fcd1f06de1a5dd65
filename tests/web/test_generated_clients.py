"""Clients that tools of others make from the OpenAPI document: their types hold, and they work."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.bus.services import entered, service
from tests.deploy.tools import BIN, install
from tests.engines import ROOT

_TOOLS = ROOT / ".engines/api-tools/node_modules/.bin"

_LEFT_OUT = {
    "/api/me/export",
    "/api/me/picture",
    "/api/pictures/{user_uuid}/{picture}",
    "/api/users/{external_id}/picture",
}

_TYPESCRIPT = """
import type { paths } from "./api.js";

type Send = paths["/api/messages"]["post"];
type NewMessage = Send["requestBody"]["content"]["application/json"];
type Message = Send["responses"][200]["content"]["application/json"];

declare const process: { argv: string[] };
const [url, token] = process.argv.slice(2);
const message: NewMessage = { message: "Hello", handle: "bayko" };
const answer = await fetch(`${url}/api/messages`, {
  method: "POST",
  headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
  body: JSON.stringify(message),
});
const sent: Message = await answer.json();
console.log(sent.seq, sent.kind);
"""

_PYTHON = """
import sys

from made.api.messages import send_message
from made.client import AuthenticatedClient
from made.models.message_out import MessageOut
from made.models.new_message import NewMessage

with AuthenticatedClient(base_url=sys.argv[1], token=sys.argv[2]) as client:
    sent = send_message.sync(client=client, body=NewMessage(message="Hello", handle="bayko"))
assert isinstance(sent, MessageOut), sent
print(sent.seq, sent.kind)
"""


@pytest.fixture
async def described(tmp_path: Path) -> AsyncIterator[tuple[str, str, Path]]:
    """The address of a service, a token, and the file of its description."""
    async with (
        service(tmp_path / "data", {}) as (_, url),
        entered(url, "andrew") as andrew,
        entered(url, "bayko"),
    ):
        document = tmp_path / "openapi.json"
        document.write_bytes((await andrew.http.get("/schema/openapi.json")).content)
        yield url, andrew.token, document


def _tool(name: str) -> Path:
    """Skips the test, with the reason, if it cannot be had; in CI it fails."""
    command = ROOT / "bin/install-api-tools"
    done = subprocess.run([command], check=False, capture_output=True, text=True)
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-1]
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return _TOOLS / name


async def _run(*command: str | Path, folder: Path, path: str = "") -> tuple[str, str]:
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env={**os.environ, "PATH": f"{path}{os.environ['PATH']}", "REDOCLY_TELEMETRY": "off"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, failed = await process.communicate()
    assert process.returncode == 0, (said + failed).decode()
    return said.decode(), failed.decode()


async def test_redocly_has_nothing_to_say(described: tuple[str, str, Path], tmp_path: Path) -> None:
    lint = (_tool("redocly"), "lint", described[2].name, "--format=json")
    said, _ = await _run(*lint, folder=tmp_path)
    problems = json.loads(said)["problems"]
    assert [(one["ruleId"], one["location"]) for one in problems] == []


async def test_typescript_by_openapi_typescript(
    described: tuple[str, str, Path], tmp_path: Path
) -> None:
    url, token, document = described
    (tmp_path / "send.ts").write_text(_TYPESCRIPT)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    await _run(_tool("openapi-typescript"), document, "-o", "api.ts", folder=tmp_path)
    strict = ("--strict", "--target", "es2022", "--module", "nodenext", "--lib", "es2022,dom")
    await _run(_tool("tsc"), *strict, "send.ts", folder=tmp_path)
    node = shutil.which("node") or "node"
    said, _ = await _run(node, "send.js", url, token, folder=tmp_path)
    assert said == "1 text\n"


async def test_python_by_openapi_python_client(
    described: tuple[str, str, Path], tmp_path: Path
) -> None:
    url, token, document = described
    install()
    generate = (BIN / "openapi-python-client", "generate", "--path", document, "--meta", "none")
    _, warned = await _run(*generate, "--output-path", "made", folder=tmp_path, path=f"{BIN}:")
    # It knows neither JSON lines nor images, and so leaves out what has them alone.
    assert set(re.findall(r"WARNING parsing \w+ (\S+)", warned)) == _LEFT_OUT, warned
    (tmp_path / "send.py").write_text(_PYTHON)
    # The generator's own module `client` is not strict. What it makes of our types is.
    strict = (sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "send.py")
    await _run(*strict, "made/api", "made/models", folder=tmp_path)
    said, _ = await _run(sys.executable, "send.py", url, token, folder=tmp_path)
    assert said == "1 text\n"


async def test_every_type_and_field_is_described(nobody: httpx.AsyncClient) -> None:
    document = (await nobody.get("/schema/openapi.json")).json()
    schemas: dict[str, Any] = document["components"]["schemas"]
    fields = {
        f"{name}.{field}": what
        for name, schema in schemas.items()
        for field, what in schema.get("properties", {}).items()
    }
    silent = [name for name, what in {**schemas, **fields}.items() if not what.get("description")]
    assert silent == []


async def test_operations_have_short_names_of_their_own(nobody: httpx.AsyncClient) -> None:
    document = (await nobody.get("/schema/openapi.json")).json()
    names = [one["operationId"] for path in document["paths"].values() for one in path.values()]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= 24
