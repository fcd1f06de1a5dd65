"""What sends pushes holds: the port that calls push services, and what this process remembers."""

import asyncio
from dataclasses import dataclass, field

from cruddur.messaging.push.context import PushContext
from cruddur.messaging.push.waiting_pushes import WaitingPushes
from cruddur.ports.outbound import Outbound
from cruddur.ports.remembered import Remembered

SETTLE_SECONDS = 3.0
"""How old a message is before anybody is told: time for an open page to show it, and to say so."""

WITHOUT_SECONDS = 600.0
"""How long a process remembers that a person has no device. The feed tells it of a new one at once."""

CALLS_AT_ONCE = 100
_REMEMBERED = 100_000


def _without() -> Remembered[str, bool]:
    return Remembered(seconds=WITHOUT_SECONDS, most=_REMEMBERED)


@dataclass(slots=True)
class PushSender:
    """The dependencies of sending. Each process that sends has one.

    `without` are people who have no device. `running` are deliveries that have begun: the feed does not
    wait for a push service that is slow.
    """

    push: PushContext
    outbound: Outbound
    settle_seconds: float = SETTLE_SECONDS
    without: Remembered[str, bool] = field(default_factory=_without)
    waiting: WaitingPushes = field(default_factory=WaitingPushes)
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CALLS_AT_ONCE))
    running: set[asyncio.Task[None]] = field(default_factory=set)
