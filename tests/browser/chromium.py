"""Debian's Chromium, for tests in a browser."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

BROWSERS = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))
"""The first that is there is taken. One engine is in both; without windows it takes half of the CPU."""

LAN = "lan.test"
"""Another name of this machine, which no browser takes for a secure one."""

PATIENCE_MS = 30_000
"""For a machine with other things to do; nothing takes this long."""

_FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    f"--host-resolver-rules=MAP {LAN} 127.0.0.1",
]


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Starts a browser. Until it ends, Playwright's event loop runs here, and no other one can."""
    chromium = next((path for path in BROWSERS if path.exists()), None)
    if chromium is None:
        reason = f"{BROWSERS[0]} is missing: apt-get install {BROWSERS[0].name}"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        yield browser
        browser.close()
