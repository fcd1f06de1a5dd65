"""A bus that loses and doubles on purpose: the page shows every message once, and in order."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.accounts import Accounts
from tests.browser.people import People
from tests.browser.screen import Windows
from tests.browser.unreliable_service import LAST
from tests.engines import ROOT

SERVICE_WORKERS = "allow"  # as in people's browsers

EACH = 12
FEW = 5


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.browser.unreliable_service", str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)
    assert process.stdout is not None
    with process.stdout as output:
        yield output.readline().strip()
        process.terminate()
        lost, doubled = map(int, output.read().split())
    assert process.wait() == 0
    assert min(lost, doubled) > FEW


@pytest.fixture
def accounts(address: str, tmp_path: Path) -> Iterator[Accounts]:
    with Accounts.beside(tmp_path) as accounts:
        yield accounts


def test_two_pages_show_every_message_once_and_in_order(people: People, window: Windows) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group = maya.writes(tomas, "Hello")
    one, other = window(maya, f"/c/{group}"), window(tomas, f"/c/{group}")
    for number in range(EACH):
        one.say(f"Maya {number}")
        other.say(f"Tomás {number}")
    one.expect_sent(f"Maya {EACH - 1}")
    other.expect_sent(f"Tomás {EACH - 1}")
    maya.writes_in(group, *(f"Maya, elsewhere {number}" for number in range(EACH)), LAST)
    stored = maya.stored(group)
    assert [seq for seq, _ in stored] == list(range(1, 3 * EACH + 3))
    for screen in (one, other):
        expect(screen.bubble(LAST)).to_be_visible()
        screen.expect_all_sent(len(stored))
        assert screen.shown() == stored
