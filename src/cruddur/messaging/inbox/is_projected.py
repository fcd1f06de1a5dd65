"""Tells which changes of the table the projector needs."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from cruddur.domain.item import Item
from cruddur.ports.change_feed import PROJECTOR, Change, Consumer
from cruddur.schema.kinds import kind_of_key

PROJECTOR_CONSUMER = Consumer(
    PROJECTOR, frozenset({"message", "message-change", "group", "renaming"})
)
"""The projector as a consumer of the change feed."""


def is_projected(change: Change) -> bool:
    """Whether the projector needs the change: of a message, of a group, of a person's new name on its
    way, or an addition to the log of the messages' edits and deletions.

    The stream's event source mapping filters in the same way. The Lambda checks again, because a
    deployment without that filter must not corrupt inboxes.
    """
    kind = kind_of_key(change.key)
    is_of_message = kind == "message" and change.kind != "remove"
    is_on_its_way = is_renaming(change) and change.kind != "remove"
    is_of_group = is_group_changed(change) and change.kind != "remove"
    return is_of_message or is_message_changed(change) or is_of_group or is_on_its_way


def is_message_changed(change: Change) -> bool:
    """Whether the change is an edit or a deletion of a message that was put into the log."""
    return change.kind == "insert" and kind_of_key(change.key) == "message-change"


def is_group_changed(change: Change) -> bool:
    """Whether the change is one of a group: a new one, or another title or other members."""
    return kind_of_key(change.key) == "group"


def is_renaming(change: Change) -> bool:
    """Whether the change says how far a person's new name has come."""
    return kind_of_key(change.key) == "renaming"


def changes_rows(change: Change) -> bool:
    """Whether something follows this projected change: of a group's changes, from another title's, from
    those that bring members, whose names may be old, and from those that only one member may know of.
    """
    is_group = is_group_changed(change)
    return not is_group or is_retitled(change) or has_newcomers(change) or is_secret(change)


def newly_hidden(change: Change) -> AbstractSet[str] | None:
    """The members who have deleted a message for themselves, if nothing else of it has changed.

    None if something else has, so that the rows of all members follow.
    """
    old, new = change.old or {}, change.new or {}
    is_all = _without_hidden(old) == _without_hidden(new)
    return _hidden(new) - _hidden(old) if is_all else None


def is_retitled(change: Change) -> bool:
    """Whether the change gave a group another title. A new group has its rows already."""
    old, new = change.old or {}, change.new or {}
    return change.kind == "modify" and new.get("title_version") != old.get("title_version")


def is_secret(change: Change) -> bool:
    """Whether the change is one that only one member may know of, as a block."""
    old, new = change.old or {}, change.new or {}
    return change.kind == "modify" and new.get("secret_changes") != old.get("secret_changes")


def has_newcomers(change: Change) -> bool:
    """Whether the change brought members to a group, or is a new group."""
    return not _members(change.new) <= _members(change.old)


def _hidden(item: Item) -> AbstractSet[str]:
    hidden = item.get("hidden_by")
    return set(map(str, hidden)) if isinstance(hidden, list) else set()


def _without_hidden(item: Item) -> Item:
    return {name: value for name, value in item.items() if name != "hidden_by"}


def _members(item: Item | None) -> AbstractSet[object]:
    members = (item or {}).get("members")
    return members.keys() if isinstance(members, Mapping) else set()
