"""Claim to tell a person of a message, so that of all processes one does it, and once."""

from datetime import timedelta

from cruddur.domain.errors import ConditionFailed
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.push.find_telling import Telling
from cruddur.ports.metering import access_pattern
from cruddur.ports.table import LessOrMissing, Update
from cruddur.schema import push_keys

KEPT = timedelta(days=2)
"""Longer than the feed keeps a change, which may come again for so long."""


@access_pattern("push_message")
async def claim_telling(messaging: MessagingContext, telling: Telling) -> bool:
    """Returns whether this process is to tell of it: no later message was told, nor was this one.

    What was claimed is told at most once, even if the process is killed before it has sent anything.
    Raises TableUnavailable.
    """
    seq = telling.message.seq
    key = push_keys.told_key(telling.user_uuid, telling.message.message_group_uuid)
    until = int((messaging.clock() + KEPT).timestamp())
    values = {"seq": seq, "expires_at": until}
    try:
        await messaging.table.update(Update(key, values, condition=[LessOrMissing("seq", seq)]))
    except ConditionFailed:
        return False
    return True
