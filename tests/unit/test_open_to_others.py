"""A folder or a secret that other users of the machine can read is named, with what to run."""

import subprocess
from pathlib import Path

import pytest

from cruddur.bootstrap import open_application, open_to_others
from cruddur.config import Settings


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    settings = Settings(data=tmp_path / "our data")
    async with open_application(settings):
        return settings


def test_what_the_service_makes_is_closed(settings: Settings) -> None:
    assert list(open_to_others(settings)) == []


@pytest.mark.parametrize("mode", [0o755, 0o750, 0o701])
def test_an_open_folder_is_closed_by_the_command_that_is_shown(
    settings: Settings, mode: int
) -> None:
    settings.data.chmod(mode)
    ((path, command),) = open_to_others(settings)
    assert path == str(settings.data)
    subprocess.run(["sh", "-c", command], check=True)
    assert list(open_to_others(settings)) == []
    assert (settings.data / "cruddur.db").stat().st_mode & 0o077 == 0


def test_a_secret_elsewhere_is_looked_at_by_itself(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "the key"
    file.write_bytes(bytes(32))
    file.chmod(0o644)
    elsewhere = Settings(data=settings.data, secret_file=file)
    ((path, command),) = open_to_others(elsewhere)
    subprocess.run(["sh", "-c", command], check=True)
    assert path == str(file)
    assert list(open_to_others(elsewhere)) == []


def test_a_folder_with_nothing_of_ours_in_it_is_no_matter(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert list(open_to_others(Settings(data=tmp_path))) == []
    assert list(open_to_others(Settings(data=tmp_path / "not yet"))) == []
