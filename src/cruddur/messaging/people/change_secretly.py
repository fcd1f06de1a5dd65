"""Change what only one member of a conversation may know of: a block, or that they have accepted it."""

from collections.abc import Awaitable, Callable, Sequence

import msgspec

from cruddur.domain.errors import Busy, ConditionFailed
from cruddur.domain.model import MessageGroup
from cruddur.messaging.access import UnreadableGroup
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.invalidated import publish_invalidated
from cruddur.messaging.messages.append_message import appends_held_back
from cruddur.messaging.messages.find_stored import TAIL_PAGE
from cruddur.messaging.messages.read_newest import read_newest
from cruddur.messaging.unchanged_group import unchanged_group
from cruddur.ports.backoff import FULL_JITTER, Backoff
from cruddur.ports.table import IF_NEW, Check, Put, Write
from cruddur.schema import items, keys

_ATTEMPTS = 8
_PAUSE_SECONDS = 0.01

Step = Callable[[MessageGroup | None, int], Awaitable[tuple[MessageGroup | None, Sequence[Write]]]]
"""Returns the changed conversation, or None if it stays as it is, and the other writes.

It gets the conversation, if there is one, and the number of its last message.
"""


async def change_secretly(messaging: MessagingContext, message_group_uuid: str, step: Step) -> int:
    """Applies the step in one transaction, and tells all processes. Returns the last message's number.

    Raises Busy and TableUnavailable, after which it is safe to repeat.
    """
    # Meanwhile only another process can store a message after the last number was read.
    async with appends_held_back(messaging, message_group_uuid):
        changed, last_seq = await _apply(messaging, message_group_uuid, step)
        if changed is not None:
            await publish_invalidated(messaging, message_group_uuid, list(changed.members))
    return last_seq


async def _apply(
    messaging: MessagingContext, uuid: str, step: Step
) -> tuple[MessageGroup | None, int]:
    backoff = Backoff(_PAUSE_SECONDS, jitter=FULL_JITTER)
    for _ in range(_ATTEMPTS):
        group = await _read(messaging, uuid)
        newest = await read_newest(messaging, uuid, TAIL_PAGE) if group else []
        last_seq = newest[-1].seq if newest else 0
        changed, writes = await step(group, last_seq)
        if changed is None:
            return None, last_seq
        changed = _following_version(group, changed)
        try:
            await messaging.table.transact([*_group_writes(group, changed, last_seq), *writes])
        except ConditionFailed:
            await backoff.pause()
            continue
        messaging.changed_groups.remember(changed)
        return changed, last_seq
    raise Busy("This conversation is being changed elsewhere. Please try again.")


async def _read(messaging: MessagingContext, uuid: str) -> MessageGroup | None:
    item = await messaging.table.get(keys.group_key(uuid), consistent=True)
    try:
        return items.group_from(item) if item else None
    except items.UNREADABLE as error:
        raise UnreadableGroup(error) from error


def _following_version(before: MessageGroup | None, after: MessageGroup) -> MessageGroup:
    if before is None:
        return after
    version, secret = before.version + 1, before.secret_changes + 1
    return msgspec.structs.replace(after, version=version, secret_changes=secret)


def _group_writes(
    before: MessageGroup | None, after: MessageGroup, last_seq: int
) -> Sequence[Write]:
    if before is None:
        return [Put(items.group_item(after), IF_NEW)]
    # A message that was stored after the last number was read makes this fail. So each later message
    # was stored after the block, by a process that may know of it.
    following = keys.message_key(after.message_group_uuid, last_seq + 1)
    return [Put(items.group_item(after), unchanged_group(before)), Check(following, IF_NEW)]
