"""Mark a conversation read up to a number: one write unit, and never backward."""

from cruddur.errors import ConditionFailed, Invalid
from cruddur.messaging.access import access_group
from cruddur.messaging.events import publish_read
from cruddur.messaging.ports import Key, Less, Update
from cruddur.messaging.service import Messaging
from cruddur.table import keys
from cruddur.table.metering import counted_as


@counted_as("mark_read")
async def mark_read(
    messaging: Messaging, user_uuid: str, message_group_uuid: str, seq: int
) -> None:
    """What was read stays read: a smaller number than the one kept changes nothing.

    Raises NotFound, and Invalid for a number that no message has: it would hide messages to come.
    """
    group = await access_group(messaging, user_uuid, message_group_uuid)
    await _check_exists(messaging, group.message_group_uuid, seq)
    row_key = keys.inbox_row_key(user_uuid, group.message_group_uuid)
    try:
        await messaging.table.update(
            Update(row_key, {"read_seq": seq}, condition=[Less("read_seq", seq)])
        )
    except ConditionFailed:
        return
    await publish_read(messaging, user_uuid, group.message_group_uuid, seq)


async def _check_exists(messaging: Messaging, group_uuid: str, seq: int) -> None:
    if 0 <= seq <= messaging.tails.last_seq(group_uuid):
        return
    if seq and (seq < 0 or not await _is_there(messaging, keys.message_key(group_uuid, seq))):
        raise Invalid("seq_unknown", "There is no message with this number.", field="seq")


async def _is_there(messaging: Messaging, key: Key) -> bool:
    if await messaging.table.get(key) is not None:
        return True
    # A replica that lags does not have what another process has just stored and shown.
    return await messaging.table.get(key, consistent=True) is not None
