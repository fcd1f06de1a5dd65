"""nchan, a module of nginx, as a peer: event streams of channels, without people, rules or storage."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self, cast

from bench.client import Connection
from bench.service import Process, Running, start_server

NGINX = "/usr/sbin/nginx"
MODULE = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
INSTALL = "apt-get install libnginx-mod-nchan"

OnEvent = Callable[[bytes, bytes], None]

_CONFIG = """
load_module {module};
daemon off;
worker_processes 1;
worker_rlimit_nofile {files};
pid {folder}/pid;
error_log {folder}/log;
events {{ worker_connections {connections}; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  nchan_shared_memory_size 512M;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    keepalive_requests 1000000;
    keepalive_timeout 1h;
    location ~ ^/publish/(\\w+)$ {{
      nchan_publisher http;
      nchan_channel_id $1;
      nchan_message_buffer_length 1;
      nchan_message_timeout 10s;
    }}
    location ~ ^/streams/(\\w+)$ {{
      nchan_subscriber eventsource;
      nchan_channel_id $1;
      nchan_eventsource_ping_interval 15;
    }}
  }}
}}
"""


def is_installed() -> bool:
    """Whether nginx and the module are there."""
    return MODULE.exists() and shutil.which(NGINX) is not None


def worker_of(master: Process) -> Running:
    """The one process that holds all streams; the master only waits for it."""
    children = Path(f"/proc/{master.pid}/task/{master.pid}/children").read_text().split()
    return Running(int(children[0]))


def _configured(folder: Path, port: int, files: int) -> Path:
    folder.mkdir()
    config = folder / "nginx.conf"
    config.write_text(
        _CONFIG.format(module=MODULE, folder=folder, port=port, files=files, connections=2 * files)
    )
    return config


@asynccontextmanager
async def nchan(folder: Path, port: int, files: int) -> AsyncIterator[Running]:
    """A server of the run's own, which may have so many files open. Yields its worker."""
    config = _configured(folder, port, files)
    master = await start_server(NGINX, "-c", str(config), "-p", str(folder), port=port)
    try:
        yield worker_of(master)
    finally:
        await master.stop()


async def publish(publisher: Connection, channel: str, data: bytes) -> None:
    """Returns when nchan has taken the message."""
    answer = await publisher.request("POST", f"/publish/{channel}", data)
    assert 200 <= answer.status < 300, answer


class NchanStream(asyncio.Protocol):
    """One open stream, which tells of each event. Its bytes come without HTTP's chunks."""

    def __init__(self, channel: str, on_event: OnEvent) -> None:
        self._channel = channel
        self._on_event = on_event
        self._text = bytearray()
        loop = asyncio.get_running_loop()
        self.ready: asyncio.Future[None] = loop.create_future()
        self.ended: asyncio.Future[bool] = loop.create_future()

    @classmethod
    async def open(
        cls, port: int, channel: str, on_event: OnEvent, *, local: tuple[str, int] | None = None
    ) -> Self:
        """Returns when the head of the answer is here."""
        loop = asyncio.get_running_loop()
        made = (lambda: cls(channel, on_event), "127.0.0.1", port)
        _, stream = await loop.create_connection(*made, local_addr=local)
        await stream.ready
        return stream

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        head = (
            f"GET /streams/{self._channel} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream"
        )
        cast(asyncio.Transport, transport).write(f"{head}\r\n\r\n".encode())

    def data_received(self, data: bytes) -> None:
        self._text += data
        *parts, rest = self._text.replace(b"\r\n\r\n", b"\n\n").split(b"\n\n")
        self._text = rest
        for part in parts:
            if part.startswith(b"HTTP/1.1 200"):
                self.ready.set_result(None)
            elif b"data: " in part:
                self._on_event(b"message", bytes(part))

    def connection_lost(self, exc: Exception | None) -> None:
        for future in (self.ready, self.ended):
            if not future.done():
                future.set_exception(ConnectionResetError(f"the stream broke: {exc}"))
            future.exception()
