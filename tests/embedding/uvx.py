"""The service as docs/embedding.md starts it, by `uvx --from . cruddur`, and what that costs."""

import functools
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from tests.browser.service import address_in
from tests.embedding.installed import ENGINES
from tests.engines import ROOT

_UVX = ENGINES / "host-venv/bin/uvx"
_COMMAND = (str(_UVX), "--from", str(ROOT), "cruddur")
_PATIENCE_SECONDS = 120


class Service(NamedTuple):
    """Where it listens, and the session of its processes."""

    url: str
    session: int


@contextmanager
def uvx_service(data: Path, **environ: str) -> Iterator[Service]:
    """The service in a session of its own, until it gets what Ctrl-C sends to a terminal's processes."""
    flags = ("up", "--port", "0", "--data", str(data), "--rate-limits", "off")
    process = subprocess.Popen(
        [*_COMMAND, *flags],
        stdout=subprocess.PIPE,
        env={**_environ(), **environ, "PYTHONUNBUFFERED": "1"},
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    with process.stdout as output:
        try:
            yield Service(address_in(output), process.pid)
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(_PATIENCE_SECONDS)


def said(data: Path, *words: str) -> str:
    """What another command says."""
    environ = {**_environ(), "CRUDDUR_DATA": str(data)}
    command = [*_COMMAND, *words]
    done = subprocess.run(command, check=True, env=environ, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


def cpu_seconds(*sessions: int) -> float:
    """What the processes of these sessions have used, with those that they have waited for."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            # proc(5): after the name come state, parent, group, session … and the four times.
            fields = stat.read_text().rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15])) if int(fields[3]) in sessions else 0
    return ticks / os.sysconf("SC_CLK_TCK")


@functools.cache
def _environ() -> Mapping[str, str]:
    """Uv uses this interpreter and pip's package index, and keeps what it fetches beside the engines."""
    asked = (sys.executable, "-m", "pip", "config", "get", "global.index-url")
    index = subprocess.run(asked, check=False, capture_output=True, text=True).stdout.strip()
    ours = {
        "UV_CACHE_DIR": str(ENGINES / "uv-cache"),
        "UV_PYTHON": sys.executable,
        "UV_PYTHON_DOWNLOADS": "never",
        **({"UV_DEFAULT_INDEX": index} if index else {}),
    }
    return {**ours, **os.environ}
