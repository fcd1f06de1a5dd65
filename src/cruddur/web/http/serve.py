"""Serve the application with uvicorn, and stop without cutting anybody off."""

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from litestar import Litestar

from cruddur.config import PREFIX, Settings, WrongSetting
from cruddur.web.context import Context
from cruddur.web.one_write import OneWriteProtocol

PATIENCE_SECONDS = 10
"""How long a stop waits for running requests."""

BACKLOG = 4096
KEEP_ALIVE_SECONDS = 75
"""Longer than the minute of usual load balancers, so that it is they who close first."""


async def serve(
    app: Litestar,
    settings: Settings,
    on_ready: Callable[[str], None],
    listening: socket.socket | None = None,
) -> None:
    """Serves until SIGINT or SIGTERM; a second one ends it at once.

    `on_ready` gets the address as soon as requests are answered. Run it on uvloop's event loop.
    Without a socket of its own that is `listening`, it raises WrongSetting if it cannot have one.
    """
    listening = listening or listen(settings)
    config = uvicorn.Config(
        app,
        http=OneWriteProtocol,
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,  # address.py believes the proxy's own words only
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=PATIENCE_SECONDS,
    )
    context: Context = app.state["context"]
    server = _Server(config, lambda: on_ready(url_of(settings, listening)))
    with _on_signals(lambda: server.stop(context)):
        await server.serve(sockets=[listening])


class _Server(uvicorn.Server):
    """uvicorn's, with our own ideas of beginning and end."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._stopping: asyncio.Task[None] | None = None

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # uvicorn would raise them again at the end, as if the stop had failed

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
        # Event streams never end by themselves: without this they would use up all the patience.
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
    """Raises WrongSetting if the address cannot be had."""
    try:
        found = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        family, kind, protocol, _, address = found[0]
        return _bound(socket.socket(family, kind, protocol), address)
    except OSError as error:
        raise WrongSetting(
            f"cannot listen on {settings.host} port {settings.port} "
            f"({PREFIX}HOST, {PREFIX}PORT): {error.strerror}"
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
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{listening.getsockname()[1]}"
