"""Advance the members' inbox rows by messages of their conversation.

Rows only move forward, and each write requires that the row is still as it was read. So messages may
come twice, late, or to two projectors at once.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence

from cruddur.domain.erasure import not_erased
from cruddur.domain.errors import ConditionFailed, TableUnavailable
from cruddur.domain.item import Item, Key
from cruddur.domain.model import Message, MessageGroup
from cruddur.messaging.access import find_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.inbox_rows import advance, new_row
from cruddur.messaging.inbox.write_row import write_row
from cruddur.messaging.messages.seen_by import seen_by
from cruddur.ports.table import IF_NEW, Check, Equals, Put
from cruddur.ports.wrappable import wrappable
from cruddur.schema import items, keys
from cruddur.schema.readable import messages_from

ATTEMPTS = 8
"""The most tries to write a row that others write at the same time."""


class RowsUnavailable(TableUnavailable):
    """The rows of these owners were not advanced; all others of the conversation were."""

    def __init__(self, why: BaseException, owners: Sequence[str]) -> None:
        super().__init__(str(why))
        self.owners = owners


@wrappable
async def advance_inbox_rows(
    messaging: MessagingContext, messages: Sequence[Message], only: Collection[str] | None = None
) -> None:
    """Advances the members' rows, or `only` those of some, by these messages of one conversation.

    A row that fails stops no other. Raises LookupError if the messages have no conversation,
    RowsUnavailable, TableError, and any error of a row that another program wrote.
    """
    group_uuid = messages[0].message_group_uuid
    group = await find_group(messaging, group_uuid)
    if group is None:
        raise LookupError(f"messages without a conversation: {group_uuid}")
    messages = await _as_they_are(messaging, group, messages)
    failures: dict[str, BaseException] = {}
    owners: Sequence[str] = [
        uuid for uuid in not_erased(group.members) if only is None or uuid in only
    ]
    for attempt in range(ATTEMPTS):
        outcomes = await _advance_rows(messaging, group, owners, messages, again=attempt > 0)
        conflicts = [uuid for uuid, one in outcomes.items() if isinstance(one, ConditionFailed)]
        failures |= {uuid: one for uuid, one in outcomes.items() if one and uuid not in conflicts}
        if not conflicts:
            return _raise_first(failures)
        # Read once for all rows: of a group of 50, each conflict would otherwise read it again.
        messaging.direct_groups.forget(group_uuid)  # it may have another version by now
        current = await find_group(messaging, group_uuid)
        # A row of a member who has left meanwhile must not be created again.
        owners = [uuid for uuid in conflicts if current and uuid in not_erased(current.members)]
        group = current or group
    changed = ConditionFailed(f"rows of {owners} changed {ATTEMPTS} times")
    return _raise_first(failures | dict.fromkeys(owners, changed))


async def _as_they_are(
    messaging: MessagingContext, group: MessageGroup, messages: Sequence[Message]
) -> Sequence[Message]:
    """Reads messages again that are by or about somebody who is no longer a member.

    They may have been erased since, and a change that waited in the feed would bring their name back.
    """
    there = set(not_erased(group.members))
    old = [
        keys.message_key(message.message_group_uuid, message.seq)
        for message in messages
        if not {message.user_uuid, *(message.event.user_uuids if message.event else ())} <= there
    ]
    if not old:
        return messages
    found = await messaging.table.get_many(old, consistent=True)
    present = {message.seq: message for message in messages_from(found.values())}
    return [present.get(message.seq, message) for message in messages]


def _raise_first(failures: Mapping[str, BaseException]) -> None:
    """Raises an unavailable table before other errors, so that all these rows are tried again."""
    if not failures:
        return
    first = max(failures.values(), key=lambda failure: isinstance(failure, TableUnavailable))
    if isinstance(first, TableUnavailable):
        raise RowsUnavailable(first, list(failures)) from first
    raise first


async def _advance_rows(
    messaging: MessagingContext,
    group: MessageGroup,
    owners: Sequence[str],
    messages: Sequence[Message],
    *,
    again: bool,
) -> Mapping[str, BaseException | None]:
    """Advances the rows of these members, and returns how each of them failed, or None."""
    # Rows that have changed since they were read, or that a lagging replica returned, are read strongly.
    try:
        found = await messaging.table.get_many([_key(group, o) for o in owners], consistent=again)
    except TableUnavailable as error:
        return await _advance_each(messaging, group, owners, messages, error)
    seen = {o: seen_by(group, o, messages) for o in owners}
    outcomes = await asyncio.gather(
        *(_advance_row(messaging, group, o, found.get(_key(group, o)), seen[o]) for o in owners),
        return_exceptions=True,
    )
    return dict(zip(owners, outcomes, strict=True))


async def _advance_each(
    messaging: MessagingContext,
    group: MessageGroup,
    owners: Sequence[str],
    messages: Sequence[Message],
    why: TableUnavailable,
) -> Mapping[str, BaseException | None]:
    """Advances each row by itself where one that cannot be read held up the others."""
    if len(owners) == 1:
        return {owners[0]: why}
    parts = (_advance_rows(messaging, group, [o], messages, again=True) for o in owners)
    return {o: one for part in await asyncio.gather(*parts) for o, one in part.items()}


async def _advance_row(
    messaging: MessagingContext,
    group: MessageGroup,
    owner_uuid: str,
    item: Item | None,
    messages: Sequence[Message],
) -> None:
    if not messages:
        return
    if item is None:
        await _make_row(messaging, group, owner_uuid, messages)
    else:
        await write_row(messaging, items.inbox_row_from(item), messages, group)


async def _make_row(
    messaging: MessagingContext, group: MessageGroup, owner_uuid: str, messages: Sequence[Message]
) -> None:
    row = new_row(group, owner_uuid, at=messages[0].created_at)
    unchanged = Check(keys.group_key(group.message_group_uuid), [Equals("version", group.version)])
    row_item = items.inbox_row_item(advance(row, messages, messaging.slack))
    await messaging.table.transact([unchanged, Put(row_item, IF_NEW)])


def _key(group: MessageGroup, owner_uuid: str) -> Key:
    return items.member_row_key(group, owner_uuid)
