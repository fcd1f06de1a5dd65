"""The table fails under the projector: no inbox stays behind, and nothing is set aside for it."""

import asyncio

import pytest
from aiohttp import web
from tests.captured_logs import captured_logs
from tests.dynamodb.faulty import Forward, Proxy, passed_on, refused
from tests.faults.projecting import PATIENCE_SECONDS, Projecting
from tests.faults.service import Service
from tests.stage import person

from cruddur.engines.bus.memory import MemoryBus
from cruddur.entrypoints.projector import RETRIES
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.table import Query
from cruddur.schema import keys

THROTTLED = refused("ProvisionedThroughputExceededException")
ANDREW, BAYKO, CARLA = map(person, ("andrew", "bayko", "carla"))


@pytest.fixture
def direct(proxied: Service) -> MessagingContext:
    """People who write to the table while the projector's way to it is barred."""
    return MessagingContext(table=proxied.direct, bus=MemoryBus())


async def problems(messaging: MessagingContext) -> list[str]:
    return [f"{one.where}: {one.what}" async for one in verify_inboxes(messaging)]


def throttle_updates(proxy: Proxy, of: str = "") -> None:
    """Of items in whose key this is."""

    async def fault(forward: Forward) -> web.Response | None:
        is_it = proxy.calls[-1] == "UpdateItem" and of.encode() in proxy.body
        return await (THROTTLED if is_it else passed_on)(forward)

    proxy.always = fault


async def waiting(messaging: MessagingContext, count: int) -> None:
    """Until so many rows are put aside."""
    query = Query(keys.PUT_ASIDE, consistent=True)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len((await messaging.table.query(query)).items) != count:
            pass  # each look is a call over the network


async def test_throttling_that_outlasts_all_retries_leaves_no_inbox_behind(
    direct: MessagingContext, projector: Projecting, proxy: Proxy
) -> None:
    group = (await start_direct_group(direct, ANDREW, BAYKO, "1")).message_group_uuid
    throttle_updates(proxy)
    await send_message(direct, ANDREW, group, "2")
    await send_message(direct, BAYKO, group, "3")
    await projector.until(lambda it: it.done == 3)
    assert len(await problems(direct)) == 2
    await waiting(direct, 2)
    proxy.always = None
    await waiting(direct, 0)
    assert await problems(direct) == []


async def test_an_outage_of_all_writes_keeps_the_changes_and_puts_nothing_aside(
    direct: MessagingContext, projector: Projecting, proxy: Proxy
) -> None:
    group = (await start_direct_group(direct, ANDREW, BAYKO, "1")).message_group_uuid

    async def no_writes(forward: Forward) -> web.Response | None:
        is_write = proxy.calls[-1] in {"UpdateItem", "PutItem"}
        return await (THROTTLED if is_write else passed_on)(forward)

    proxy.always = no_writes
    await send_message(direct, ANDREW, group, "2")
    await projector.until(lambda it: it.rounds > RETRIES + 2 and it.behind > 0)
    assert (projector.done, len(await problems(direct))) == (0, 2)
    proxy.always = None
    await projector.until(lambda it: it.done == 2)
    assert await problems(direct) == []


async def test_a_throttled_inbox_holds_up_no_other_conversation(
    direct: MessagingContext, projector: Projecting, proxy: Proxy
) -> None:
    group = (await start_direct_group(direct, ANDREW, BAYKO, "1")).message_group_uuid
    other = (await start_direct_group(direct, ANDREW, CARLA, "1")).message_group_uuid
    throttle_updates(proxy, of=BAYKO.user_uuid)
    await send_message(direct, ANDREW, group, "2")
    await projector.until(lambda it: it.done == 3)
    await send_message(direct, ANDREW, other, "2")
    await projector.until(lambda it: it.done == 4)
    (behind,) = await problems(direct)
    assert behind.startswith(f"{BAYKO.user_uuid}/{group}")
    proxy.always = None
    await waiting(direct, 0)
    assert await problems(direct) == []


async def test_an_error_that_nobody_expected_is_logged_and_the_projector_goes_on(
    direct: MessagingContext, projector: Projecting, proxy: Proxy
) -> None:
    async def fault(forward: Forward) -> web.Response | None:
        if proxy.calls[-1] != "GetRecords":
            return await forward()
        proxy.always = None
        return await refused("ValidationException")(forward)

    await start_direct_group(direct, ANDREW, BAYKO, "1")
    with captured_logs() as logs:
        proxy.always = fault
        await projector.until(lambda it: it.done == 1)
    (line,) = [line for line in logs if line["level"] == "error"]
    assert line["exception"].startswith("Traceback")
