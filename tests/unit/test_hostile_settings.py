"""Whatever a setting holds: the service starts, or says in one clear line why it does not."""

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from cruddur.bootstrap import open_application, open_to_others, require_our_layout, require_table
from cruddur.config import Settings, WrongSetting, load_settings
from cruddur.domain.errors import TableError
from cruddur.setting_meanings import MEANINGS
from cruddur.tools.migration.address import settings_of
from cruddur.web.http.connections import bounds_of
from cruddur.web.http.serve import listen, url_of

HOSTILE = {
    "odd bytes": os.fsdecode(b"\xff\xfe"),
    "NUL": "a\0b",
    "empty": "",
    "blank": " ",
    "a line break": "a\nb",
    "very long": "x" * 100_000,
    "long": "y" * 4_000,
    "a negative number": "-1",
    "a number without end": "9" * 400,
    "no whole number": "1.5",
    "nobody's home": "~nobody-of-this-name/x",
    "other letters": "é☃%s{}",
}
NOWHERE = "http://127.0.0.1:1"
MOMENTO = {"cache": "momento", "momento_api_key": "k", "momento_endpoint": "127.0.0.1:1"}
BESIDE: Mapping[str, dict[str, str]] = {
    "table_name": {"table": "dynamodb", "endpoint_url": NOWHERE},
    "endpoint_url": {"table": "dynamodb"},
    "region": {"table": "dynamodb", "endpoint_url": NOWHERE},
    "valkey_url": {"cache": "valkey", "bus": "valkey"},
    "momento_auth_token": {"cache": "momento"},
    **dict.fromkeys(
        (name for name in MEANINGS if name.startswith("momento_") and "auth" not in name), MOMENTO
    ),
}
"""What makes a setting count."""

AWS = (
    "AWS_DEFAULT_REGION",
    "AWS_PROFILE",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_DYNAMODB",
)
LINE_MAX_CHARS = 400


def check_is_one_line(line: str) -> None:
    assert line.replace("\udcff\udcfe", "").isprintable(), line
    assert len(line) <= LINE_MAX_CHARS


async def start(settings: Settings) -> None:
    """What `cruddur up` does until it listens."""
    list(open_to_others(settings))
    await require_our_layout(settings)
    async with open_application(settings) as application:
        await require_table(application.messaging.table, settings)
        bounds_of(settings)
        with listen(settings) as listening:
            url_of(settings, listening).encode("ascii")


@pytest.mark.parametrize("name", MEANINGS)
def test_each_setting_is_taken_or_refused_with_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for what, value in HOSTILE.items():
        given = {"data": str(tmp_path / what), "port": "0", **BESIDE.get(name, {}), name: value}
        try:
            asyncio.run(start(load_settings(given, {"HOME": str(tmp_path)})))
        except (WrongSetting, TableError) as error:
            check_is_one_line(str(error))


@pytest.mark.parametrize("name", AWS)
def test_awss_own_are_taken_or_refused_with_one_line(tmp_path: Path, name: str) -> None:
    for what, value in HOSTILE.items():
        if what == "NUL":  # which no environment can hold
            continue
        environ = {"HOME": str(tmp_path), "CRUDDUR_TABLE": "dynamodb", name: value}
        try:
            profile = load_settings({"data": str(tmp_path)}, environ).aws_profile
        except WrongSetting as error:
            check_is_one_line(str(error))
        else:
            check_is_one_line((profile and profile.problem) or "")


@pytest.mark.parametrize("engine", ["", "sqlite:", "dynamodb:", "dynamodb:messages@"])
def test_a_place_of_a_table_is_taken_or_refused_with_one_line(engine: str) -> None:
    for value in HOSTILE.values():
        try:
            settings_of(engine + value)
        except WrongSetting as error:
            check_is_one_line(str(error))


async def test_odd_bytes_on_the_command_line_are_one_line(tmp_path: Path) -> None:
    command = Path(sys.executable).with_name("cruddur")
    process = await asyncio.create_subprocess_exec(
        command, "up", "--data", tmp_path, "--host", b"\xff", stderr=asyncio.subprocess.PIPE
    )
    _, told = await process.communicate()
    assert told == b"cruddur: CRUDDUR_HOST is not in UTF-8: see the character at place 1\n"
    assert process.returncode == 1
