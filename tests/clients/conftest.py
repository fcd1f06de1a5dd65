"""A service that runs, for programs that know it by HTTP alone."""

import itertools
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import httpx
import pytest
from tests.engines import ROOT
from tests.web.callers import Person, enter

from cruddur.bootstrap import open_application
from cruddur.config import Settings

Entering = Callable[[str], AbstractAsyncContextManager[Person]]

_UP = re.compile(r"is up: (http\S+)")
_numbers = itertools.count()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the service, beside which tests write as commands do."""
    return tmp_path_factory.mktemp("service")


@pytest.fixture(scope="module")
def url(data: Path) -> Iterator[str]:
    """The address of one `cruddur up` for all tests of a module: each has people of its own."""
    command = [sys.executable, "-c", "from cruddur.cli.main import main; main()"]
    environment = {"PYTHONPATH": str(ROOT / "src"), "CRUDDUR_RATE_LIMITS": "off"}
    with subprocess.Popen(
        [*command, "up", "--port", "0", "--data", data],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        found = _UP.search(process.stdout.readline())
        try:
            assert found is not None
            yield found[1]
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate()


@pytest.fixture
def entered(url: str, data: Path) -> Entering:
    """Makes a new account and signs it in. Its handle begins with this word, and nobody else has it.

    It is made without a password, for which the service would spend half a second of CPU.
    """

    @asynccontextmanager
    async def entering(word: str) -> AsyncIterator[Person]:
        async with httpx.AsyncClient(base_url=url, timeout=20) as client:
            async with open_application(Settings(data=data)) as beside:
                person = await enter(beside, client, f"{word}{next(_numbers)}")
            yield person

    return entering
