"""Push a message to the devices of one person, and try again where a push service would not take it."""

import asyncio
from datetime import datetime, timedelta

from cruddur.domain.errors import TableUnavailable
from cruddur.domain.push import PushDevice
from cruddur.logs import Log
from cruddur.messaging.push.deliver_push import Delivery, Fate, Push, deliver_push
from cruddur.messaging.push.find_personal_push import find_personal_push
from cruddur.messaging.push.find_push_key import find_in_use
from cruddur.messaging.push.find_telling import Telling, find_telling, read_group
from cruddur.messaging.push.forget_push_device import forget_push_device
from cruddur.messaging.push.open_devices import is_open, open_devices
from cruddur.messaging.push.payload import payload_of
from cruddur.messaging.push.sender import PushSender
from cruddur.messaging.push.waiting_pushes import Waiting
from cruddur.ports.metering import access_pattern
from cruddur.schema.push_items import PersonalPush

KEPT = timedelta(days=1)
"""How long a push service keeps what it cannot deliver, counted from when the message was sent."""

TRIED_FOR = timedelta(hours=1)
"""The age from which on a message that no push service took is given up."""

_log = Log()


@access_pattern("push_message")
async def devices_of(sender: PushSender, user_uuid: str) -> PersonalPush | None:
    """Returns what is known of a person who has devices, or None. Raises TableUnavailable."""
    if sender.without.get(user_uuid):
        return None
    found = await find_personal_push(sender.push.messaging, user_uuid)
    if len(found.devices) > len(open_devices(found, sender.push.messaging.clock().timestamp())):
        found = await _without_ended(sender, user_uuid)
    if not found.devices:
        sender.without.remember(user_uuid, True)
        return None
    return found


async def _without_ended(sender: PushSender, user_uuid: str) -> PersonalPush:
    """Removes the devices whose session has ended."""
    # Consistent: a replica that lags may know a new device, and not its session.
    found = await find_personal_push(sender.push.messaging, user_uuid, consistent=True)
    now = sender.push.messaging.clock().timestamp()
    for device in found.devices:
        if not is_open(device, found, now):
            await forget_push_device(sender.push.messaging, device)
    return found._replace(devices=open_devices(found, now))


async def push_to_devices(sender: PushSender, telling: Telling, found: PersonalPush) -> None:
    """Pushes to all devices of the person whose clock shows no quiet hour. Raises TableUnavailable."""
    await asyncio.gather(*(_push(sender, telling, found, device) for device in found.devices))


async def push_waiting(sender: PushSender) -> None:
    """Tries again what waits, for ever: only what still holds of a message and its device is sent."""
    while True:
        waiting, seq = await sender.waiting.take()
        try:
            await _try_again(sender, waiting, seq)
        except TableUnavailable as error:
            _log.warning("a push waits for the table", error=str(error))
            sender.waiting.rest(waiting.device_id, 0)
            sender.waiting.put(waiting, seq)


async def _try_again(sender: PushSender, waiting: Waiting, seq: int) -> None:
    found = await read_group(sender.push.messaging, waiting.message_group_uuid, [seq])
    personal = await devices_of(sender, waiting.user_uuid)
    if found is None or personal is None:
        return
    telling = await find_telling(sender.push.messaging, found[0], waiting.user_uuid, found[1])
    for device in personal.devices:
        if telling and device.device_id == waiting.device_id:
            await _push(sender, telling, personal, device)


async def _push(
    sender: PushSender, telling: Telling, found: PersonalPush, device: PushDevice
) -> None:
    push, now = sender.push, sender.push.messaging.clock()
    if found.choices.is_quiet(now, device.time_zone):
        return
    key = push.key_of(device.key, (await find_in_use(push)).number)
    if key is None:
        return  # the secret was changed: the page subscribes anew when it is opened
    if sender.waiting.is_resting(device.device_id):
        _wait(sender, telling, device)
        return
    async with sender.gate:
        what = _what(sender, telling, found, now)
        delivery = await deliver_push(push, sender.outbound, device, key, what)
    await _follow(sender, telling, device, delivery)


def _what(sender: PushSender, telling: Telling, found: PersonalPush, now: datetime) -> Push:
    has_texts = sender.push.shows_texts and found.choices.texts
    age = now - datetime.fromisoformat(telling.message.created_at)
    return Push(
        text=payload_of(telling, has_texts=has_texts),
        message_group_uuid=telling.message.message_group_uuid,
        seconds=int((KEPT - age).total_seconds()),
        is_urgent=telling.is_urgent,
    )


async def _follow(
    sender: PushSender, telling: Telling, device: PushDevice, delivery: Delivery
) -> None:
    match delivery.fate:
        case Fate.DELIVERED:
            sender.waiting.reset(device.device_id)
            sender.waiting.drop(_waiting(telling, device), telling.message.seq)
        case Fate.GONE:
            await forget_push_device(sender.push.messaging, device)
        case Fate.LATER:
            sender.waiting.rest(device.device_id, delivery.rest)
            _wait(sender, telling, device)
        case Fate.REFUSED:
            pass


def _wait(sender: PushSender, telling: Telling, device: PushDevice) -> None:
    message = telling.message
    age = sender.push.messaging.clock() - datetime.fromisoformat(message.created_at)
    if age > TRIED_FOR or not sender.waiting.put(_waiting(telling, device), message.seq):
        _log.warning("a push is given up", device=device.device_id)


def _waiting(telling: Telling, device: PushDevice) -> Waiting:
    group_uuid = telling.message.message_group_uuid
    return Waiting(telling.user_uuid, device.device_id, group_uuid)
