"""Tell a device of new messages from now on, for one person and one session."""

from typing import NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from cruddur.domain.errors import Busy, ConditionFailed, Conflict, Invalid, declare_code
from cruddur.domain.model import timestamp
from cruddur.domain.push import DEVICES_MAX, KEPT, PushDevice, device_id_of
from cruddur.messaging.push.consumer import PUSHES
from cruddur.messaging.push.context import PushContext
from cruddur.messaging.push.find_personal_push import find_personal_push
from cruddur.messaging.push.find_push_key import find_in_use, find_push_key
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import IF_NEW, Delete, Equals, Put, Update, Write
from cruddur.schema import push_items, push_keys
from cruddur.schema.push_items import PersonalPush
from cruddur.schema.readable import one_from

_OFF = declare_code("push_off", "This service pushes nothing: its setting CRUDDUR_PUSH is off.")
_OTHER_KEY = declare_code(
    "push_key_changed", "The subscription was made with another key than the service has by now."
)
_WRONG = declare_code(
    "push_subscription_invalid", "The subscription is none that can be pushed to."
)
_NO_SESSION = declare_code(
    "session_without_item",
    "The token was signed by a host: only a sign-in here can be told by push.",
)
_ZONE = declare_code("time_zone_unknown", "The time zone is none that this service knows.")


_DAY_SECONDS = 86_400


class Subscription(NamedTuple):
    """What a browser says of its subscription, and of itself."""

    endpoint: str
    p256dh: str
    auth: str
    key: str
    time_zone: str
    device: str

    def __repr__(self) -> str:
        return f"Subscription({self.device!r})"


@access_pattern(
    "put_push_device",
    Ceiling("X", "let a device be told, once a day", write=5, read=3),
)
async def put_push_device(
    push: PushContext, user_uuid: str, session_id: str | None, wanted: Subscription
) -> PushDevice:
    """Returns the device. One that another person had is theirs no more.

    `session_id` is None for a token without an item, which nothing tells to have ended. Raises Conflict
    for that, and if the service pushes nothing or has another key by now; Invalid for what cannot be
    pushed to; Busy; and TableUnavailable, after which it is safe to repeat.
    """
    if not push.is_on:
        raise Conflict(_OFF, "This service sends no notifications to closed pages.")
    if session_id is None:
        raise Conflict(_NO_SESSION, "Notifications need a sign-in here, not a token of a host.")
    _check(wanted)
    await _check_key(push, wanted.key)
    found = await find_personal_push(push.messaging, user_uuid)
    device = _device(push, user_uuid, session_id, wanted, found)
    await _store(push, device, found)
    await _say_that_there_is_one(push, device)
    return device


async def _say_that_there_is_one(push: PushContext, device: PushDevice) -> None:
    """Makes the service push, once a day: where no browser is told, nothing follows the messages."""
    until = device.expires_at
    if (await find_in_use(push)).until < until - _DAY_SECONDS:
        if push.feeds is not None:
            # Without it, messages that are sent before the consumer looks for work would be missed.
            await push.feeds.register(PUSHES, "now")
        await push.messaging.table.update(Update(push_keys.push_key_key(), {"until": until}))
        push.in_use.clear()


def _check(wanted: Subscription) -> None:
    from cruddur.messaging.push.encryption import receiver_of  # noqa: PLC0415  slow

    if not _is_address(wanted.endpoint):
        raise Invalid(
            _WRONG, "The address of the browser's subscription is none of a push service."
        )
    try:
        receiver_of(wanted.p256dh, wanted.auth)
    except ValueError:
        raise Invalid(_WRONG, "The keys of the browser's subscription are none.") from None
    try:
        ZoneInfo(wanted.time_zone)
    except (KeyError, ValueError, OSError):
        raise Invalid(_ZONE, "The time zone is unknown here.") from None


def _is_address(endpoint: str) -> bool:
    try:
        parts = urlsplit(endpoint)
        is_whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # the port is no number
        return False
    return is_whole and endpoint.isascii() and endpoint.isprintable() and "@" not in parts.netloc


async def _check_key(push: PushContext, public: str) -> None:
    if public != (await find_push_key(push)).public:
        # Another process may have rotated it within the last minute.
        push.in_use.clear()
        if public != (await find_push_key(push)).public:
            raise Conflict(
                _OTHER_KEY, "The key of this service was changed. Please reload the page."
            )


def _device(
    push: PushContext,
    user_uuid: str,
    session_id: str,
    wanted: Subscription,
    found: PersonalPush,
) -> PushDevice:
    now, device_id = push.messaging.clock(), device_id_of(wanted.endpoint)
    known = [one.created_at for one in found.devices if one.device_id == device_id]
    return PushDevice(
        user_uuid=user_uuid,
        device_id=device_id,
        session_id=session_id,
        **wanted._asdict(),
        created_at=known[0] if known else timestamp(now),
        expires_at=int((now + KEPT).timestamp()),
    )


async def _store(push: PushContext, device: PushDevice, found: PersonalPush) -> None:
    table = push.messaging.table
    key = push_keys.owner_key(device.device_id)
    owner = one_from(push_items.owner_from, await table.get(key, consistent=True))
    condition = IF_NEW if owner is None else [Equals("user_uuid", owner.user_uuid)]
    writes: list[Write] = [
        Put(push_items.owner_item(device), condition),
        Put(push_items.device_item(device)),
        *_replaced(device, found),
    ]
    if owner is not None and owner.user_uuid != device.user_uuid:
        # A second person signed in on the same browser: what is for the first must not appear there.
        writes.append(Delete(push_keys.device_key(owner.user_uuid, device.device_id)))
    try:
        await table.transact(writes)
    except ConditionFailed:
        raise Busy("This device is being registered elsewhere. Please try again.") from None


def _replaced(device: PushDevice, found: PersonalPush) -> list[Write]:
    """Removes what the session had before, since a browser has one subscription, and the oldest ones."""
    others = [one for one in found.devices if one.device_id != device.device_id]
    same = [one for one in others if one.session_id == device.session_id]
    rest = [one for one in others if one.session_id != device.session_id]
    rest.sort(key=lambda one: one.expires_at, reverse=True)
    gone = [*same, *rest[DEVICES_MAX - 1 :]][:DEVICES_MAX]
    return [Delete(push_keys.device_key(one.user_uuid, one.device_id)) for one in gone]
