"""A receiver on loopback, and a webhook's sender on every engine."""

from collections.abc import AsyncIterator

import pytest
from tests.receiver import Receiver, receiving
from tests.unit.conftest import table
from tests.webhooks.sending import Ahead, Sending, sending

from cruddur.engines.bus.memory import MemoryBus
from cruddur.messaging.context import MessagingContext
from cruddur.ports.table import Table
from cruddur.web.sse.encoding import encode_event

__all__ = ["table"]


@pytest.fixture
def clock() -> Ahead:
    return Ahead()


@pytest.fixture
async def messaging(table: Table, clock: Ahead) -> AsyncIterator[MessagingContext]:
    bus = MemoryBus()
    yield MessagingContext(table=table, bus=bus, clock=clock, encode=encode_event)
    await bus.close()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver


@pytest.fixture
async def hook(messaging: MessagingContext, receiver: Receiver) -> AsyncIterator[Sending]:
    async with sending(messaging, receiver) as one:
        yield one
