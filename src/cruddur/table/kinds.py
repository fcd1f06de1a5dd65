"""Which kind of item one is, by its key."""

from collections.abc import Mapping
from typing import Literal, get_args

from cruddur.messaging.ports import Item, Key
from cruddur.table import keys

Kind = Literal[
    "message", "group", "inbox-row", "user", "handle", "login", "session", "dead-letter", "feed",
    "other",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)

_BY_PREFIX: Mapping[str, Kind] = {
    keys.INBOX_PREFIX: "inbox-row",
    keys.USER_PREFIX: "user",
    keys.HANDLE_PREFIX: "handle",
    keys.LOGIN_PREFIX: "login",
    keys.SESSION_PREFIX: "session",
    keys.FEED_PREFIX: "feed",
    keys.DEAD_LETTERS: "dead-letter",
}


def kind_of(item: Item) -> Kind:
    """Keys that are none of ours are "other"."""
    key = Key(str(item.get(keys.PARTITION_KEY, "")), str(item.get(keys.SORT_KEY, "")))
    if keys.is_message(key):
        return "message"
    if key.pk.startswith(keys.MESSAGES_PREFIX):
        return "group" if key.sk == keys.GROUP_SK else "other"
    return next((kind for prefix, kind in _BY_PREFIX.items() if key.pk.startswith(prefix)), "other")
