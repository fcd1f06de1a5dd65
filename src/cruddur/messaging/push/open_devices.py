"""The devices of a person that may be told something: those whose session has not ended."""

from cruddur.domain.push import PushDevice
from cruddur.schema.push_items import PersonalPush


def open_devices(found: PersonalPush, now: float) -> list[PushDevice]:
    """Returns them, in the same order. `now` is in epoch seconds."""
    return [one for one in found.devices if is_open(one, found, now)]


def is_open(device: PushDevice, found: PersonalPush, now: float) -> bool:
    """Whether the device was renewed in time, and its session is there and not over."""
    session = found.sessions.get(device.session_id)
    return device.expires_at > now and session is not None and session.expires_at > now
