"""One of the processes of `cruddur up --workers N`. workers.py starts it with an order on stdin."""

import asyncio
import os
import signal
import sys
from contextlib import AsyncExitStack
from socket import socket

import click
import msgspec
import uvloop
from msgspec import Struct

from cruddur.bootstrap import open_application, require_our_layout, require_table
from cruddur.cli.collection import freeze_long_lived_objects
from cruddur.cli.printing import make_output_printable
from cruddur.cli.private_memory import keep_memory_private
from cruddur.cli.runtime import fail
from cruddur.cli.web_app import web_app
from cruddur.config import WrongSetting, load_settings
from cruddur.domain.errors import TableError
from cruddur.entrypoints.projector import projecting
from cruddur.entrypoints.run_consumers import consuming
from cruddur.web.http.serve import serve

READY = b"ready\n"


class Order(Struct, frozen=True):
    """What to do: the flags of `cruddur up`. Secrets are in the environment, which is the same."""

    given: dict[str, str | None]
    listening: int
    hub: int
    is_first: bool
    demo: bool


def main() -> None:
    """Reads the order and serves until the process is stopped."""
    make_output_printable()
    keep_memory_private()
    order = msgspec.json.decode(sys.stdin.buffer.readline(), type=Order)
    try:
        uvloop.run(_work(order))
    except (WrongSetting, TableError) as error:
        fail(str(error))


async def _work(order: Order) -> None:
    settings = load_settings(order.given)
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), _end_if_orphaned)
    if order.is_first:
        await require_our_layout(settings)
    async with open_application(
        settings, hub=socket(fileno=order.hub), has_demo=order.demo
    ) as application:
        await require_table(application.messaging.table, settings)
        app = web_app(application, settings)
        if order.demo and order.is_first:
            from cruddur.tools.samples.demo import make_demo  # noqa: PLC0415  slow

            click.echo(await make_demo(application.messaging, application.identity))
        projected = app.state["context"].metrics.projected
        async with AsyncExitStack() as beside:
            if order.is_first:
                await beside.enter_async_context(projecting(application, projected))
                await beside.enter_async_context(consuming(application))
            await serve(app, settings, _ready, socket(fileno=order.listening))


def _ready(_: str) -> None:
    freeze_long_lived_objects()
    click.echo(READY, nl=False)


def _end_if_orphaned() -> None:
    """Ends this process if its parent ends, which closes the pipe of the order."""
    if not os.read(sys.stdin.fileno(), 1):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        signal.raise_signal(signal.SIGTERM)


if __name__ == "__main__":
    main()
