"""The keys of blocks, of both sides."""

from cruddur.domain.item import Key
from cruddur.schema.keys import USER_PREFIX

BLOCK_PREFIX = "BLOCK#"  # sorts before all else in the partition of a person
BLOCKED_BY_PREFIX = "BLOCKED_BY#"


def block_key(user_uuid: str, blocked_uuid: str) -> Key:
    """The key of what says that a user has blocked another one."""
    return Key(USER_PREFIX + user_uuid, BLOCK_PREFIX + blocked_uuid)


def blocked_by_key(user_uuid: str, blocker_uuid: str) -> Key:
    """The key of what says that a user was blocked by another one, who alone knows it."""
    return Key(USER_PREFIX + user_uuid, BLOCKED_BY_PREFIX + blocker_uuid)


def is_block_sk(sk: str) -> bool:
    """Whether the sort key is that of a block, of either side."""
    return sk.startswith((BLOCK_PREFIX, BLOCKED_BY_PREFIX))
