"""The products of docs/embedding.md, from the built packages: two people talk on their pages.

`pytest -s tests/embedding` prints how long each took from `uvx --from . cruddur up` to the first
message, and how much code it is.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.browser.chromium import running_browser
from tests.embedding.examples import HOSTS, files_of, write
from tests.embedding.installed import (
    ENGINES,
    NODE_MODULES,
    PYTHON,
    install,
    tarball_of,
    wheel_of,
)
from tests.embedding.uvx import cpu_seconds, said, uvx_service
from tests.engines import ROOT
from tests.ports import free_port

LINES_MAX, CODE_MAX, CPU_MAX_SECONDS = 40, 10, 60
PATIENCE_SECONDS = 120
NAMES = {"maya": "Maya Lindqvist", "tom": "Tom Okafor"}
_NEXT = NODE_MODULES / "next/dist/bin/next"


class Chat(NamedTuple):
    """The service, the key of the shop, and what the hosts are given."""

    url: str
    key: str
    data: Path
    ports: dict[str, int]
    client: Path
    """The client for Python, as it is installed."""
    session: int
    began: "Spent"
    """What it took until it was up, with a key."""


class Spent(NamedTuple):
    """Seconds by the clock, and of the processors."""

    clock: float
    cpu: float


class Product(NamedTuple):
    """Where a host's product is, and the session of its processes."""

    url: str
    session: int


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    """One service for all hosts."""
    install()
    folder = tmp_path_factory.mktemp("chat")
    client = wheel_of(ROOT / "clients" / "python", folder / "client")
    ports = {host: free_port() for host in HOSTS}
    origins = ",".join(f"http://127.0.0.1:{port}" for port in ports.values())
    data, began, waited = folder / "data", time.monotonic(), os.times()
    with uvx_service(data, CRUDDUR_ALLOWED_ORIGINS=origins) as (url, session):
        key = said(data, "keys", "add", "shop")
        ended = os.times()
        of_key = sum(ended[2:4]) - sum(waited[2:4])  # what this process has waited for
        spent = Spent(time.monotonic() - began, cpu_seconds(session) + of_key)
        _tell(f"uvx: up, with a key, after {spent.clock:.1f} s, {spent.cpu:.1f} s of CPU")
        yield Chat(url, key, data, ports, client, session, spent)


@pytest.fixture
def folder(host: str, tmp_path: Path) -> Iterator[Path]:
    """Where a host's files lie. Node looks for packages in the folders above it."""
    if host not in {"Express", "Next"}:
        yield tmp_path
        return
    folder = ENGINES / "host-tools" / "hosts" / f"{host}-{os.getpid()}"
    (folder / "node_modules").mkdir(parents=True)
    if host == "Next":
        tarball_of(ROOT / "clients" / "browser", folder / "node_modules", tmp_path)
    yield folder
    shutil.rmtree(folder)


def command_of(host: str, port: int) -> Sequence[str | Path]:
    """The command that docs/embedding.md names."""
    commands: dict[str, Sequence[str | Path]] = {
        "Django": (PYTHON, "shop.py", "runserver", "--noreload", str(port)),
        "FastAPI": (PYTHON, "-m", "uvicorn", "main:app", "--port", str(port)),
        "Express": ("node", "server.mjs"),
        "Next": ("node", _NEXT, "dev", "-H", "127.0.0.1", "-p", str(port)),
        "Plain HTML": (PYTHON, "-m", "http.server", "-b", "127.0.0.1", str(port)),
    }
    return commands[host]


@contextmanager
def running(host: str, folder: Path, chat: Chat) -> Iterator[Product]:
    """The host's product."""
    port = chat.ports[host]
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": os.environ["HOME"],
        "PYTHONPATH": str(chat.client),
        "CHAT_URL": chat.url,
        "CHAT_KEY": chat.key,
        "PORT": str(port),
        "NEXT_TELEMETRY_DISABLED": "1",
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command_of(host, port),
            cwd=folder,
            env=environ,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            _until_open(port, process, folder / "log")
            yield Product(f"http://127.0.0.1:{port}", process.pid)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(PATIENCE_SECONDS)


def _until_open(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text("utf-8")
        with closing(socket.socket()) as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)  # another program's port: there is no event to wait for
    raise AssertionError(log.read_text("utf-8"))


@contextmanager
def signed_in(browser: Browser, url: str, name: str) -> Iterator[BrowserContext]:
    """The browser of somebody whom the product knows by its cookie."""
    context = browser.new_context()
    context.set_default_timeout(1000 * PATIENCE_SECONDS)
    context.add_cookies([{"name": "user", "value": name, "url": url}])
    try:
        yield context
    finally:
        context.close()


def opened(context: BrowserContext, url: str, path: str) -> Page:
    """A page of the product, once its person is known to the service."""
    page = context.new_page()
    with page.expect_response("**/api/message_groups*"):
        page.goto(f"{url}/{path}")
    return page


def say(page: Page, text: str) -> None:
    box = page.locator("cruddur-conversation").get_by_role("textbox")
    box.fill(text)
    box.press("Enter")


def see(page: Page, text: str) -> None:
    shown = page.locator("cruddur-conversation").get_by_text(text, exact=True)
    expect(shown).to_be_visible()


@pytest.mark.parametrize("host", HOSTS)
def test_two_people_talk(host: str, folder: Path, chat: Chat, browser: Browser) -> None:
    write(host, folder, chat.url)
    paths = _trial(chat) if host == "Plain HTML" else {"maya": "", "tom": ""}
    began, before = time.monotonic(), cpu_seconds(chat.session)
    with (
        running(host, folder, chat) as (url, session),
        signed_in(browser, url, "tom") as his,
        signed_in(browser, url, "maya") as hers,
    ):
        toms, mayas = opened(his, url, paths["tom"]), opened(hers, url, paths["maya"])
        mayas.get_by_role("button", name="Ask Tom").click()
        say(mayas, f"Hello from {host}")
        toms.locator("cruddur-inbox").get_by_text(f"Hello from {host}").click()
        see(toms, f"Hello from {host}")
        seconds = chat.began.clock + time.monotonic() - began
        cpu = chat.began.cpu - before + cpu_seconds(chat.session, session)
        say(toms, f"Hello to {host}")
        see(mayas, f"Hello to {host}")
    lines, code = _lengths(host)
    took = f"first message {seconds:.1f} s after `uvx`, {cpu:.1f} s of CPU"
    _tell(f"{host}: {code} lines of code among {lines}, {took}")
    assert cpu <= CPU_MAX_SECONDS


@pytest.mark.parametrize("host", HOSTS)
def test_a_product_is_short(host: str) -> None:
    lines, code = _lengths(host)
    assert lines <= LINES_MAX
    assert 0 < code <= CODE_MAX


def _lengths(host: str) -> tuple[int, int]:
    files = files_of(host).values()
    return sum(len(file.lines) for file in files), sum(len(file.code) for file in files)


def _trial(chat: Chat) -> dict[str, str]:
    """The paths of a page that has no back end: with tokens that an operator made."""
    headers = {"Authorization": f"Bearer {chat.key}"}
    for name in ("maya", "tom"):
        person = {"external_id": name, "display_name": NAMES[name]}
        httpx.post(f"{chat.url}/api/tokens", json=person, headers=headers).raise_for_status()
    return {
        name: f"trial.html#{said(chat.data, 'tokens', 'mint', f'ext:{name}')}" for name in NAMES
    }


def _tell(text: str) -> None:
    sys.stdout.write(f"\n{text}\n")
