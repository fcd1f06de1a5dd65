"""The products of docs/embedding.md, from the built packages: two people talk on their pages.

`pytest -s tests/embedding` prints how long each took to the first message, and how much code it is.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.browser.chromium import running_browser
from tests.browser.service import CRUDDUR, running_service
from tests.embedding.examples import HOSTS, files_of, write
from tests.embedding.installed import (
    ENGINES,
    NODE_MODULES,
    PYTHON,
    install,
    tarball_of,
    wheel_of,
)
from tests.engines import ROOT
from tests.ports import free_port

LINES_MAX, CODE_MAX = 40, 10
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

    def command(self, *words: str) -> str:
        """What the command line says, from the wheel."""
        return _said(self.data, *words)


def _said(data: Path, *words: str) -> str:
    environ = {**os.environ, "CRUDDUR_DATA": str(data), "PYTHONPATH": str(data.parent / "server")}
    command = [str(CRUDDUR), *words]
    done = subprocess.run(command, check=True, env=environ, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    """One service for all hosts, from its wheel."""
    install()
    folder, began = tmp_path_factory.mktemp("chat"), time.monotonic()
    with ThreadPoolExecutor() as pool:
        building = pool.submit(wheel_of, ROOT / "clients" / "python", folder / "client")
        server = wheel_of(ROOT, folder / "server")
        client = building.result()
    ports = {host: free_port() for host in HOSTS}
    origins = ",".join(f"http://127.0.0.1:{port}" for port in ports.values())
    data = folder / "data"
    environ = {"CRUDDUR_ALLOWED_ORIGINS": origins, "PYTHONPATH": str(server)}
    with running_service(data, **environ) as url:
        key = _said(data, "keys", "add", "shop")
        _tell(f"the packages built and the service up after {time.monotonic() - began:.1f} s")
        yield Chat(url, key, data, ports, client)


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
def running(host: str, folder: Path, chat: Chat) -> Iterator[str]:
    """The address of the host's product."""
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
            yield f"http://127.0.0.1:{port}"
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
    began = time.monotonic()
    with (
        running(host, folder, chat) as url,
        signed_in(browser, url, "tom") as his,
        signed_in(browser, url, "maya") as hers,
    ):
        toms, mayas = opened(his, url, paths["tom"]), opened(hers, url, paths["maya"])
        mayas.get_by_role("button", name="Ask Tom").click()
        say(mayas, f"Hello from {host}")
        toms.locator("cruddur-inbox").get_by_text(f"Hello from {host}").click()
        see(toms, f"Hello from {host}")
        seconds = time.monotonic() - began
        say(toms, f"Hello to {host}")
        see(mayas, f"Hello to {host}")
    lines, code = _lengths(host)
    _tell(f"{host}: {code} lines of code among {lines}, first message after {seconds:.1f} s")


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
    return {name: f"trial.html#{chat.command('tokens', 'mint', f'ext:{name}')}" for name in NAMES}


def _tell(text: str) -> None:
    sys.stdout.write(f"\n{text}\n")
