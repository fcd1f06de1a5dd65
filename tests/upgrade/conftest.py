"""Files as earlier versions made them.

`files_of_5c4cb47.tar.gz` was made by the code of commit 5c4cb47 with `made_with_5c4cb47.txt`: once as
the service left it when it ended, and once as a kill leaves it, with all that was written in its log.
"""

import tarfile
from pathlib import Path

import pytest

_FILES = Path(__file__).with_name("files_of_5c4cb47.tar.gz")


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    """A folder with the data folders `closed` and `killed`."""
    with tarfile.open(_FILES) as files:
        files.extractall(tmp_path, filter="data")
    return tmp_path


@pytest.fixture(params=["closed", "killed"])
def old(request: pytest.FixtureRequest, unpacked: Path) -> Path:
    """Each of the two data folders."""
    folder: Path = unpacked / request.param
    return folder
