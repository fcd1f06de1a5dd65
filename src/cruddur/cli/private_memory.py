"""Keeps the memory of a process, in which secrets are, off the disk and from other processes."""

import ctypes
import resource
from contextlib import suppress

_PR_SET_DUMPABLE = 4  # prctl(2)


def keep_memory_private() -> None:
    """From now on a crash leaves no core file, and no process of the same user reads this memory.

    Without it a crash would write passwords of open requests, and the service's secret, to a file. The
    limit holds for what this process starts as well; the rest is Linux alone, and ends with an exec.
    """
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The limit is not asked where the kernel hands a core to a program, as systemd-coredump is.
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
