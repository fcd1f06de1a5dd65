"""Devices that are notified of messages by Web Push, and what a person has chosen for all of theirs."""

import hashlib
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from msgspec import Struct

DEVICES_MAX = 20
"""The most devices of a person that are told; a further one takes the place of the oldest."""

ENDPOINT_MAX_CHARS = 1024
TIME_ZONE_MAX_CHARS = 64

KEPT = timedelta(days=30)
"""How long a device is told after its page has last asked for it: as long as a session lasts."""

MINUTES_A_DAY = 24 * 60


class PushDevice(Struct, frozen=True, kw_only=True):
    """A browser that is notified of messages, for one person and one of their sessions.

    `endpoint` is the address at its push service, `p256dh` and `auth` are the keys of its subscription.
    With the three of them anybody can push to it. `key` is the public key of ours that it was made for.
    `device` is the browser in words, `time_zone` its zone by the name of the IANA. `expires_at` is the
    epoch second after which it is told nothing more.
    """

    user_uuid: str
    device_id: str
    endpoint: str
    p256dh: str
    auth: str
    key: str
    session_id: str
    device: str
    time_zone: str
    created_at: str
    expires_at: int

    def __repr__(self) -> str:
        return f"PushDevice({self.user_uuid!r}, {self.device_id!r})"


class PushChoices(Struct, frozen=True, kw_only=True):
    """What a person wants of pushes, on all their devices.

    `texts` says whether they show the sender and the message. From `quiet_from` to `quiet_until`, in
    minutes after midnight where the device is, nothing is pushed; None means that there is no such time.
    """

    user_uuid: str
    texts: bool = True
    quiet_from: int | None = None
    quiet_until: int | None = None

    def is_quiet(self, at: datetime, time_zone: str) -> bool:
        """Whether nothing is to be pushed at this moment to a device in this zone."""
        if self.quiet_from is None or self.quiet_until is None:
            return False
        there = at.astimezone(zone_of(time_zone))
        minute = there.hour * 60 + there.minute
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= minute < self.quiet_until
        return minute >= self.quiet_from or minute < self.quiet_until  # over midnight


def zone_of(name: str) -> tzinfo:
    """Returns the time zone of this name; UTC for one that this machine does not know."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; no name of a zone; the name of a folder
        return UTC


def device_id_of(endpoint: str) -> str:
    """Returns the id of the device with this endpoint. Nobody can tell the endpoint from it."""
    return hashlib.sha256(endpoint.encode()).hexdigest()[:32]
