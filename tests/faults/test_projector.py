"""The table fails under the projector: no inbox stays behind, and nothing is set aside for it."""

import asyncio

import pytest
from aiohttp import web
from structlog.testing import capture_logs
from tests.dynamodb.faulty import Forward, Proxy, passed_on, refused
from tests.faults.projecting import PATIENCE_SECONDS, Projecting
from tests.faults.service import Service
from tests.stage import person

from cruddur.bus.memory import MemoryBus
from cruddur.messaging.send_message import send_message
from cruddur.messaging.service import Messaging
from cruddur.messaging.start_direct_group import start_direct_group
from cruddur.messaging.verify_inboxes import verify_inboxes
from cruddur.worker import RETRIES

THROTTLED = refused("ProvisionedThroughputExceededException")
ANDREW, BAYKO, CARLA = map(person, ("andrew", "bayko", "carla"))


@pytest.fixture
def direct(proxied: Service) -> Messaging:
    """People who write to the table while the projector's way to it is barred."""
    return Messaging(table=proxied.direct, bus=MemoryBus())


async def problems(messaging: Messaging) -> list[str]:
    return [f"{one.where}: {one.what}" async for one in verify_inboxes(messaging)]


def throttle_updates(proxy: Proxy, of: str = "") -> None:
    """Of items in whose key this is."""

    async def fault(forward: Forward) -> web.Response | None:
        is_it = proxy.calls[-1] == "UpdateItem" and of.encode() in proxy.body
        return await (THROTTLED if is_it else passed_on)(forward)

    proxy.always = fault


async def test_throttling_that_outlasts_all_retries_leaves_no_inbox_behind(
    direct: Messaging, projector: Projecting, proxy: Proxy
) -> None:
    group = (await start_direct_group(direct, ANDREW, BAYKO, "1")).message_group_uuid
    throttle_updates(proxy)
    await send_message(direct, ANDREW, group, "2")
    await send_message(direct, BAYKO, group, "3")
    await projector.until(lambda it: it.rounds > RETRIES + 2 and it.behind > 0)
    assert len(await problems(direct)) == 2
    proxy.always = None
    await projector.until(lambda it: it.done == 3)
    assert await problems(direct) == []


async def test_a_throttled_inbox_holds_up_no_other_conversation(
    direct: Messaging, projector: Projecting, proxy: Proxy
) -> None:
    group = (await start_direct_group(direct, ANDREW, BAYKO, "1")).message_group_uuid
    other = (await start_direct_group(direct, ANDREW, CARLA, "1")).message_group_uuid
    throttle_updates(proxy, of=BAYKO.user_uuid)
    await send_message(direct, ANDREW, group, "2")
    await projector.until(lambda it: it.behind > 0)
    await send_message(direct, ANDREW, other, "2")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(behind := await problems(direct)) > 1:
            pass
    assert behind[0].startswith(f"{BAYKO.user_uuid}/{group}")
    proxy.always = None
    await projector.until(lambda it: it.done == 4)
    assert await problems(direct) == []


async def test_an_error_that_nobody_expected_is_logged_and_the_projector_goes_on(
    direct: Messaging, projector: Projecting, proxy: Proxy
) -> None:
    async def fault(forward: Forward) -> web.Response | None:
        if proxy.calls[-1] != "GetRecords":
            return await forward()
        proxy.always = None
        return await refused("ValidationException")(forward)

    await start_direct_group(direct, ANDREW, BAYKO, "1")
    with capture_logs() as logs:
        proxy.always = fault
        await projector.until(lambda it: it.done == 1)
    (line,) = [line for line in logs if line["log_level"] == "error"]
    assert line["exc_info"]
