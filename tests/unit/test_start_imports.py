"""What a service on SQLite does not import before somebody needs it."""

import os
import subprocess
import sys

from tests.engines import ROOT

_LATER = ("aiohttp", "webauthn", "pywebpush", "boto3", "momento", "valkey")
_ASKS = f"""
import sys, tempfile
from datetime import UTC, datetime
from cruddur.bootstrap.issuers import open_issuers
from cruddur.config import load_settings
import cruddur.web.app
open_issuers(load_settings(dict()), lambda: datetime.now(UTC))
print([name for name in {_LATER} if name in sys.modules])
"""


def test_no_client_of_another_server_is_imported_at_the_start() -> None:
    environ = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", _ASKS]
    done = subprocess.run(command, check=True, env=environ, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
