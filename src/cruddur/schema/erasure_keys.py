"""The keys of what the erasure of a person needs."""

from cruddur.domain.item import Key
from cruddur.schema import keys

LEFT_PREFIX = "LEFT#"  # sorts before SESSION_PREFIX, so that no query for sessions has it
ERASURE_PREFIX = "ERASURE#"
ERASED_PEOPLE = "ERASED#people"
ERASED_HANDLES = "ERASED#handles"
_ERASED_ISSUER = "erased"  # no issuer has this name: they are URLs


def left_key(user_uuid: str, message_group_uuid: str) -> Key:
    """The key of what remembers that a user has left a conversation."""
    return Key(keys.USER_PREFIX + user_uuid, LEFT_PREFIX + message_group_uuid)


def erasure_key(user_uuid: str) -> Key:
    """The key of an erasure that has begun. All of them lie in one partition, so that they are found."""
    return Key(ERASURE_PREFIX, user_uuid)


def erased_person_key(user_uuid: str) -> Key:
    """The key of the item that says that a user was erased."""
    return Key(ERASED_PEOPLE, user_uuid)


def erased_handle_key(digest: str) -> Key:
    """The key that keeps others from the handle of somebody who was erased."""
    return Key(ERASED_HANDLES, digest)


def erased_login_key(digest: str) -> Key:
    """The key that keeps an issuer's login of somebody who was erased from making an account again."""
    return keys.login_key(_ERASED_ISSUER, digest)
