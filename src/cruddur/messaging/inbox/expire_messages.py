"""Hide the messages of a conversation that are too old to be kept, from all of its members at once.

The group says up to which number; each member has it from there, as what they have cleared. So whatever
shows messages hides these too. The rows follow, each by itself: done again, it ends the same.
"""

from datetime import timedelta
from functools import partial

import msgspec

from cruddur.domain.erasure import not_erased
from cruddur.domain.errors import Busy, ConditionFailed
from cruddur.domain.model import InboxRow, MessageGroup, timestamp
from cruddur.domain.retention import retention_of
from cruddur.messaging.access import find_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.inbox_rows import cleared
from cruddur.messaging.inbox.settings_update import ATTEMPTS, changed_once, settings_update
from cruddur.messaging.invalidated import publish_invalidated
from cruddur.messaging.messages.read_newest import read_newest_seq
from cruddur.messaging.publishing import publish_row_settings
from cruddur.messaging.unchanged_group import unchanged_group
from cruddur.ports.beside import each
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Update
from cruddur.schema import items, keys
from cruddur.schema.readable import one_from

_AT_ONCE = 10


@access_pattern(
    "expire_messages",
    Ceiling("Y", "hide what is too old in a conversation of two", write=3, read=6),
)
async def expire_messages(
    messaging: MessagingContext, message_group_uuid: str
) -> MessageGroup | None:
    """Hides what is too old by now, and returns the conversation; None if there is none.

    What was hidden once stays so under a longer rule. Raises Busy, TableUnavailable.
    """
    group = await _hide(messaging, message_group_uuid)
    if group is not None and group.expired_through:
        await _empty_rows(messaging, group)
    return group


def oldest_kept(messaging: MessagingContext, group: MessageGroup) -> str | None:
    """Returns the time before which messages of this group are too old; None if they stay."""
    days = retention_of(group, messaging.retention_days)
    return timestamp(messaging.clock() - timedelta(days=days)) if days else None


async def _hide(messaging: MessagingContext, uuid: str) -> MessageGroup | None:
    for _ in range(ATTEMPTS):
        messaging.direct_groups.doubt(uuid)
        group = await find_group(messaging, uuid)
        kept_from = oldest_kept(messaging, group) if group else None
        if group is None or kept_from is None:
            return group
        through = await _last_too_old(messaging, group, kept_from)
        if through <= group.expired_through:
            return group
        changed = msgspec.structs.replace(
            group, expired_through=through, clears=(group.clears or 0) + 1
        )
        try:
            await messaging.table.update(_group_update(group, changed))
        except ConditionFailed:
            continue
        messaging.changed_groups.remember(changed)
        await publish_invalidated(messaging, uuid, list(changed.members))
        return changed
    raise Busy("This conversation is being changed elsewhere. Please try again.")


def _group_update(before: MessageGroup, after: MessageGroup) -> Update:
    values = {"expired_through": after.expired_through, "clears": after.clears}
    key = keys.group_key(after.message_group_uuid)
    return Update(key, values, condition=unchanged_group(before))


async def _last_too_old(messaging: MessagingContext, group: MessageGroup, kept_from: str) -> int:
    """Finds the last message from before this time by halves: no message is older than one before it."""
    uuid = group.message_group_uuid
    old, kept = group.expired_through, await read_newest_seq(messaging, uuid) + 1
    while kept - old > 1:
        middle = (old + kept) // 2
        item = await messaging.table.get(keys.message_key(uuid, middle))
        # One that is gone was too old for another process. One that cannot be read stays.
        if item is None or str(item.get("created_at", kept_from)) < kept_from:
            old = middle
        else:
            kept = middle
    return old


async def _empty_rows(messaging: MessagingContext, group: MessageGroup) -> None:
    owners = not_erased(group.members)
    await each(partial(_empty_row, messaging, group), owners, at_once=_AT_ONCE)


async def _empty_row(messaging: MessagingContext, group: MessageGroup, owner: str) -> None:
    """Takes preview and number of unread messages from a row, as far as they are too old."""
    key = items.member_row_key(group, owner)
    for _ in range(ATTEMPTS):
        item = await messaging.table.get(key, consistent=True)
        row = one_from(items.inbox_row_from, item)
        if row is None or row.cleared_seq >= group.expired_through:
            return None  # they have left, or it is done
        after = changed_once(row, cleared(row, group.expired_through))
        try:
            await messaging.table.update(settings_update(row, after))
        except ConditionFailed:
            continue
        return await _tell(messaging, after)
    raise Busy("This conversation is being changed elsewhere. Please try again.")


async def _tell(messaging: MessagingContext, row: InboxRow) -> None:
    if not row.is_request:  # it makes no event before it is accepted
        await publish_row_settings(messaging, row)
