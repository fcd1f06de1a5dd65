"""Converts the devices of Web Push, and what people have chosen for theirs, to items and back."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec
from msgspec import Struct

from cruddur.domain.item import Item
from cruddur.domain.push import PushChoices, PushDevice
from cruddur.domain.session import DeviceSession
from cruddur.schema import items, keys, push_keys
from cruddur.schema.readable import one_from
from cruddur.schema.records import record_item


class PushOwner(Struct, frozen=True, kw_only=True):
    """Says whose device an endpoint is, so that it is one person's only."""

    user_uuid: str
    expires_at: int


class InUse(Struct, frozen=True, kw_only=True):
    """Which of our own keys is in use, and until which epoch second there is a device at the most."""

    number: int = 1
    until: int = 0


class PersonalPush(NamedTuple):
    """What a person has chosen, their devices, and their sessions by id."""

    choices: PushChoices
    devices: list[PushDevice]
    sessions: dict[str, DeviceSession]


def device_item(device: PushDevice) -> Item:
    """Returns the item of a device; its key holds the person and the id."""
    key = push_keys.device_key(device.user_uuid, device.device_id)
    return record_item(key, device, "user_uuid", "device_id")


def device_from(item: Item) -> PushDevice:
    """Returns the device of an item. Raises one of UNREADABLE."""
    key = keys.whole_key_of(item)
    in_the_key = {
        "user_uuid": key.pk.removeprefix(keys.USER_PREFIX),
        "device_id": key.sk.removeprefix(push_keys.DEVICE_PREFIX),
    }
    return msgspec.convert({**item, **in_the_key}, PushDevice)


def choices_item(choices: PushChoices) -> Item:
    """Returns the item of a person's choices; its key holds the person."""
    return record_item(push_keys.choices_key(choices.user_uuid), choices, "user_uuid")


def choices_from(item: Item) -> PushChoices:
    """Returns the choices of an item. Raises one of UNREADABLE."""
    user_uuid = keys.whole_key_of(item).pk.removeprefix(keys.USER_PREFIX)
    return msgspec.convert({**item, "user_uuid": user_uuid}, PushChoices)


def owner_item(device: PushDevice) -> Item:
    """Returns the item that says whose device it is."""
    owner = PushOwner(user_uuid=device.user_uuid, expires_at=device.expires_at)
    return record_item(push_keys.owner_key(device.device_id), owner)


def owner_from(item: Item) -> PushOwner:
    """Returns whose device it is, of an item. Raises one of UNREADABLE."""
    return msgspec.convert(item, PushOwner)


def in_use_from(item: Item | None) -> InUse:
    """Returns which of our own keys is in use, and until when. Raises one of UNREADABLE."""
    return msgspec.convert(item or {}, InUse)


def personal_push(user_uuid: str, found: Iterable[Item]) -> PersonalPush:
    """Returns what the items from a person's choices to their last session say."""
    personal = PersonalPush(PushChoices(user_uuid=user_uuid), [], {})
    for item in found:
        sk = keys.key_of(item).sk
        if sk == push_keys.CHOICES_SK and (choices := one_from(choices_from, item)):
            personal = personal._replace(choices=choices)
        elif push_keys.is_device_sk(sk) and (device := one_from(device_from, item)):
            personal.devices.append(device)
        elif keys.is_session_sk(sk) and (session := one_from(items.session_from, item)):
            personal.sessions[session.session_id] = session
    return personal
