"""Serves the application with uvicorn, and stops after running requests are answered."""

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import uvicorn
from litestar import Litestar

from cruddur.config import PREFIX, Settings, WrongSetting
from cruddur.setting_texts import shown
from cruddur.web.http.bounded_protocol import BoundedProtocol
from cruddur.web.http.connections import Bounds, Connections, bounds_of
from cruddur.web.http.context import Context

PATIENCE_SECONDS = 10
"""The seconds that a stop waits for running requests."""

BACKLOG = 4096


async def serve(
    app: Litestar,
    settings: Settings,
    on_ready: Callable[[str], None],
    listening: socket.socket | None = None,
    bounds: Bounds | None = None,
) -> None:
    """Serves until SIGINT or SIGTERM. A second signal ends it at once.

    `on_ready` is called with the address as soon as requests are answered. It must run on uvloop.
    Without a `listening` socket it opens one, and raises WrongSetting if it cannot.
    """
    listening = listening or listen(settings)
    context: Context = app.state["context"]
    context.connections = Connections(bounds or bounds_of(settings))
    config = uvicorn.Config(
        app,
        http=partial(  # type: ignore[arg-type]  # uvicorn calls it
            BoundedProtocol, context.connections, settings.base_path
        ),
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,  # client_ip.py reads the proxy's headers
        backlog=BACKLOG,
        timeout_graceful_shutdown=PATIENCE_SECONDS,
    )
    server = _Server(config, lambda: on_ready(url_of(settings, listening)))
    with context.connections.swept(), _on_signals(lambda: server.stop(context)):
        await server.serve(sockets=[listening])


class _Server(uvicorn.Server):
    """uvicorn's server with another start and stop."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._stopping: asyncio.Task[None] | None = None

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # uvicorn would raise the signals again at the end, as if the stop had failed

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready()

    def stop(self, context: Context) -> None:
        if self._stopping is not None:
            self.force_exit = True
            return
        self._stopping = asyncio.create_task(self._stop(context))

    async def _stop(self, context: Context) -> None:
        # Event streams never end by themselves and would delay the stop until its deadline.
        await context.messaging.bus.end_subscriptions()
        self.should_exit = True


@contextmanager
def _on_signals(stop: Callable[[], None]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    for number in signals:
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in signals:
            loop.remove_signal_handler(number)


def listen(settings: Settings) -> socket.socket:
    """Returns a listening socket. Raises WrongSetting if the address is not available."""
    try:
        found = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        family, kind, protocol, _, address = found[0]
        return _bound(socket.socket(family, kind, protocol), address)
    except (OSError, UnicodeError) as error:
        # Python says UnicodeError of names that the DNS could not carry.
        why = error.strerror if isinstance(error, OSError) else "this is no host's name"
        raise WrongSetting(
            f"cannot listen on {shown(settings.host)[1:-1]} port {settings.port} "
            f"({PREFIX}HOST, {PREFIX}PORT): {why}"
        ) from None


def _bound(listening: socket.socket, address: Any) -> socket.socket:
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
    except OSError:
        listening.close()
        raise
    return listening


def url_of(settings: Settings, listening: socket.socket) -> str:
    """The address at which the service is reached."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{listening.getsockname()[1]}{settings.base_path}"
