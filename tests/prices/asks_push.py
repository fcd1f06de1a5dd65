"""What it costs to register browsers, and to tell their people of a message."""

import asyncio
from ipaddress import ip_network

from tests.prices.patterns import Stage, asks, cost_of
from tests.push_receiver import Browser
from tests.receiver import answer, receiving
from tests.stage import person

from cruddur.engines.outbound.client import GuardedOutbound
from cruddur.identity.open_session import open_session
from cruddur.identity.secret import derivations
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.messages.send_message import send_message
from cruddur.messaging.push.change_push_choices import PushChange, change_push_choices
from cruddur.messaging.push.context import PushContext
from cruddur.messaging.push.find_push_key import find_push_key
from cruddur.messaging.push.list_push_devices import list_push_devices
from cruddur.messaging.push.push_messages import push_messages
from cruddur.messaging.push.put_push_device import put_push_device
from cruddur.messaging.push.remove_push_device import remove_push_device
from cruddur.messaging.push.sender import PushSender
from cruddur.ports.metering import Units, measured

DEVICES = 10
READER = person("reader")
"""Somebody of whom no other question has changed anything."""


def _push(stage: Stage) -> PushContext:
    """A process that remembers nothing."""
    return PushContext(stage.messaging, derivations(stage.identity.secret))


async def _device(stage: Stage, endpoint: str) -> tuple[str, Units]:
    """A new device of the reader, and what it cost to let it be told a second time."""
    session_id, _ = await open_session(stage.identity, READER.user_uuid, "Firefox on Linux")
    wanted = Browser().subscription((await find_push_key(_push(stage))).public, endpoint)
    user_uuid = READER.user_uuid
    await put_push_device(_push(stage), user_uuid, session_id, wanted)
    stage.clock.turn(days=1, seconds=1)
    with measured() as units:
        device = await put_push_device(_push(stage), user_uuid, session_id, wanted)
    return device.device_id, units


@asks("look which key pushes, once a minute")
async def look(stage: Stage, pattern: str) -> Units:
    return await cost_of(pattern, find_push_key(_push(stage)))


@asks("let a device be told, once a day")
async def put(stage: Stage, pattern: str) -> Units:
    device_id, units = await _device(stage, "https://push.example.net/1")
    await remove_push_device(_push(stage), READER.user_uuid, device_id)
    return units


@asks("tell a device nothing more")
async def remove(stage: Stage, pattern: str) -> Units:
    device_id, _ = await _device(stage, "https://push.example.net/1")
    push, user_uuid = _push(stage), READER.user_uuid
    return await cost_of(pattern, remove_push_device(push, user_uuid, device_id))


@asks("list the devices that are told, of ten")
async def list_(stage: Stage, pattern: str) -> Units:
    made = [
        (await _device(stage, f"https://push.example.net/{number}"))[0] for number in range(DEVICES)
    ]
    with measured() as units:
        await list_push_devices(_push(stage), READER.user_uuid)
    for device_id in made:
        await remove_push_device(_push(stage), READER.user_uuid, device_id)
    return units


@asks("change what is pushed, and when")
async def choose(stage: Stage, pattern: str) -> Units:
    wanted = PushChange(quiet_from=1320, quiet_until=420)
    push = _push(stage)
    return await cost_of(pattern, change_push_choices(push, stage.me.user_uuid, wanted))


async def _tell(stage: Stage) -> Units:
    """Tells the reader of a new message, in a process that remembers nothing."""
    outbound = GuardedOutbound([ip_network("127.0.0.0/8")])
    sender = PushSender(_push(stage), outbound, settle_seconds=0)
    group = await start_direct_group(stage.messaging, stage.me, READER, "Hello")
    stage.clock.turn(seconds=20)
    await send_message(stage.messaging, stage.me, group.message_group_uuid, stage.text())
    changes = (await stage.stream.all())[-1:]
    await find_push_key(sender.push)
    with measured() as units:
        await push_messages(sender, changes)
        await asyncio.gather(*sender.running)
    await outbound.close()
    return units


@asks("tell one person of a message, on one device")
async def tell(stage: Stage, pattern: str) -> Units:
    async with receiving(lambda _: answer(201)) as receiver:
        device_id, _ = await _device(stage, receiver.url)
        units = await _tell(stage)
    await remove_push_device(_push(stage), READER.user_uuid, device_id)
    return units


@asks("find that nobody is to be told, once in ten minutes")
async def tell_nobody(stage: Stage, pattern: str) -> Units:
    return await _tell(stage)
