"""A clone may lie in a folder with spaces in its name."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.engines import ROOT

_FOLDER = "a folder with spaces & 'quotes'"

# In the place of our own package and its build system, which would have to be fetched.
_PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""
_BACKEND = """
import zipfile

INFO = "cruddur-1.dist-info"
FILES = {
    "stand_in.py": "import sys\\ndef main(): print(*sys.argv[1:], sep='|')",
    f"{INFO}/METADATA": "Metadata-Version: 2.1\\nName: cruddur\\nVersion: 1\\n",
    f"{INFO}/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    f"{INFO}/entry_points.txt": "[console_scripts]\\ncruddur = stand_in:main\\n",
    f"{INFO}/RECORD": "",
}


def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "cruddur-1-py3-none-any.whl"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as wheel:
        for path, text in FILES.items():
            wheel.writestr(path, text)
    return name
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    clone = tmp_path / _FOLDER
    shutil.copytree(ROOT / "bin", clone / "bin")
    (clone / "pyproject.toml").write_text(_PROJECT)
    (clone / "backend.py").write_text(_BACKEND)
    (clone / "requirements.lock").write_text("# nothing\n")
    return clone


@pytest.mark.parametrize("installer", ["pip", "uv"])
def test_a_clone_in_a_folder_with_spaces_installs_and_starts(
    clone: Path, tmp_path: Path, installer: str
) -> None:
    for _ in range(2):  # installs, and finds all installed
        started = subprocess.run(
            [clone / "bin" / "up", "--name", "two words"],
            cwd=tmp_path,
            env={**os.environ, "PATH": _path(tmp_path, with_uv=installer == "uv")},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert (started.returncode, started.stdout) == (0, "up|--name|two words\n"), started.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted({"programs", _FOLDER})


def _uv(folder: Path) -> Path:
    """This machine's, or one that is installed for the test."""
    if found := shutil.which("uv"):
        return Path(found)
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    command = [str(folder / "bin/pip"), "install", "--quiet", "uv"]
    if subprocess.run(command, check=False).returncode:
        message = "uv is not installed, and cannot be"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    return folder / "bin/uv"


def _path(folder: Path, *, with_uv: bool) -> str:
    """The programs of this machine, with uv or without."""
    programs = folder / "programs"
    programs.mkdir(exist_ok=True)
    for place in os.environ["PATH"].split(os.pathsep):
        for program in Path(place).iterdir() if Path(place).is_dir() else ():
            link = programs / program.name
            if not link.is_symlink() and program.name != "uv":
                link.symlink_to(program)
    if with_uv and not (programs / "uv").exists():
        (programs / "uv").symlink_to(_uv(programs / "environment-of-uv"))
    return str(programs)
