"""Services on one SQLite file: one alone, or several that can hear each other."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.bus.services import service
from tests.captured_logs import captured_logs

from cruddur.bootstrap.backups import serving
from cruddur.config import Settings, WrongSetting

_HOLD = """
import sys
from pathlib import Path
from cruddur.bootstrap.backups import serving
from cruddur.config import Settings
with serving(Settings(data=Path(sys.argv[1]))):
    print("held", flush=True)
    sys.stdin.read()
"""


async def test_a_second_service_is_refused_and_small_commands_are_not(tmp_path: Path) -> None:
    async with service(tmp_path, {}):
        for words in (["up", "--port", "0"], ["up", "--port", "0", "--cache", "memory"]):
            said = _run(tmp_path, *words)
            assert said.returncode == 1
            assert said.stderr.startswith(
                f"cruddur: a service runs on the file in {tmp_path}: stop"
            )
        assert (
            _run(tmp_path, "users", "add", "andrew", "--password", "it is long enough").returncode
            == 0
        )
        assert _run(tmp_path, "verify").returncode == 0


def test_a_killed_service_leaves_nothing_that_blocks_the_next(tmp_path: Path) -> None:
    holding = subprocess.Popen(
        [sys.executable, "-c", _HOLD, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with holding:
        assert holding.stdout is not None
        assert holding.stdout.readline() == b"held\n"
        with pytest.raises(WrongSetting, match="a service runs"), serving(Settings(data=tmp_path)):
            pass
        holding.kill()
    with serving(Settings(data=tmp_path)):
        pass


@pytest.mark.parametrize(
    ("first", "second", "may"),
    [
        ({"bus": "valkey"}, {"bus": "valkey"}, True),
        ({"bus": "valkey", "cache": "valkey"}, {"bus": "momento"}, True),
        ({"bus": "valkey"}, {"bus": "memory"}, False),
        ({"bus": "memory"}, {"bus": "valkey"}, False),
        ({"bus": "valkey"}, {"bus": "valkey", "cache": "memory"}, False),
        ({"bus": "valkey", "cache": "memory"}, {"bus": "valkey"}, False),
        ({"table": "dynamodb"}, {"table": "dynamodb"}, True),
    ],
)
def test_several_need_a_bus_and_a_cache_between_them(
    tmp_path: Path, first: dict[str, str], second: dict[str, str], may: bool
) -> None:
    one, other = (Settings(data=tmp_path, **words) for words in (first, second))  # type: ignore[arg-type]
    with serving(one), captured_logs() as logs:
        if not may:
            with pytest.raises(WrongSetting, match="each need CRUDDUR_BUS"), serving(other):
                pass
            return
        with serving(other):
            assert [line["event"] for line in logs] == (
                [] if one.table == "dynamodb" else [_TAKE_TURNS]
            )


_TAKE_TURNS = "another service runs on this file: their writes take turns"


def _run(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    code = "from cruddur.cli.main import main; main()"
    command = [sys.executable, "-c", code, *words, "--data", str(data)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
