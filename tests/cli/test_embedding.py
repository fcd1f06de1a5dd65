"""The programs in docs/embedding.md do what it says, as they stand there, against a running service."""

import asyncio
import os
import re
import shutil
import sys
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.bus.services import service
from tests.engines import ROOT
from tests.ports import free_port

from cruddur.cli.main import main

_RECEIVER_MAX_LINES = 15
_PAGE = (ROOT / "docs" / "embedding.md").read_text("utf-8")
PROGRAMS = {
    language: re.findall(rf"^```{language}\n(.*?)^```", _PAGE, re.MULTILINE | re.DOTALL)
    for language in ("python", "sh")
}
RECEIVER = re.findall(r"^```py\n(.*?)^```", _PAGE, re.MULTILINE | re.DOTALL)[0]


@pytest.mark.parametrize("language", PROGRAMS)
async def test_a_program_of_the_page_sends_a_message(language: str, tmp_path: Path) -> None:
    program = sys.executable if language == "python" else shutil.which("sh")
    if program is None or (language == "sh" and shutil.which("curl") is None):
        pytest.skip("there is no curl here")
    (text,) = PROGRAMS[language]
    added = await asyncio.to_thread(
        CliRunner().invoke, main, ["keys", "add", "shop"], env={"CRUDDUR_DATA": str(tmp_path)}
    )
    async with service(tmp_path, {}) as (_, url):
        process = await asyncio.create_subprocess_exec(
            *(program, "-c", text),
            env={**os.environ, "CHAT_URL": url, "CHAT_KEY": added.stdout.strip()},
            stdout=PIPE,
            stderr=PIPE,
        )
        said, failed = await process.communicate()
    assert process.returncode == 0, failed
    assert b"Hello, Tom" in said


def command(folder: Path, *words: str) -> str:
    allowed = {"CRUDDUR_DATA": str(folder), "CRUDDUR_OUTBOUND_ALLOW": "127.0.0.1"}
    return CliRunner().invoke(main, words, env=allowed).stdout.strip()


async def test_the_receiver_of_the_page_gets_what_its_sender_sends(tmp_path: Path) -> None:
    assert len([line for line in RECEIVER.splitlines() if line]) <= _RECEIVER_MAX_LINES
    port, key = free_port(), await asyncio.to_thread(command, tmp_path, "keys", "add", "shop")
    address = f"http://127.0.0.1:{port}/hook"
    secret = await asyncio.to_thread(command, tmp_path, "webhooks", "add", "shop", address)
    hook = {**os.environ, "HOOK_SECRET": secret, "HOOK_PORT": str(port)}
    receiver = await asyncio.create_subprocess_exec(
        sys.executable, "-c", RECEIVER, env=hook, stdout=PIPE, stderr=DEVNULL
    )
    try:
        async with service(tmp_path, {"CRUDDUR_OUTBOUND_ALLOW": "127.0.0.1"}) as (_, url):
            sends = {**os.environ, "CHAT_URL": url, "CHAT_KEY": key}
            sender = await asyncio.create_subprocess_exec(
                sys.executable, "-c", PROGRAMS["python"][0], env=sends, stdout=DEVNULL
            )
            assert await sender.wait() == 0
            assert receiver.stdout is not None
            async with asyncio.timeout(60):
                got = await receiver.stdout.readline()
    finally:
        receiver.kill()
        await receiver.wait()
    assert got.startswith(b"msg_")
    assert b"Hello, Tom" in got
