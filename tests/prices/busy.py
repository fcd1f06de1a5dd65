"""Inboxes in which thousands of conversations move within an hour, as the projector fills them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import NAMESPACE_OID, uuid5

from cruddur.domain.model import InboxRow, Message, timestamp
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.inbox_rows import advance
from cruddur.ports.table import Put
from cruddur.schema import items

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OWNER = "desk"
T = TypeVar("T")


async def fill(
    messaging: MessagingContext,
    count: int,
    within: timedelta = timedelta(hours=1),
    *,
    owner: str = OWNER,
    preview: str = "Where is my order?",
) -> list[str]:
    """Rows that were quiet for a day, and then got a message each within that time, as their projector
    would write them. Returns the newest first.
    """
    rows = moved_rows(messaging, count, within, owner=owner, preview=preview)
    for some in parts(rows, 100):
        await messaging.table.transact([Put(items.inbox_row_item(row)) for row in some])
    return [row.message_group_uuid for row in reversed(rows)]


def moved_rows(
    messaging: MessagingContext,
    count: int,
    within: timedelta,
    *,
    owner: str = OWNER,
    preview: str = "Where is my order?",
) -> list[InboxRow]:
    """The rows that `fill` writes, the oldest first."""
    return [
        _moved(messaging, _row(n, owner), START + within * n / count, preview) for n in range(count)
    ]


def parts(things: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The things in order, so many at a time."""
    return (things[at : at + size] for at in range(0, len(things), size))


def _moved(messaging: MessagingContext, row: InboxRow, at: datetime, preview: str) -> InboxRow:
    message = Message(
        message_group_uuid=row.message_group_uuid,
        seq=1,
        message_uuid=f"{row.message_group_uuid}/1",
        message=preview,
        user_uuid="customer",
        user_handle="customer",
        user_display_name="Customer",
        created_at=timestamp(at),
    )
    return advance(row, [message], messaging.slack)


def _row(number: int, owner: str) -> InboxRow:
    at = timestamp(START - timedelta(days=1))
    # Spread evenly over all uuids, and in no order of time, as real ones are.
    uuid = str(uuid5(NAMESPACE_OID, f"{owner} {number}"))
    return InboxRow(
        owner_uuid=owner,
        message_group_uuid=uuid,
        kind="direct",
        user_uuid="customer",
        last_message_at=at,
        indexed_at=at,
        created_at=at,
    )
