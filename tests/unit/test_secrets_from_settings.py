"""Secrets that come by the environment: taken as they are, and shown to nobody."""

from contextlib import nullcontext
from pathlib import Path

import pytest
from click.testing import CliRunner

from cruddur.bootstrap import open_application
from cruddur.cli.main import main
from cruddur.config import SECRETS, Settings, WrongSetting, load_settings, variable
from cruddur.entrypoints.projector import projecting
from cruddur.identity.secret import SECRET_BYTES, given_secret

KEY = "k" * 40


async def test_a_key_in_the_settings_needs_no_file(tmp_path: Path) -> None:
    async with open_application(Settings(data=tmp_path, secret=KEY)) as application:
        assert application.identity.secret == KEY.encode()
    assert not (tmp_path / "secret").exists()


def test_a_key_of_just_so_many_bytes_is_long_enough() -> None:
    assert given_secret("k" * SECRET_BYTES) == b"k" * SECRET_BYTES
    with pytest.raises(WrongSetting):
        given_secret("k" * (SECRET_BYTES - 1))


async def test_a_short_key_stops_the_start_and_stays_out_of_the_message(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match=r"CRUDDUR_SECRET has 5 bytes") as refusal:
        async with open_application(Settings(data=tmp_path, secret="short")):
            pass
    assert "short" not in str(refusal.value)


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_a_secret_is_no_flag_and_is_never_listed(name: str) -> None:
    runner = CliRunner(env={variable(name): KEY, "COLUMNS": "200"})
    listed = runner.invoke(main, ["settings"]).output
    assert variable(name) in listed
    assert KEY not in listed
    assert runner.invoke(main, ["up", f"--{name}", KEY]).exit_code == 2


@pytest.mark.parametrize(("projector", "here"), [("auto", True), ("on", True), ("off", False)])
async def test_who_projects_can_be_said(tmp_path: Path, projector: str, here: bool) -> None:
    settings = load_settings({"data": str(tmp_path), "projector": projector}, {})
    async with open_application(settings) as application:
        assert isinstance(projecting(application), nullcontext) is not here
