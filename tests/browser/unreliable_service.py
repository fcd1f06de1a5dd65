"""The service over a bus that loses and doubles, in a process of its own, until SIGTERM.

Prints its address, and at the end how many events were lost and how many doubled.
"""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tests.web.test_lost_and_doubled import UnreliableBus

from cruddur.bootstrap import open_application
from cruddur.config import Settings
from cruddur.entrypoints.projector import projecting
from cruddur.ports.bus import Event
from cruddur.web.app import create_app, make_context
from cruddur.web.http.serve import serve

LAST = "The last one"
"""A message of which the bus tells: it shows what is lacking before it."""


class UnreliableUntilTheLast(UnreliableBus):
    async def publish(self, channels: Sequence[str], event: Event) -> None:
        self.is_fair = LAST.encode() in event.data
        await super().publish(channels, event)


async def main(folder: Path) -> None:
    settings = Settings(data=folder, port=0, rate_limits="off")
    bus = UnreliableUntilTheLast(seed=20261125)
    async with open_application(settings) as application:
        unreliable = replace(application, messaging=replace(application.messaging, bus=bus))
        app = create_app(make_context(unreliable.messaging, unreliable.identity, settings))
        async with projecting(unreliable):
            await serve(app, settings, lambda url: print(url, flush=True))  # noqa: T201
    print(bus.lost, bus.doubled)  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
