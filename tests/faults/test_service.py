"""The store fails under the service: what was acknowledged is there, once, and callers are told."""

import asyncio
from random import Random
from typing import Any

import pytest
from aiohttp import web
from tests.dynamodb.faulty import (
    Fault,
    Forward,
    Proxy,
    cut_after,
    cut_before,
    refused,
    server_error,
    silence,
)
from tests.engines import Server
from tests.faults.service import Outbox, Service

from cruddur.messaging.messages.send_message import uuid7

SENDERS = 4
EACH = 20
THROTTLED = refused("ProvisionedThroughputExceededException")


class Load:
    """Several tabs of two people, all writing at once in one conversation."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.acknowledged: list[dict[str, Any]] = []
        self._counted = asyncio.Condition()

    async def start(self) -> str:
        await self._send(self.service.andrew, "Hello", handle="bayko")
        group: str = self.acknowledged[0]["message_group_uuid"]
        return group

    async def run(self, group: str) -> None:
        people = [self.service.andrew, self.service.bayko] * (SENDERS // 2)
        await asyncio.gather(*(self._tab(who, group) for who in people))

    async def until(self, count: int) -> None:
        async with self._counted:
            await self._counted.wait_for(lambda: len(self.acknowledged) >= count)

    async def _tab(self, who: Outbox, group: str) -> None:
        last = 1
        for number in range(EACH):
            text = f"{who.handle} {number}"
            sent = await self._send(who, text, message_group_uuid=group, after=last)
            last = sent["seq"]

    async def _send(self, who: Outbox, text: str, **to: Any) -> dict[str, Any]:
        sent = await who.send(text, **to)
        async with self._counted:
            self.acknowledged.append(sent)
            self._counted.notify_all()
        return sent


async def test_the_engine_is_killed_and_restarted_under_load(
    killable: Service, server: Server
) -> None:
    load = Load(killable)
    group = await load.start()
    running = asyncio.create_task(load.run(group))
    for count in (20, 40, 60):
        await load.until(count)
        server.kill()
        await asyncio.to_thread(server.restart)
    await running
    assert len(load.acknowledged) == 1 + SENDERS * EACH
    await killable.check(group, load.acknowledged)


async def test_an_engine_that_stays_away_is_told_to_callers(
    killable: Service, server: Server
) -> None:
    load = Load(killable)
    group = await load.start()
    server.kill()
    running = asyncio.create_task(load.run(group))
    await killable.andrew.refused.wait()
    await killable.bayko.refused.wait()
    await asyncio.to_thread(server.restart)
    await running
    await killable.check(group, load.acknowledged)


@pytest.mark.parametrize("seed", range(2))
async def test_faults_at_random_lose_nothing_and_double_nothing(
    proxied: Service, proxy: Proxy, seed: int
) -> None:
    chance = Random(seed)
    faults: list[Fault] = [THROTTLED, server_error, cut_before, cut_after]

    async def sometimes(forward: Forward) -> web.Response | None:
        if chance.random() < 0.6:
            return await forward()
        return await chance.choice(faults)(forward)

    load = Load(proxied)
    group = await load.start()
    proxy.always = sometimes
    await load.run(group)
    proxy.always = None
    await proxied.check(group, load.acknowledged)


@pytest.mark.parametrize("fault", [THROTTLED, server_error, cut_before, cut_after, silence])
@pytest.mark.parametrize("to", ["conversation", "person"])
async def test_a_send_that_fails_to_the_end_is_a_503_and_safe_to_repeat(
    proxied: Service, proxy: Proxy, fault: Fault, to: str
) -> None:
    acknowledged = []
    where: dict[str, Any] = {"handle": "bayko"}
    if to == "conversation":
        acknowledged.append(await proxied.andrew.send("Hello", **where))
        where = {"message_group_uuid": acknowledged[0]["message_group_uuid"], "after": 1}
    else:
        await proxied.andrew.http.get("/api/users/@bayko/short")
    message = {"message": "Are you there?", "message_uuid": uuid7(), **where}
    proxy.always = fault
    assert await proxied.andrew.try_once(message) is None
    proxy.always = None
    sent, again = [await proxied.andrew.try_once(message) for _ in range(2)]
    assert sent is not None
    assert sent == again
    acknowledged.append(sent)
    await proxied.check(sent["message_group_uuid"], acknowledged)


async def test_a_put_whose_answer_was_lost_is_answered_with_what_it_stored(
    proxied: Service, proxy: Proxy
) -> None:
    # Without a uuid of the client's own: nobody could recognise a second try.
    hello = await proxied.andrew.send("Hello", handle="bayko")
    group = hello["message_group_uuid"]
    for fault in (cut_after, silence):
        proxy.next.append(fault)
        message = {"message": "Once", "message_group_uuid": group}
        answer = await proxied.andrew.http.post("/api/messages", json=message)
        assert answer.status_code == 200
    stored = await proxied.andrew.all_of(group)
    assert [message["message"] for message in stored] == ["Hello", "Once", "Once"]


async def test_a_conversation_whose_start_was_not_answered_is_started_once(
    proxied: Service, proxy: Proxy
) -> None:
    await proxied.andrew.http.get("/api/users/@bayko/short")
    proxy.next.extend([silence] * 3)  # until the deadline of the transaction
    message = {"message": "Hello", "handle": "bayko"}
    answer = await proxied.andrew.http.post("/api/messages", json=message)
    assert answer.status_code == 200
    stored = await proxied.andrew.all_of(answer.json()["message_group_uuid"])
    assert [message["message"] for message in stored] == ["Hello"]


@pytest.mark.parametrize("path", ["/api/message_groups", "/api/messages/{group}", "/health/ready"])
async def test_what_cannot_be_read_now_is_a_503_with_a_time_to_come_back(
    proxied: Service, proxy: Proxy, path: str
) -> None:
    sent = await proxied.andrew.send("Hello", handle="bayko")
    proxy.always = THROTTLED
    answer = await proxied.andrew.http.get(path.format(group=sent["message_group_uuid"]))
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1
