"""The keys of what a sweep needs: the groups with a rule of their own, and when the next one is due."""

from cruddur.domain.item import Item, Key
from cruddur.schema import keys
from cruddur.schema.records import keyed

RETENTION_PREFIX = "RETENTION#"
GROUPS_PK = RETENTION_PREFIX + "groups"
_SWEEP_KEY = Key(RETENTION_PREFIX + "sweep", "SWEEP")


def retention_key(message_group_uuid: str) -> Key:
    """The key of what says that a group has a rule of its own. One query finds all such groups."""
    return Key(GROUPS_PK, message_group_uuid)


def retention_item(message_group_uuid: str) -> Item:
    """Returns the item that says that a group has a rule of its own; the group's item has the rule."""
    return keyed(retention_key(message_group_uuid))


def group_with_rule(item: Item) -> str:
    """The group that such an item names. Raises KeyError for an item without a key."""
    return keys.whole_key_of(item).sk


def sweep_key() -> Key:
    """The key of the epoch second at which the next sweep is due, `due_at`."""
    return _SWEEP_KEY
