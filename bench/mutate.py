"""How many small faults the fast tests notice. See bench/README.md.

Libraries were tried: cosmic-ray removes no statement and changes annotations, and the faults that the
tests had missed were mostly a statement that was gone.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from bench.faults import Fault, count_faults, fault_in

ROOT = Path(__file__).parent.parent
_PATIENCE = 6  # times what the tests of a room take without a fault
_TESTS_NEARBY = 6
_NO_TESTS = 5  # pytest's exit code where the words after -k leave none
_WEB_GUARD = ("auth", "client_ip", "csrf", "guard", "path_params", "rate_limits", "sse_connections")


# The same rules on an engine without a network are the quicker ones.
_WITHOUT_A_NETWORK = "not dynoxide and not dynamodb-local and not momento"


class Room(NamedTuple):
    """Where faults are put, and the tests that should notice, the quickest first.

    `chosen` is what pytest's -k takes of them.
    """

    places: Sequence[str]
    tests: Sequence[str]
    chosen: str = _WITHOUT_A_NETWORK


ROOMS = {
    "messaging": Room(
        ["messaging", "entrypoints/projector.py"], ["unit", "cache", "web", "stream", "cli"]
    ),
    "identity": Room(["identity"], ["unit", "web", "cli"]),
    "sqlite": Room(["engines/sqlite"], ["contract", "unit", "cli"]),
    "dynamodb": Room(["engines/dynamodb"], ["dynamodb", "contract", "stream", "cli"], ""),
    "cache": Room(["engines/cache"], ["cache"], "not dynoxide and not dynamodb-local"),
    "guard": Room(
        ["web/sse/events.py", *(f"web/http/{name}.py" for name in _WEB_GUARD)], ["web", "unit"]
    ),
}


class Outcome(NamedTuple):
    room: str
    path: Path
    fault: Fault
    is_noticed: bool


class TestsFail(Exception):
    """The tests of a room fail without a fault, so that each fault would count as noticed."""


class Tried(NamedTuple):
    """A copy of the code with the tests of one room, and after how many seconds they count as hung."""

    tree: Path
    room: Room
    hangs_after: float | None = None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rooms", nargs="*", default=list(ROOMS), help=", ".join(ROOMS))
    parser.add_argument("--count", type=int, default=15, help="faults in each room")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    given = parser.parse_args()
    with ThreadPoolExecutor(2) as pool:
        outcomes = [
            outcome
            for found in pool.map(lambda room: _try_room(room, given), given.rooms)
            for outcome in found
        ]
    for room in given.rooms:
        _say(room, [outcome for outcome in outcomes if outcome.room == room])
    _say("all", outcomes)


def _try_room(name: str, given: argparse.Namespace) -> list[Outcome]:
    with tempfile.TemporaryDirectory(prefix="cruddur-mutate-") as folder:
        tried = _without_fault(Tried(_copied_to(Path(folder)), ROOMS[name]))
        places = list(_places(tried))
        chosen = random.Random(f"{given.seed} {name}").sample(places, min(given.count, len(places)))
        return [_try_fault(tried, name, path, number) for path, number in chosen]


def _without_fault(tried: Tried) -> Tried:
    started = time.monotonic()
    if _fails(tried, tried.room.tests):
        raise TestsFail(tried.room.tests)
    return tried._replace(hangs_after=_PATIENCE * (time.monotonic() - started))


def _copied_to(tree: Path) -> Path:
    files = subprocess.check_output(["git", "ls-files"], cwd=ROOT, text=True).splitlines()
    for name in files:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, tree / name)
    for name in (".venv", ".engines"):
        (tree / name).symlink_to(ROOT / name)
    return tree


def _places(tried: Tried) -> Iterator[tuple[Path, int]]:
    for place in tried.room.places:
        path = tried.tree / "src/cruddur" / place
        for module in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            for number in range(count_faults(module.read_text("utf-8"))):
                yield module, number


def _try_fault(tried: Tried, room: str, path: Path, number: int) -> Outcome:
    text = path.read_text("utf-8")
    fault = fault_in(text, number)
    path.write_text(fault.source, "utf-8")
    nearby = _nearby(tried, path)
    try:
        is_noticed = bool(nearby and _fails(tried, nearby)) or _fails(tried, tried.room.tests)
    finally:
        path.write_text(text, "utf-8")
    where = path.relative_to(tried.tree)
    _print(f"{'noticed' if is_noticed else 'MISSED':8} {where}:{fault.line} {fault.what}")
    return Outcome(room, where, fault, is_noticed)


def _nearby(tried: Tried, path: Path) -> Sequence[str]:
    """Test files that import the module. They notice most faults in a few seconds."""
    module = ".".join(path.relative_to(tried.tree / "src").with_suffix("").parts)
    files = [
        file
        for name in sorted({name for room in ROOMS.values() for name in room.tests})
        for file in sorted((tried.tree / "tests" / name).glob("test_*.py"))
        if f"from {module} import" in file.read_text("utf-8")
    ]
    return [str(Path(file.parent.name, file.name)) for file in files[:_TESTS_NEARBY]]


def _fails(tried: Tried, tests: Sequence[str]) -> bool:
    tree = tried.tree
    command = [str(tree / ".venv/bin/pytest"), "-x", "-q", "-p", "no:cacheprovider"]
    command += ["-k", tried.room.chosen, *(f"tests/{name}" for name in tests)]
    environment = {
        "PATH": f"{tree}/.venv/bin:/usr/bin:/bin",
        "PYTHONPATH": f"{tree}/src",
        "CI": "1",
    }
    with subprocess.Popen(
        command, cwd=tree, env=environment, start_new_session=True, stdout=subprocess.DEVNULL
    ) as run:
        try:
            return run.wait(tried.hangs_after) not in {0, _NO_TESTS}
        except subprocess.TimeoutExpired:
            return True  # a person would notice as well
        finally:
            with suppress(ProcessLookupError):  # and the engines that its tests had started
                os.killpg(run.pid, signal.SIGKILL)


def _say(room: str, outcomes: Sequence[Outcome]) -> None:
    noticed = sum(outcome.is_noticed for outcome in outcomes)
    if outcomes:
        _print(f"{room:10} {noticed} of {len(outcomes)} noticed, {noticed / len(outcomes):.0%}")


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
