"""The keys of Web Push: devices, choices, and what was told already."""

from cruddur.domain.item import Key
from cruddur.schema import keys

CHOICES_SK = (
    "PUSH"  # right before the devices, and these before the sessions: one query has all three
)
DEVICE_PREFIX = "PUSH#"
TOLD_PREFIX = "TOLD#"  # after the sessions
OWNER_PREFIX = "PUSH#"
OWNER_SK = "OWNER"
KEY_SK = "KEY"
LAST_SESSION_SK = keys.SESSION_PREFIX + "~"


def device_key(user_uuid: str, device_id: str) -> Key:
    """The key of a device of a person that is notified of messages."""
    return Key(keys.USER_PREFIX + user_uuid, DEVICE_PREFIX + device_id)


def choices_key(user_uuid: str) -> Key:
    """The key of what a person has chosen for all their devices."""
    return Key(keys.USER_PREFIX + user_uuid, CHOICES_SK)


def told_key(user_uuid: str, message_group_uuid: str) -> Key:
    """The key of what says up to which message of a conversation a person was told."""
    return Key(keys.USER_PREFIX + user_uuid, TOLD_PREFIX + message_group_uuid)


def owner_key(device_id: str) -> Key:
    """The key of what says whose device it is."""
    return Key(OWNER_PREFIX + device_id, OWNER_SK)


def push_key_key() -> Key:
    """The key of the item that says which of our own keys is in use."""
    return Key(OWNER_PREFIX, KEY_SK)


def is_device_sk(sk: str) -> bool:
    """Whether the sort key is that of a device, in the partition of its person."""
    return sk.startswith(DEVICE_PREFIX)


def is_told_sk(sk: str) -> bool:
    """Whether the sort key says up to where its person was told."""
    return sk.startswith(TOLD_PREFIX)
