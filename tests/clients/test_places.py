"""The file in which a bot keeps its place."""

import sqlite3
from pathlib import Path

import pytest

from cruddur_client import CruddurError, StateInUse
from cruddur_client.places import Places


def test_places_stay(tmp_path: Path) -> None:
    places = Places.open(tmp_path / "state", "andrew")
    assert places.get("talk") is None
    places.put("talk", 7)
    places.put("talk", 8)
    places.close()
    again = Places.open(tmp_path / "state", "andrew")
    assert (again.get("talk"), again.get("other")) == (8, None)
    again.close()


def test_one_process_has_the_file(tmp_path: Path) -> None:
    first = Places.open(tmp_path / "state", "andrew")
    with pytest.raises(StateInUse):
        Places.open(tmp_path / "state", "andrew")
    first.close()
    Places.open(tmp_path / "state", "andrew").close()


def test_a_file_of_another_account_is_refused(tmp_path: Path) -> None:
    Places.open(tmp_path / "state", "andrew").close()
    with pytest.raises(CruddurError, match="another account"):
        Places.open(tmp_path / "state", "bayko")


def test_a_file_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "state") as newer:
        newer.execute("pragma user_version = 2")
    newer.close()
    with pytest.raises(CruddurError, match="newer"):
        Places.open(tmp_path / "state", "andrew")


def test_what_is_no_such_file_is_refused_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no database, but a text that is long enough to be looked at")
    with pytest.raises(CruddurError, match="state"):
        Places.open(tmp_path / "state", "andrew")
    with pytest.raises(CruddurError, match="missing"):
        Places.open(tmp_path / "missing" / "state", "andrew")
