"""The keys of read marks, which lie beside the messages of their conversation."""

from cruddur.domain.item import Key
from cruddur.schema import keys

READ_PREFIX = "READ#"  # sorts after the messages, their changes and the group
LAST_READ_SK = READ_PREFIX + "~"


def read_mark_key(message_group_uuid: str, user_uuid: str) -> Key:
    """The key of the item that says up to where a member has read, as others see it."""
    return Key(keys.messages_pk(message_group_uuid), READ_PREFIX + user_uuid)


def is_read_mark_sk(sk: str) -> bool:
    """Whether the sort key is that of a read mark: its prefix, and a person."""
    return sk.startswith(READ_PREFIX) and sk != READ_PREFIX
