"""Commands as a person runs them, at an engine of the run's own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result
from tests import engines

from cruddur.cli.main import main

Run = Callable[..., Result]


@pytest.fixture
def url() -> str:
    return engines.shared("dynoxide").url


@pytest.fixture
def cruddur(tmp_path: Path, url: str) -> Run:
    """`cruddur WORDS…` with the environment set to a table of the test's own, not yet made."""
    environment = {
        "CRUDDUR_ENDPOINT_URL": url,
        "CRUDDUR_TABLE_NAME": f"cruddur-{uuid4()}",
        "CRUDDUR_DATA": str(tmp_path / "data"),
        "COLUMNS": "100",
    }

    def run(*words: str, answers: str = "", **more: str) -> Result:
        return CliRunner().invoke(main, words, input=answers, env={**environment, **more})

    return run


@pytest.fixture
def loaded(cruddur: Run) -> Iterator[Run]:
    """Runs a command, after `ddb schema-load` has made the table."""
    assert cruddur("ddb", "schema-load").exit_code == 0
    yield cruddur
    cruddur("ddb", "drop", "--yes")
