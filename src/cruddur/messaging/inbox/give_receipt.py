"""Tell the other members up to which message a person has read, for one write unit."""

from cruddur.domain.errors import ConditionFailed
from cruddur.domain.model import MessageGroup
from cruddur.domain.receipts import ReadMark
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.publishing import publish_receipt
from cruddur.ports.table import LessOrMissing, Update
from cruddur.schema import receipt_keys


async def give_receipt(
    messaging: MessagingContext, user_uuid: str, group: MessageGroup, seq: int
) -> None:
    """Stores the mark and publishes it, unless a greater one is stored. Raises TableUnavailable.

    A crash between the person's own row and this write is mended by the next mark, of the same number
    too.
    """
    if group.members[user_uuid].is_request:
        return  # a stranger does not learn of it, also not once the request is accepted
    mark = ReadMark(
        message_group_uuid=group.message_group_uuid,
        user_uuid=user_uuid,
        read_seq=seq,
        read_at=messaging.now(),
    )
    key = receipt_keys.read_mark_key(mark.message_group_uuid, user_uuid)
    values = {"read_seq": mark.read_seq, "read_at": mark.read_at}
    try:
        await messaging.table.update(
            Update(key, values, condition=[LessOrMissing("read_seq", seq)])
        )
    except ConditionFailed:
        return
    await publish_receipt(messaging, group, mark)
