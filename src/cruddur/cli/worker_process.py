"""One of the processes of `cruddur up --workers N`; started by workers.py, with an order on stdin."""

import asyncio
import os
import signal
import sys
from contextlib import nullcontext
from socket import socket

import click
import msgspec
import uvloop
from msgspec import Struct

from cruddur.bootstrap import open_application, projecting, require_table
from cruddur.cli.running import fail, spare_the_long_lived
from cruddur.config import WrongSetting, load_settings
from cruddur.demo import make_demo
from cruddur.errors import TableError
from cruddur.json_logs import log_json
from cruddur.web.app import create_app
from cruddur.web.serve import serve

READY = b"ready\n"


class Order(Struct, frozen=True):
    """What to do: the flags of `cruddur up`; the environment is the same, and holds the secrets."""

    given: dict[str, str | None]
    listening: int
    hub: int
    is_first: bool
    demo: bool


def main() -> None:
    log_json(sys.stderr)
    order = msgspec.json.decode(sys.stdin.buffer.readline(), type=Order)
    try:
        uvloop.run(_work(order))
    except (WrongSetting, TableError) as error:
        fail(str(error))


async def _work(order: Order) -> None:
    settings = load_settings(order.given)
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), _end_if_orphaned)
    async with open_application(settings, hub=socket(fileno=order.hub)) as application:
        await require_table(application.messaging.table, settings)
        if order.demo:
            click.echo(await make_demo(application.messaging, application.identity))
        app = create_app(application.messaging, application.identity, settings)
        projected = app.state["context"].metrics.projected
        async with projecting(application, projected) if order.is_first else nullcontext():
            await serve(app, settings, _ready, socket(fileno=order.listening))


def _ready(_: str) -> None:
    spare_the_long_lived()
    click.echo(READY, nl=False)


def _end_if_orphaned() -> None:
    """The order's pipe stays open for as long as there is somebody to replace this process."""
    if not os.read(sys.stdin.fileno(), 1):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        signal.raise_signal(signal.SIGTERM)


if __name__ == "__main__":
    main()
