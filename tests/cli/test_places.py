"""What is asked over TLS is never taken for a laptop, whatever its address."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from tests.cli.conftest import Run

from cruddur.bootstrap import is_local, open_application, projecting
from cruddur.config import Settings

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


async def test_a_service_on_aws_leaves_the_stream_to_its_lambda(tmp_path: Path) -> None:
    async with open_application(Settings(data=tmp_path)) as application:
        on_aws = replace(application, settings=dynamodb(AWS))
        local = replace(application, settings=dynamodb("http://127.0.0.1:8000"))
        assert isinstance(projecting(on_aws), nullcontext)
        assert not isinstance(projecting(local), nullcontext)
