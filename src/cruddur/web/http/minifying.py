"""Gives what the page's scripts name short names, by `minify` (github.com/tdewolff/minify).

It runs in a process of its own, for a tenth of a second. It is written in Go, whose runtime would keep
threads and signal handlers in the process that serves. Where it is not installed, or fails, the scripts
only lose their white space (`shortening.py`).
"""

import json
import re
import subprocess
import sys
from importlib.util import find_spec

from cruddur.web.http.shortening import shorten

_PROGRAM = """
import json, minify, sys
scripts = json.load(sys.stdin)
json.dump([minify.string("text/javascript", one) for one in scripts], sys.stdout)
"""
_PATIENCE_SECONDS = 20
# It joins declarations of one kind, and moves one that takes an object apart to their front:
# `const then = now; const { data } = await get();` would wait before it reads what is now.
_TAKES_APART = re.compile(r"(?<!export )\bconst(?=\s*[\[{])")


def minified(scripts: list[str]) -> list[str]:
    """Returns scripts that do the same in fewer bytes. What they export keeps its name."""
    if scripts and find_spec("minify"):
        # -P: a module of this name in the folder of the process is not taken for the package.
        command = [sys.executable, "-P", "-c", _PROGRAM]
        ran = _run(command, json.dumps([_TAKES_APART.sub("let", one) for one in scripts]))
        if ran is not None:
            return ran
    return [shorten(one) for one in scripts]


def _run(command: list[str], given: str) -> list[str] | None:
    try:
        ran = subprocess.run(  # noqa: S603 - the command is ours, and the scripts are its input
            command,
            input=given,
            capture_output=True,
            check=True,
            encoding="utf-8",
            timeout=_PATIENCE_SECONDS,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    answered: list[str] = json.loads(ran.stdout)
    return answered
