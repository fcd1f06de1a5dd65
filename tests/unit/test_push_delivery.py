"""What becomes of a push: taken once, tried again, or its device forgotten."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace
from tests.push_scene import Scene, scene_of, sender_of
from tests.receiver import Received, answer
from tests.stage import Clock, Stream, person

from cruddur.engines.outbound.client import GuardedOutbound
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.mark_read import mark_read
from cruddur.messaging.push.change_push_choices import PushChange, change_push_choices
from cruddur.messaging.push.claim_telling import claim_telling
from cruddur.messaging.push.deliver_push import LONGEST_REST_SECONDS
from cruddur.messaging.push.find_telling import find_telling, read_group
from cruddur.messaging.push.list_push_devices import list_push_devices
from cruddur.messaging.push.push_messages import push_messages
from cruddur.messaging.push.push_to_devices import push_waiting
from cruddur.messaging.push.waiting_pushes import WAITING_MAX, Waiting, WaitingPushes
from cruddur.ports.beside import running
from cruddur.ports.outbound import OutboundAnswer

pytestmark = pytest.mark.every_engine

ANDREW, BAYKO, MAYA = person("andrew"), person("bayko"), person("maya")


@pytest.fixture
async def scene(messaging: MessagingContext, stream: Stream) -> AsyncIterator[Scene]:
    async with scene_of(messaging, stream) as scene:
        yield scene


async def devices(scene: Scene) -> Sequence[str]:
    found = await list_push_devices(scene.sender.push, BAYKO.user_uuid)
    return [one.device_id for one in found.devices]


@asynccontextmanager
async def retrying(scene: Scene) -> AsyncIterator[None]:
    async with running(push_waiting(scene.sender)):
        yield


def refusing_first(*statuses: int) -> Callable[[Received], bytes]:
    left = iter(statuses)
    return lambda _: answer(next(left, 201))


async def test_of_two_processes_one_tells(scene: Scene) -> None:
    await scene.signs_in(BAYKO)
    await scene.writes(ANDREW, BAYKO)
    changes = await scene.changes()
    other = sender_of(scene.messaging, scene.sender.outbound)  # type: ignore[arg-type]
    await asyncio.gather(scene.handle(changes), scene.handle(changes, other))
    assert len(scene.told()) == 1


async def test_a_change_that_comes_again_tells_nobody_twice(scene: Scene) -> None:
    await scene.signs_in(BAYKO)
    await scene.writes(ANDREW, BAYKO, "One")
    first = await scene.changes()
    await scene.handle(first)
    await scene.writes(ANDREW, BAYKO, "Two")
    second = await scene.changes()
    await scene.handle(second)
    restarted = sender_of(scene.messaging, scene.sender.outbound)  # type: ignore[arg-type]
    await scene.handle([*first, *second], restarted)
    await scene.handle(first, restarted)
    assert [one.payload["body"] for one in scene.told()] == ["One", "Two"]


async def test_what_a_killed_process_had_claimed_is_told_at_most_once(scene: Scene) -> None:
    """Decision 80: nobody is told twice; the next message tells them."""
    await scene.signs_in(BAYKO)
    group = await scene.writes(ANDREW, BAYKO, "One")
    changes = await scene.changes()
    found = await read_group(scene.messaging, group, [1])
    assert found is not None
    telling = await find_telling(scene.messaging, found[0], BAYKO.user_uuid, found[1])
    assert telling is not None
    assert await claim_telling(scene.messaging, telling)
    await scene.handle(changes)
    assert scene.told() == []
    await scene.writes(ANDREW, BAYKO, "Two")
    (told,) = await scene.pushes()
    assert (told.payload["body"], told.payload["unread"]) == ("Two", 2)


@pytest.mark.parametrize("status", [404, 410])
async def test_a_device_that_is_gone_is_forgotten(scene: Scene, status: int) -> None:
    await scene.signs_in(BAYKO)
    scene.receiver.answering = lambda _: answer(status)
    await scene.writes(ANDREW, BAYKO)
    assert len(await scene.pushes()) == 1
    assert await devices(scene) == []
    await scene.writes(ANDREW, BAYKO)
    assert await scene.pushes() == []


async def test_a_device_that_was_registered_anew_meanwhile_stays(scene: Scene) -> None:
    await scene.signs_in(BAYKO)

    async def gone(_: Received) -> bytes:
        await scene.signs_in(BAYKO)
        return answer(410)

    scene.receiver.answering = gone
    await scene.writes(ANDREW, BAYKO)
    await scene.handle(await scene.changes())
    assert len(await devices(scene)) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 413, 302])
async def test_a_push_that_is_refused_is_given_up_and_the_device_stays(
    scene: Scene, status: int
) -> None:
    await scene.signs_in(BAYKO)
    scene.receiver.answering = lambda _: answer(status, location="http://127.0.0.1:1/")
    await scene.writes(ANDREW, BAYKO)
    assert len(await scene.pushes()) == 1
    assert (len(scene.sender.waiting), len(await devices(scene))) == (0, 1)


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_push_service_that_is_busy_is_asked_again(scene: Scene, status: int) -> None:
    await scene.signs_in(BAYKO)
    scene.receiver.answering = refusing_first(status, status)
    await scene.writes(ANDREW, BAYKO)
    async with retrying(scene):
        await scene.handle(await scene.changes())
        await scene.receiver.until(lambda received: len(received) == 3)
    assert {one.payload["body"] for one in scene.told()} == {"Hello"}


async def test_what_is_read_meanwhile_is_not_sent_again_and_newer_messages_wait_too(
    scene: Scene,
) -> None:
    await scene.signs_in(BAYKO)
    scene.receiver.answering = lambda _: answer(429, retry_after="3600")
    group = await scene.writes(ANDREW, BAYKO, "One")
    assert len(await scene.pushes()) == 1
    await scene.writes(ANDREW, BAYKO, "Two")
    await scene.writes(MAYA, BAYKO, "Three")
    assert await scene.pushes() == []  # the push service wants nothing for an hour
    assert len(scene.sender.waiting) == 2
    scene.receiver.answering = lambda _: answer(201)
    scene.sender.waiting.reset((await devices(scene))[0])  # the hour is over
    await mark_read(scene.messaging, BAYKO.user_uuid, group, 2)
    async with retrying(scene):
        await scene.receiver.until(lambda received: len(received) == 2)
    assert [one.payload["body"] for one in scene.told()] == ["Three"]


async def test_an_older_message_does_not_follow_a_newer_one(scene: Scene) -> None:
    device = await scene.signs_in(BAYKO)
    scene.receiver.answering = refusing_first(503)
    await scene.writes(ANDREW, BAYKO, "One")
    await scene.pushes()
    scene.sender.waiting.reset(device.device_id)
    await scene.writes(ANDREW, BAYKO, "Two")
    assert [one.payload["body"] for one in await scene.pushes()] == ["Two"]
    assert len(scene.sender.waiting) == 0


async def test_after_an_hour_it_is_given_up(scene: Scene, clock: Clock) -> None:
    device = await scene.signs_in(BAYKO)
    scene.receiver.answering = lambda _: answer(503)
    await scene.writes(ANDREW, BAYKO)
    changes = await scene.changes()
    clock.turn(hours=1, seconds=1)
    await scene.handle(changes)
    assert len(scene.sender.waiting) == 0
    assert await devices(scene) == [device.device_id]


async def test_a_slow_push_service_holds_up_neither_the_feed_nor_others(scene: Scene) -> None:
    await scene.signs_in(BAYKO)
    await scene.signs_in(MAYA)
    never: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def answering(request: Received) -> bytes | asyncio.Future[bytes]:
        return never if request.path == "/bayko" else answer(201)

    scene.receiver.answering = answering
    await scene.writes(ANDREW, BAYKO)
    await scene.writes(ANDREW, MAYA)
    await push_messages(scene.sender, await scene.changes())
    assert len(scene.sender.running) == 1
    assert {one.path for one in scene.told()} == {"/bayko", "/maya"}
    never.set_result(answer(201))
    await asyncio.gather(*scene.sender.running)


async def test_an_address_inside_is_not_called_and_its_device_forgotten(scene: Scene) -> None:
    await scene.signs_in(BAYKO)
    guarded = GuardedOutbound([])
    sender = sender_of(scene.messaging, guarded)
    await scene.writes(ANDREW, BAYKO)
    assert await scene.pushes(sender) == []
    assert await devices(scene) == []
    await guarded.close()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120.0),
        ("Mon, 23 Nov 2026 09:01:00 GMT", 60.0),
        ("Mon, 23 Nov 2026 08:00:00 GMT", 0.0),
        ("999999999999999999999", LONGEST_REST_SECONDS),
        ("soon", 0.0),
        ("-5", 0.0),
        ("", 0.0),
    ],
)
def test_a_push_service_says_how_long_it_wants_to_be_left_in_peace(
    text: str, seconds: float
) -> None:
    answered = OutboundAnswer(429, {"retry-after": text}, b"")
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert answered.asked_pause(now, LONGEST_REST_SECONDS) == seconds


async def test_no_more_wait_than_there_is_room_for() -> None:
    waiting = WaitingPushes()
    for number in range(WAITING_MAX):
        assert waiting.put(Waiting("user", "device", str(number)), 1)
    assert not waiting.put(Waiting("user", "device", "one more"), 1)
    assert waiting.put(Waiting("user", "device", "0"), 7)
    assert len(waiting) == WAITING_MAX


async def test_a_push_names_the_picture_of_the_sender_unless_it_has_no_texts(scene: Scene) -> None:
    await scene.signs_in(BAYKO)
    await scene.writes(replace(ANDREW, picture="n4bQgYhMfWWaL-qgxVrQFg"), BAYKO)
    (told,) = await scene.pushes()
    assert told.payload["picture"] == f"{ANDREW.user_uuid}/n4bQgYhMfWWaL-qgxVrQFg"
    push, uuid = scene.sender.push, BAYKO.user_uuid
    await change_push_choices(push, uuid, PushChange(texts=False))
    await scene.writes(ANDREW, BAYKO)
    (told,) = await scene.pushes()
    assert told.payload["picture"] == ""
