"""Folders of tests, in memory where there is room.

A service flushes each change to the disk. In memory that takes no time, and none of the kernel's.
`tests/crash` stays on a disk, and so does what builds and installs.
"""

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

_LEAST_BYTES = 1 << 30
"""A container's own has 64 MiB."""


def _memory() -> str | None:
    folder = Path("/dev/shm")
    if not folder.is_dir() or os.statvfs(folder).f_flag & os.ST_NOEXEC:
        return None
    return str(folder) if shutil.disk_usage(folder).free > _LEAST_BYTES else None


_MEMORY = _memory()


def temporary_folder() -> TemporaryDirectory[str]:
    """Returns an empty folder, which is gone after its `with`, unless something still writes into it."""
    return TemporaryDirectory(dir=_MEMORY, prefix="cruddur-", ignore_cleanup_errors=True)
