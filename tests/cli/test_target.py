"""What is asked over TLS is never taken for a laptop, whatever its address."""

import subprocess
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from tests.cli.conftest import Run

from cruddur.bootstrap import is_local, open_application
from cruddur.config import Settings
from cruddur.entrypoints.projector import projecting

AWS = "https://dynamodb.us-east-1.amazonaws.com"


def dynamodb(url: str | None) -> Settings:
    return Settings(table="dynamodb", endpoint_url=url)


def test_only_a_file_and_plain_http_are_local() -> None:
    assert is_local(Settings())
    assert is_local(dynamodb("http://127.0.0.1:8000"))
    assert not is_local(dynamodb(None))
    assert not is_local(dynamodb(AWS))
    assert not is_local(dynamodb("https://vpce-1.dynamodb.us-east-1.vpce.amazonaws.com"))


@pytest.mark.parametrize(
    "words",
    [
        ("ddb", "seed"),
        ("copy", "sqlite:old", f"dynamodb:new@{AWS}"),
        ("adopt", "sqlite:old", f"dynamodb:new@{AWS}"),
    ],
    ids=lambda words: words[-2],
)
def test_what_writes_to_aws_asks_first(cruddur: Run, words: Sequence[str]) -> None:
    asked = cruddur(*words, answers="n\n", CRUDDUR_ENDPOINT_URL=AWS)
    assert asked.exit_code == 1
    assert f"at {AWS}? [y/N]" in asked.stderr


@pytest.mark.parametrize(
    "url", ["127.0.0.1:8000", "localhost:8000", "http://", "http://127.0.0.1:99999", "ftp://host"]
)
def test_an_endpoint_that_cannot_be_is_one_line(cruddur: Run, url: str) -> None:
    for words in (
        ("ddb", "list-tables", "--endpoint-url", url),
        ("copy", "sqlite:old", f"dynamodb:new@{url}"),
    ):
        result = cruddur(*words)
        assert result.exit_code == 1
        assert f"cannot be {url!r}: it takes a URL like http://127.0.0.1:8000\n" in result.stderr
        assert len(result.stderr.splitlines()) == 1


def test_where_credentials_were_looked_for_is_not_told_by_tracebacks() -> None:
    opened = "import cruddur.bootstrap.dynamodb, logging"  # as each command on DynamoDB does
    code = f"{opened}; logging.getLogger('aiodynamo').error('A traceback')"
    result = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    assert result.stderr == b""


async def test_a_service_on_aws_leaves_the_stream_to_its_lambda(tmp_path: Path) -> None:
    async with open_application(Settings(data=tmp_path)) as application:
        on_aws = replace(application, settings=dynamodb(AWS))
        local = replace(application, settings=dynamodb("http://127.0.0.1:8000"))
        assert isinstance(projecting(on_aws), nullcontext)
        assert not isinstance(projecting(local), nullcontext)
