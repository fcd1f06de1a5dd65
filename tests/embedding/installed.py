"""What hosts run with: the frameworks, and our packages as somebody gets them who has no clone."""

import functools
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from tests.engines import ROOT

ENGINES = ROOT / ".engines"
PYTHON = ENGINES / "host-venv/bin/python"
NODE_MODULES = ENGINES / "host-tools/node_modules"


@functools.cache
def install() -> None:
    """Skips the test that asks, with the reason, if the frameworks cannot be had; in CI it fails."""
    command = ROOT / "bin/install-host-tools"
    done = subprocess.run([command], check=False, capture_output=True, text=True)
    if done.returncode:
        _miss(done.stderr.strip().splitlines()[-1])


def _miss(reason: str) -> None:
    pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)


def wheel_of(source: Path, into: Path) -> Path:
    """Builds the wheel of a folder and unpacks it, as pip installs it. Returns where it lies."""
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
    subprocess.run([*pip, "install", "--no-deps", "--target", into, source], check=True)
    return into


def tarball_of(source: Path, into: Path, scratch: Path) -> None:
    """Packs a folder as npm publishes it, and unpacks that as npm installs it."""
    if not (ROOT / "node_modules/.bin/esbuild").exists():
        _miss("esbuild is missing, which builds the package: bin/install-page-tools")
    pack = ("npm", "pack", "--silent", "--pack-destination", str(scratch), str(source))
    named = subprocess.run(pack, check=True, capture_output=True, text=True).stdout.split()[-1]
    with tarfile.open(scratch / named) as tarball:
        tarball.extractall(into, filter="data")
    (into / "package").rename(into / "cruddur-client")
