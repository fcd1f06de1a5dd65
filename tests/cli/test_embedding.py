"""The programs in docs/embedding.md do what it says, as they stand there, against a running service."""

import asyncio
import os
import re
import shutil
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.bus.services import service
from tests.engines import ROOT

from cruddur.cli.main import main

_PAGE = (ROOT / "docs" / "embedding.md").read_text("utf-8")
PROGRAMS = {
    language: re.findall(rf"^```{language}\n(.*?)^```", _PAGE, re.MULTILINE | re.DOTALL)
    for language in ("python", "sh")
}


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
