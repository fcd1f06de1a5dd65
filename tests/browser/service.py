"""The service as people start it: a process of its own, on a free port, in a temporary folder."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CRUDDUR = Path(sys.executable).with_name("cruddur")
_PATIENCE_SECONDS = 30


@contextmanager
def running_service(folder: Path, *flags: str, **environ: str) -> Iterator[str]:
    """Its address. Many people sign up from one address here, so there are no rate limits."""
    command = [str(CRUDDUR), "up", "--port", "0", "--data", str(folder), "--rate-limits", "off"]
    command += flags
    environment = {**os.environ, **environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)
    assert process.stdout is not None
    with process.stdout as output:
        try:
            yield address_in(output)
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(_PATIENCE_SECONDS) == 0


def address_in(output: Iterator[str]) -> str:
    """The address that a service says when it is up."""
    for line in output:
        if found := re.search(r"http://\S+", line):
            return found[0]
    raise AssertionError("The service ended before it said its address.")
