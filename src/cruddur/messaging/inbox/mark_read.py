"""Mark a conversation as read up to a message number, for one write unit."""

from msgspec.structs import replace

from cruddur.domain.errors import ConditionFailed, Invalid, declare_code
from cruddur.domain.item import Item, Key
from cruddur.messaging.access import access_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.count_unread import unread_in
from cruddur.messaging.inbox.give_receipt import give_receipt
from cruddur.messaging.publishing import publish_read
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Less, Update
from cruddur.schema import items, keys
from cruddur.schema.readable import rows_from

_SEQ_UNKNOWN = declare_code("seq_unknown", "There is no message with this number.")


@access_pattern(
    "mark_read",
    Ceiling("F", "mark read", write=1, read=0),
    Ceiling("F", "mark read, and tell the others", write=2, read=0),
)
async def mark_read(
    messaging: MessagingContext,
    user_uuid: str,
    message_group_uuid: str,
    seq: int,
    *,
    shares: bool = False,
) -> None:
    """Sets the user's read number, unless it is already greater.

    If the user `shares` receipts, the other members learn of it.

    Raises NotFound, and Invalid for a number that no message has, which would hide later messages.
    """
    group = await access_group(messaging, user_uuid, message_group_uuid)
    await check_seq_exists(messaging, group.message_group_uuid, seq)
    row_key = items.member_row_key(group, user_uuid)
    try:
        old = await messaging.table.update(
            Update(row_key, {"read_seq": seq}, condition=[Less("read_seq", seq)], wants_old=True)
        )
    except ConditionFailed:
        pass  # it may be a retry after a crash, so the receipt is looked at all the same
    else:
        fewer = _fewer_unread(old, seq, messaging.now())
        await publish_read(messaging, user_uuid, group.message_group_uuid, seq, fewer)
    if shares and seq > 0:
        await give_receipt(messaging, user_uuid, group, seq)


def _fewer_unread(old: Item | None, seq: int, now: str) -> tuple[int, int] | None:
    """How many messages, and conversations, are no longer unread. Requests are in no count."""
    rows = rows_from([old] if old else [])
    if not rows:
        return None
    counted = [row for row in rows if not row.is_request]
    before = unread_in(counted, now)
    after = unread_in([replace(row, read_seq=seq) for row in counted], now)
    return before.messages - after.messages, before.conversations - after.conversations


async def check_seq_exists(
    messaging: MessagingContext, group_uuid: str, seq: int, *, field: str = "seq"
) -> None:
    """Raises Invalid for a number that no message has. `field` names the input that is wrong.

    A process that has shown the message asks nobody.
    """
    if 0 <= seq <= messaging.tails.last_seq(group_uuid):
        return
    if seq and (seq < 0 or not await _is_there(messaging, keys.message_key(group_uuid, seq))):
        raise Invalid(_SEQ_UNKNOWN, "There is no message with this number.", field=field)


async def _is_there(messaging: MessagingContext, key: Key) -> bool:
    if await messaging.table.get(key) is not None:
        return True
    # A lagging replica may not have a message that another process has just stored and shown.
    return await messaging.table.get(key, consistent=True) is not None
