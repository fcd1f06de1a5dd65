"""The memory that forgets, and the secret file."""

import stat
from pathlib import Path

import pytest

from cruddur.config import WrongSetting
from cruddur.identity.secret import load_secret
from cruddur.ports.remembered import Remembered


def test_the_oldest_is_forgotten_first() -> None:
    memory: Remembered[str, int] = Remembered(seconds=60, most=2)
    for number, name in enumerate("abac"):
        memory.remember(name, number)
    assert (memory.get("a"), memory.get("b"), memory.get("c")) == (2, None, 3)


def test_what_is_old_is_forgotten() -> None:
    memory: Remembered[str, int] = Remembered(seconds=-1, most=2)
    memory.remember("a", 1)
    assert memory.get("a") is None
    assert len(memory) == 0


def test_a_secret_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    secret = load_secret(path)
    assert len(secret) == 32
    assert load_secret(path) == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_short_secret_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"hello")
    with pytest.raises(WrongSetting, match="holds 5 bytes"):
        load_secret(path)


def test_a_secret_in_no_folder_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match="cannot be used"):
        load_secret(tmp_path / "nowhere" / "secret")
