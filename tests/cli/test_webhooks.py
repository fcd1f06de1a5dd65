"""`cruddur webhooks`, as an operator runs it, with a receiver on this machine."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.cli.conftest import Run
from tests.webhooks.verifying import verified

from cruddur.cli.main import main


class Receiver(BaseHTTPRequestHandler):
    """Notes what came, and answers what the test wants."""

    status = 204
    came: list[tuple[dict[str, str], bytes]] = []  # noqa: RUF012  one server a test

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    Receiver.came.clear()
    Receiver.status = 204
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def webhooks(tmp_path: Path) -> Run:
    def run(*words: str, **more: str) -> Result:
        environment = {
            "CRUDDUR_DATA": str(tmp_path),
            "CRUDDUR_OUTBOUND_ALLOW": "127.0.0.0/8",
            **more,
        }
        return CliRunner().invoke(main, ["webhooks", *words], env=environment)

    return run


def test_a_test_is_signed_and_its_answer_printed(webhooks: Run, url: str) -> None:
    secret = webhooks("add", "shop", url, "--event", "message").stdout.strip()
    said = webhooks("test", "shop")
    assert (said.exit_code, "204" in said.stdout) == (0, True)
    headers, body = Receiver.came[0]
    assert verified(secret, headers, body)["type"] == "test"
    Receiver.status = 500
    said = webhooks("test", "shop")
    assert (said.exit_code, "500" in said.stdout) == (1, True)


def test_states_are_listed_and_a_removed_one_is_gone(webhooks: Run, url: str) -> None:
    secret = webhooks("add", "shop", url).stdout.strip()
    assert webhooks("pause", "shop").stdout == "shop: paused\n"
    listed = webhooks("list").stdout
    assert listed.split() == ["shop", "paused", "message,change", url]
    assert webhooks("resume", "shop").stdout == "shop: resumed\n"
    assert webhooks("list").stdout.split()[1] == "on"
    assert webhooks("roll", "shop").stdout.strip() != secret
    for words in (("sent", "shop"), ("dead", "shop")):
        assert webhooks(*words).stdout == ""
    assert webhooks("replay", "shop", "--dead").stdout == "0 events are tried again.\n"
    assert webhooks("remove", "shop").stdout == "shop: removed\n"
    assert webhooks("list").stdout == ""


def test_what_is_wrong_is_one_line(webhooks: Run, url: str) -> None:
    inside = webhooks("add", "shop", url, CRUDDUR_OUTBOUND_ALLOW="")
    assert inside.exit_code == 1
    assert "CRUDDUR_OUTBOUND_ALLOW" in inside.stderr
    webhooks("add", "shop", url)
    assert "already" in webhooks("add", "shop", url).stderr
    assert "no webhook" in webhooks("pause", "nobody").stderr
    assert webhooks("replay", "shop").exit_code == 2
