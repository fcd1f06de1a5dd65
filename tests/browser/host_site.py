"""A product with people of its own: another origin, whose pages use the service from there."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Shop</title><link rel="icon" href="data:,"><style>{style}</style></head>
<body>{body}<script type="module">{script}</script></body></html>"""


class HostSite:
    """Its pages by path, and its back end, which gives each person's pages a token."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.pages: dict[str, str] = {}
        self.tokens: dict[str, Callable[[], str | None]] = {}
        """By person: makes a token. None says that nobody is signed in."""
        self.asked: list[str] = []
        """For whom a token was asked for, in order."""

    def page(self, path: str, *, body: str = "", script: str = "", style: str = "") -> str:
        """Adds a page; returns its address."""
        self.pages[path] = PAGE.format(body=body, script=script, style=style)
        return f"{self.address}{path}"

    def token_for(self, who: str) -> str | None:
        self.asked.append(who)
        make = self.tokens.get(who)
        return None if make is None else make()


@contextmanager
def running_site(host: str = "127.0.0.1") -> Iterator[HostSite]:
    """The product on a free port."""
    server = ThreadingHTTPServer((host, 0), _Handler)
    server.daemon_threads = True
    site = HostSite(f"http://{host}:{server.server_address[1]}")
    server.site = site  # type: ignore[attr-defined]  # for its handlers
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        page = self._site().pages.get(urlsplit(self.path).path)
        self._answer(404 if page is None else 200, "text/html", page or "")

    def do_POST(self) -> None:
        token = self._site().token_for(self.path.removeprefix("/token/"))
        self._answer(401 if token is None else 200, "text/plain", token or "")

    def log_message(self, *_: Any) -> None:
        """Says nothing."""

    def _site(self) -> HostSite:
        site: HostSite = self.server.site  # type: ignore[attr-defined]  # set above
        return site

    def _answer(self, status: int, media_type: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
