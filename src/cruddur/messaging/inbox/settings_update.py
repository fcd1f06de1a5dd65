"""Write what a person has set on their own inbox row."""

import msgspec

from cruddur.domain.model import InboxRow
from cruddur.messaging.inbox.inbox_rows import changed_fields
from cruddur.ports.table import Equals, Exists, Missing, Update
from cruddur.schema import items, keys

ATTEMPTS = 8
"""The most tries to write a row that others write at the same time."""


def changed_once(before: InboxRow, after: InboxRow) -> InboxRow:
    """Returns the changed row with the next version of its settings, or `before` if nothing differs."""
    if after == before:
        return before
    return msgspec.structs.replace(after, settings_version=before.settings_version + 1)


def settings_update(before: InboxRow, after: InboxRow) -> Update:
    """Returns the write of changed settings, on condition that no other change came between."""
    values, removed = changed_fields(before, after)
    version = before.settings_version
    # Without the first condition a member who has left would get an incomplete row.
    is_as_read: list[Exists | Equals | Missing] = [
        Exists(keys.PARTITION_KEY),
        Equals("settings_version", version) if version else Missing("settings_version"),
    ]
    if after.indexed_at != before.indexed_at:
        # Its place follows from its last message.
        is_as_read.append(Equals("indexed_at", before.indexed_at))
    if after.indexed_at != before.indexed_at or after.cleared_seq != before.cleared_seq:
        is_as_read.append(Equals("last_seq", before.last_seq))
    if after.read_seq != before.read_seq:
        is_as_read.append(Equals("read_seq", before.read_seq))
    key = items.row_key_of(before)
    return Update(key, values, removed, is_as_read)
