"""Read a conversation's log of changes from the table."""

from collections.abc import Sequence
from typing import NamedTuple

from cruddur.domain.item import Item
from cruddur.domain.message_changes import MessageChange
from cruddur.messaging.context import MessagingContext
from cruddur.ports.table import Page, Query, Range
from cruddur.schema import keys
from cruddur.schema.readable import message_changes_from


class ReadChanges(NamedTuple):
    """A part of the log, the oldest change first.

    `last_seq` is the number of the last change in it, whether that can be read or not; 0 without any.
    `has_more` says whether there are others in the direction of reading.
    """

    items: Sequence[Item]
    last_seq: int
    has_more: bool

    @property
    def changes(self) -> Sequence[MessageChange]:
        """The changes, without those that cannot be read. They are read anew each time."""
        return message_changes_from(self.items)


async def read_changes(
    messaging: MessagingContext, message_group_uuid: str, first_seq: int, limit: int
) -> ReadChanges:
    """Returns at most `limit` changes from number `first_seq` on. The read is strongly consistent."""
    page = await messaging.table.query(
        Query(
            partition=keys.messages_pk(message_group_uuid),
            range=Range(at_least=keys.change_sk(first_seq), at_most=keys.LAST_CHANGE_SK),
            limit=limit,
            consistent=True,
        )
    )
    return _read(page)


async def read_newest_changes(
    messaging: MessagingContext, message_group_uuid: str, limit: int, *, consistent: bool
) -> ReadChanges:
    """Returns the newest changes. Without `consistent` it costs half, and the last may be missing."""
    page = await messaging.table.query(
        Query(
            partition=keys.messages_pk(message_group_uuid),
            range=Range(at_least=keys.change_sk(1), at_most=keys.LAST_CHANGE_SK),
            descending=True,
            limit=limit,
            consistent=consistent,
        )
    )
    return _read(Page(page.items[::-1], page.next))


def _read(page: Page) -> ReadChanges:
    last_seq = keys.change_seq_of(keys.key_of(page.items[-1]).sk) if page.items else 0
    return ReadChanges(page.items, last_seq, page.next is not None)
