"""A stop is not a crash: SIGTERM under load cuts nobody off."""

import asyncio
from collections.abc import Awaitable, Callable

from bench.client import Connection, EventStream
from bench.service import Service
from tests.crash.conftest import Town
from tests.crash.outbox import all_flow, end_of

from cruddur.bootstrap import open_application
from cruddur.messaging.inbox.compare_inboxes import all_messages

Start = Callable[[], Awaitable[Service]]


async def test_a_stop_under_load_cuts_nobody_off_and_the_next_start_is_ready_at_once(
    town: Town, start: Start
) -> None:
    await _stop_under_load(town, await start())
    promised = {one for outbox in town.outboxes for one in outbox.acknowledged}
    # Stored and not acknowledged would be a request that was accepted and then cut off.
    assert {one[:2] for one in promised} == await _stored(town)
    service = await start()
    connection = await Connection.open(service.url, "")
    assert (await connection.request("GET", "/health/ready")).status == 200
    connection.close()
    await asyncio.gather(*(outbox.empty(service.url) for outbox in town.outboxes))
    await town.check_nothing_is_lost()
    await town.check_inboxes(service.url)


async def _stop_under_load(town: Town, service: Service) -> None:
    """All send, and have an event stream each, which ends in order."""
    people = [person for pair in town.pairs for person in pair.people]
    streams = [await EventStream.open(service.url, p.token, lambda *_: None) for p in people]
    senders = [asyncio.create_task(outbox.work(service.url)) for outbox in town.outboxes]
    await all_flow(town.outboxes)
    assert await service.stop() == 0
    await end_of(senders)
    assert await asyncio.gather(*(stream.ended for stream in streams)) == [True] * len(people)


async def _stored(town: Town) -> set[tuple[str, int]]:
    async with open_application(town.settings) as application:
        return {
            (message.message_group_uuid, message.seq)
            for pair in town.pairs
            async for message in all_messages(application.messaging, pair.message_group_uuid)
            if message.seq > 1  # the first was sent before the outboxes were there
        }
