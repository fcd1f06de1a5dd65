"""Write an inbox row that messages have changed, on condition that it is still as it was read."""

from collections.abc import Sequence

from cruddur.domain.model import InboxRow, Message, MessageGroup
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.inbox_rows import advance, changed_fields, retitled
from cruddur.ports.table import Equals, Missing, Update, unchanged
from cruddur.ports.wrappable import wrappable
from cruddur.schema import items


@wrappable
async def write_row(
    messaging: MessagingContext, row: InboxRow, messages: Sequence[Message], group: MessageGroup
) -> bool:
    """Advances a row by messages, and gives it the group's present title. Returns False if it was
    written before, perhaps by another projector.

    Raises ConditionFailed if the row is no longer as it was read, and TableUnavailable.
    """
    update = row_update(row, retitled(advance(row, messages, messaging.slack), group))
    if update is not None:
        await messaging.table.update(update)
    return update is not None


def row_update(before: InboxRow, after: InboxRow) -> Update | None:
    """Returns the write that changes the row, on condition that it is still as `before`."""
    values, removed = changed_fields(before, after)
    if not values and not removed:
        return None
    # These attributes distinguish all states but those of title and name, which have their own versions.
    as_read: list[Equals | Missing] = [
        Equals("last_seq", before.last_seq),
        Equals("indexed_at", before.indexed_at),
        unchanged("last_changed_at", before.last_changed_at),
        unchanged("last_change_seq", before.last_change_seq or None),
    ]
    if after.event_seqs != before.event_seqs:
        # A late event changes nothing else.
        as_read.append(unchanged("event_seqs", before.event_seqs))
    if after.mention_seqs != before.mention_seqs:
        # Nor does a late mention.
        as_read.append(unchanged("mention_seqs", list(before.mention_seqs) or None))
    if after.read_seq != before.read_seq:
        as_read.append(Equals("read_seq", before.read_seq))
    if after.title_version != before.title_version:
        as_read.append(unchanged("title_version", before.title_version))
    if after.name_version != before.name_version:
        as_read.append(unchanged("name_version", before.name_version))
    if after.archived_at != before.archived_at:
        # Whether it comes back depends on the mute.
        as_read.append(unchanged("settings_version", before.settings_version or None))
    key = items.row_key_of(before)
    return Update(key, values, removed, as_read)
