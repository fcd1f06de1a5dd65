"""Deliver one push to the push service of a browser, and understand what it answers (RFC 8030)."""

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from cruddur.domain.push import PushDevice
from cruddur.logs import Log
from cruddur.messaging.push.context import PushContext
from cruddur.messaging.push.payload import topic_of
from cruddur.ports.outbound import Outbound, OutboundAnswer, OutboundFailed, OutboundRefused

if TYPE_CHECKING:
    from cruddur.messaging.push.vapid import PushKey

CALL_SECONDS = 10.0
LONGEST_REST_SECONDS = 3600.0
"""The longest that a push service may ask us to wait."""

_GONE = frozenset({404, 410})
_TOO_MANY, _ERRORS_FROM = 429, 500

_log = Log()


class Fate(Enum):
    """What became of a push."""

    DELIVERED = "delivered"
    GONE = "gone"
    """The subscription has ended, or leads where this service must not call."""
    REFUSED = "refused"
    """This push is not wanted, and trying again would not help."""
    LATER = "later"


class Delivery(NamedTuple):
    """What became of a push. `rest` is the least time in seconds before the next try, if it was told."""

    fate: Fate
    rest: float = 0.0


class Push(NamedTuple):
    """What is sent: the text, for how many seconds it counts, and whether it may wake a device."""

    text: bytes
    message_group_uuid: str
    seconds: int
    is_urgent: bool


async def deliver_push(
    push: PushContext, outbound: Outbound, device: PushDevice, key: "PushKey", what: Push
) -> Delivery:
    """Sends it once. Raises nothing that the device's owner, or their push service, could cause."""
    from cruddur.messaging.push.encryption import encrypt, receiver_of  # noqa: PLC0415  slow
    from cruddur.messaging.push.vapid import authorization  # noqa: PLC0415  slow

    now = push.messaging.clock()
    try:
        body = encrypt(what.text, receiver_of(device.p256dh, device.auth))
        signed = authorization(key, device.endpoint, push.contact, int(now.timestamp()))
        headers = {**_headers(device, what), "Authorization": signed}
        answer = await outbound.post(device.endpoint, body, headers, seconds=CALL_SECONDS)
    except OutboundRefused as error:
        _log.warning("a device may not be pushed to", device=device.device_id, error=str(error))
        return Delivery(Fate.GONE)
    except OutboundFailed as error:
        # The push may have arrived. The device then shows it twice in one place, without a sound.
        _log.info("a push service did not answer", device=device.device_id, error=str(error))
        return Delivery(Fate.LATER)
    except ValueError:
        return Delivery(Fate.GONE)  # another program has written the keys
    return _understood(answer, device, now)


def _headers(device: PushDevice, what: Push) -> dict[str, str]:
    return {
        "TTL": str(max(0, what.seconds)),
        "Urgency": "high" if what.is_urgent else "normal",
        "Topic": topic_of(device.endpoint, what.message_group_uuid),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
    }


def _understood(answer: OutboundAnswer, device: PushDevice, now: datetime) -> Delivery:
    status = answer.status
    if 200 <= status < 300:  # noqa: PLR2004  success: RFC 9110, 15.3
        return Delivery(Fate.DELIVERED)
    if status in _GONE:
        return Delivery(Fate.GONE)
    if status == _TOO_MANY or status >= _ERRORS_FROM:
        return Delivery(Fate.LATER, answer.asked_pause(now, LONGEST_REST_SECONDS))
    _log.warning("a push service refuses a push", device=device.device_id, status=status)
    return Delivery(Fate.REFUSED)
