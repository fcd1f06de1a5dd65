"""What `cruddur up` on SQLite does not import before somebody needs it."""

import os
import subprocess
import sys
from pathlib import Path

from tests.engines import ROOT

_LATER = (
    "aiohttp",
    "boto3",
    "cruddur.tools.samples.demo",
    "cryptography",
    "jwt",
    "momento",
    "rich",
    "smtplib",
    "valkey",
    "webauthn",
)
_ASKS = f"""
import asyncio, sys
import cruddur.cli.up
from cruddur.bootstrap import open_application
from cruddur.cli.web_app import web_app
from cruddur.config import load_settings
from cruddur.entrypoints.projector import projecting
from cruddur.entrypoints.run_consumers import consuming

async def start():
    settings = load_settings(dict(data=sys.argv[1]))
    async with open_application(settings) as application:
        app = web_app(application, settings)
        projected = app.state["context"].metrics.projected
        async with projecting(application, projected), consuming(application):
            print([name for name in {_LATER} if name in sys.modules])

asyncio.run(start())
"""


def test_what_few_requests_need_is_not_imported_at_the_start(tmp_path: Path) -> None:
    environ = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", _ASKS, str(tmp_path)]
    done = subprocess.run(command, check=True, env=environ, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
