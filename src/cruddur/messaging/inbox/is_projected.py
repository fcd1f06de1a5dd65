"""Tells which changes of the table the projector needs."""

from cruddur.ports.change_feed import PROJECTOR, Change, Consumer
from cruddur.schema.kinds import kind_of_key

PROJECTOR_CONSUMER = Consumer(PROJECTOR, frozenset({"message", "message-change", "group"}))
"""The projector as a consumer of the change feed."""


def is_projected(change: Change) -> bool:
    """Whether the projector needs the change: of a message, of a group, or an addition to the log of the
    messages' edits and deletions.

    The stream's event source mapping filters in the same way. The Lambda checks again, because a
    deployment without that filter must not corrupt inboxes.
    """
    kind = kind_of_key(change.key)
    is_of_message = kind == "message" and change.kind != "remove"
    return is_of_message or is_message_changed(change) or is_group_changed(change)


def is_message_changed(change: Change) -> bool:
    """Whether the change is an edit or a deletion of a message that was put into the log."""
    return change.kind == "insert" and kind_of_key(change.key) == "message-change"


def is_group_changed(change: Change) -> bool:
    """Whether the change is one of a group's title or members. A new group has its rows already."""
    return change.kind == "modify" and kind_of_key(change.key) == "group"


def changes_rows(change: Change) -> bool:
    """Whether inbox rows follow this projected change: of a group's changes, only another title's."""
    old, new = change.old or {}, change.new or {}
    is_retitled = new.get("title_version") != old.get("title_version")
    return is_retitled or not is_group_changed(change)
