"""What a line of the log says, and that writing it harms nothing."""

import errno
import io
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.captured_logs import captured_logs

from cruddur.logs import Log, log_json

LOG = Log()


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    lines = io.StringIO()
    log_json(lines)
    yield lines
    log_json()


def test_a_line_says_what_when_and_how_bad() -> None:
    with captured_logs() as logs:
        LOG.info("one", seq=5)
        LOG.warning("two")
        LOG.error("three")
    assert [(line["event"], line["level"]) for line in logs] == [
        ("one", "info"),
        ("two", "warning"),
        ("three", "error"),
    ]
    assert logs[0]["seq"] == 5
    at = datetime.fromisoformat(logs[0]["timestamp"])
    assert at.utcoffset() == timedelta(0)
    assert logs[0]["timestamp"].endswith("Z")


def raised() -> ValueError:
    try:
        int("given")
    except ValueError as error:
        return error
    raise AssertionError


def test_an_error_comes_with_the_place_where_it_was_raised() -> None:
    with captured_logs() as logs:
        LOG.error("given", raised=raised())
        try:
            int("handled")
        except ValueError:
            LOG.exception("failed")
        LOG.error("nothing was raised")
    given, handled, nothing = (line.get("exception") for line in logs)
    assert given is not None
    assert given.startswith("Traceback")
    assert given.endswith("ValueError: invalid literal for int() with base 10: 'given'")
    assert handled is not None
    assert handled.endswith("'handled'")
    assert nothing is None


@pytest.mark.parametrize("value", [Path("a"), b"\xff", {1}, object, "\ud800", "a\nb", float("nan")])
def test_any_field_is_one_line(stream: io.StringIO, value: Any) -> None:
    LOG.info("a field", value=value)
    (line,) = stream.getvalue().splitlines()
    assert "value" in json.loads(line)


class _Full(io.StringIO):
    """A file on a full disk."""

    def flush(self) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_fails_nothing_that_is_logged() -> None:
    log_json(_Full())
    LOG.warning("nobody reads this")
    log_json()


def test_threads_write_whole_lines(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w+") as file, ThreadPoolExecutor(8) as threads:
        log_json(file)
        list(threads.map(lambda number: LOG.info("x" * 5000, number=number), range(500)))
        log_json()
        file.seek(0)
        assert {json.loads(line)["number"] for line in file} == set(range(500))


def test_by_default_it_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    LOG.info("here")
    out, err = capsys.readouterr()
    assert out == ""
    assert json.loads(err)["event"] == "here"
