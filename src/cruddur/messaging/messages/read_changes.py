"""Read a conversation's log of changes from the table."""

from collections.abc import Sequence
from typing import NamedTuple

from cruddur.domain.item import Item
from cruddur.domain.message_changes import MessageChange
from cruddur.messaging.context import MessagingContext
from cruddur.ports.table import Page, Query, Range
from cruddur.schema import keys, receipt_keys
from cruddur.schema.readable import message_changes_from

_BESIDE = 3
"""What lies after the log of a conversation of two: the group, and two read marks."""


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


async def read_changes_and_marks(
    messaging: MessagingContext, message_group_uuid: str, limit: int
) -> tuple[ReadChanges, Sequence[Item]]:
    """Returns the newest changes of a conversation of two, and the read marks of its members.

    Both lie in one partition with nothing but the group between them, so that one strongly consistent
    query costs what the changes alone cost.
    """
    page = await messaging.table.query(
        Query(
            partition=keys.messages_pk(message_group_uuid),
            range=Range(at_least=keys.change_sk(1), at_most=receipt_keys.LAST_READ_SK),
            descending=True,
            limit=limit + _BESIDE,
            consistent=True,
        )
    )
    found = page.items[::-1]
    changes = [item for item in found if keys.is_change_sk(keys.key_of(item).sk)]
    marks = [item for item in found if receipt_keys.is_read_mark_sk(keys.key_of(item).sk)]
    return _read(Page(changes, page.next)), marks


def _read(page: Page) -> ReadChanges:
    last_seq = keys.change_seq_of(keys.key_of(page.items[-1]).sk) if page.items else 0
    return ReadChanges(page.items, last_seq, page.next is not None)
