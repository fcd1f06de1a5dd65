"""`cruddur audit`: what operators did by commands, filtered by time, act and person."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests import engines
from tests.cli.conftest import Run
from tests.cli.test_reports import reported

from cruddur.cli.main import main
from cruddur.domain.model import User

PASSWORD = "correct horse battery\n"


@pytest.fixture(params=["sqlite", "dynamodb"])
def command(request: pytest.FixtureRequest, tmp_path: Path) -> Run:
    if request.param == "dynamodb":
        loaded: Run = request.getfixturevalue("loaded")
        return lambda *words, **more: loaded(
            *words, CRUDDUR_TABLE="dynamodb", AWS_REGION=engines.REGION, **more
        )

    def run(*words: str, answers: str = "", **more: str) -> Result:
        environment = {"CRUDDUR_DATA": str(tmp_path / "data"), **more}
        return CliRunner().invoke(main, words, input=answers, env=environment)

    return run


def test_what_an_operator_does_is_printed(command: Run) -> None:
    on = {"CRUDDUR_AUDIT_DAYS": "7"}
    for handle in ("maya", "bayko"):
        assert command("users", "add", handle, answers=PASSWORD, **on).exit_code == 0
    command("users", "disable", "maya", **on)
    command("users", "enable", "maya")  # where the setting is off, nothing is stored
    printed = command("audit")
    lines = [json.loads(line) for line in printed.stdout.splitlines()]
    assert [line["act"] for line in lines] == ["account_added", "account_added", "disabled"]
    assert all(line["operator"] and line["user_uuid"] for line in lines)
    assert printed.stderr == "3 entries\n"
    assert "horse" not in printed.stdout
    of_maya = command("audit", "--user", "maya", "--act", "disabled")
    assert [json.loads(line) for line in of_maya.stdout.splitlines()] == lines[2:]
    assert command("audit", "--until", "2026-01-01", "--since", "2025-12-31").stdout == ""


def test_a_time_that_is_none_is_named(command: Run) -> None:
    command("users", "add", "maya", answers=PASSWORD)
    refused = command("audit", "--since", "yesterday")
    assert refused.exit_code == 1
    assert "--since cannot be 'yesterday': it takes a day or a time" in refused.stderr


def test_reading_what_people_wrote_is_noted(
    command: Run,
) -> None:
    on = {"CRUDDUR_AUDIT_DAYS": "7"}
    command("users", "add", "maya", answers=PASSWORD)
    assert command("export", "maya").exit_code == 0  # where the setting is off, nothing is stored
    assert command("export", "maya", **on).exit_code == 0
    (line,) = [json.loads(line) for line in command("audit").stdout.splitlines()]
    assert (line["act"], bool(line["operator"])) == ("messages_exported", True)
    assert "maya" not in json.dumps(line)


def test_reading_a_report_is_noted(
    cruddur: Run, tmp_path: Path, andrew: User, bayko: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = asyncio.run(reported(tmp_path / "data", andrew, bayko))
    monkeypatch.setenv("CRUDDUR_AUDIT_DAYS", "7")
    assert "Buy this" in cruddur("reports", "show", name).output
    (line,) = [json.loads(line) for line in cruddur("audit").stdout.splitlines()]
    wanted = {"act": "report_read", "user_uuid": bayko.user_uuid, "report": name}
    assert wanted.items() <= line.items()
    assert "Buy this" not in json.dumps(line)
