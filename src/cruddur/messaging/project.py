"""Bring every member's inbox row forward after new messages: the projector.

It may be given the same change twice, late, or beside another projector: rows only move forward, and
every write demands that the row is still as it was read.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import structlog

from cruddur.errors import ConditionFailed, TableUnavailable
from cruddur.messaging.access import find_group
from cruddur.messaging.inbox_rows import advance, new_row
from cruddur.messaging.ports import Change, Check, Equals, Item, Key, Missing, Put, Update
from cruddur.messaging.service import Messaging
from cruddur.model import InboxRow, Message, MessageGroup
from cruddur.table import items, keys
from cruddur.table.metering import counted_as
from cruddur.table.schema import is_projected

CONVERSATIONS_AT_ONCE = 50
"""A batch may be of two thousand: all at once they would wait for connections until their deadline."""

ATTEMPTS = 8
"""Tries to write a row that others write at the same time, before its conversation has failed."""

# What reading an item can raise that another program wrote.
_NOT_OURS = (msgspec.ValidationError, LookupError, ValueError, TypeError)

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Failed:
    """What did not get into the inboxes.

    The table was unavailable for those that are `waiting`: an outage, or one throttled key. They
    will get there some time. Those that are `broken` cannot be read or applied.
    """

    waiting: Sequence[Change] = ()
    broken: Sequence[Change] = ()


async def project(messaging: Messaging, changes: Sequence[Change]) -> Sequence[Change]:
    """Projects a batch and returns the changes that failed, to be given again.

    A failure stops its conversation and no other.
    """
    failed = await project_batch(messaging, changes)
    return [*failed.waiting, *failed.broken]


@counted_as("project")
async def project_batch(messaging: Messaging, changes: Sequence[Change]) -> Failed:
    """The same, for who treats the two kinds of failures differently."""
    conversations: defaultdict[str, list[Change]] = defaultdict(list)
    for change in changes:
        if is_projected(change):
            conversations[change.key.pk].append(change)
    gate = asyncio.Semaphore(CONVERSATIONS_AT_ONCE)

    async def in_turn(part: Sequence[Change]) -> Failed:
        async with gate:
            return await _project_conversation(messaging, part)

    outcomes = await asyncio.gather(*map(in_turn, conversations.values()))
    return Failed(
        [change for failed in outcomes for change in failed.waiting],
        [change for failed in outcomes for change in failed.broken],
    )


async def _project_conversation(messaging: Messaging, changes: Sequence[Change]) -> Failed:
    messages, unreadable = _read(changes)
    try:
        if messages:
            await bring_forward(messaging, messages)
    except TableUnavailable as error:
        _log.warning("projection waits for the table", key=changes[0].key, error=repr(error))
        return Failed([change for change in changes if change not in unreadable], unreadable)
    except Exception as error:  # noqa: BLE001  whatever it is, it must stop no other conversation
        _log.warning("projection failed", key=changes[0].key, error=repr(error))
        return Failed(broken=changes)
    return Failed(broken=unreadable)


def _read(changes: Sequence[Change]) -> tuple[list[Message], list[Change]]:
    messages: list[Message] = []
    unreadable: list[Change] = []
    for change in changes:
        try:
            messages.append(items.message_from(change.new or {}))
        except _NOT_OURS as error:
            # Alone: its conversation's real messages still have inboxes to reach.
            _log.warning("unreadable message", key=change.key, error=repr(error))
            unreadable.append(change)
    return messages, unreadable


async def bring_forward(messaging: Messaging, messages: Sequence[Message]) -> None:
    """Advances all members' rows over these messages, which are of one conversation.

    A row that fails stops no other. Raises LookupError when the messages have no conversation,
    TableError, and whatever a row that somebody else wrote may lead to.
    """
    group_uuid = messages[0].message_group_uuid
    group = await find_group(messaging, group_uuid)
    if group is None:
        raise LookupError(f"messages without a conversation: {group_uuid}")
    found = await messaging.table.get_many([_key(group, uuid) for uuid in group.members])
    outcomes = await asyncio.gather(
        *(
            _advance_row(messaging, group, uuid, found.get(_key(group, uuid)), seen)
            for uuid, member in group.members.items()
            if (seen := [message for message in messages if message.seq > member.joined_seq])
        ),
        return_exceptions=True,
    )
    _raise_first(outcomes)
    # Their senders have said so already, unless their process or its way to the cache broke down.
    name = keys.newest_messages_name(group_uuid)
    is_changed = any(message.changed_at for message in messages)
    await messaging.cache.outdate([name] if is_changed else [], [name])


def _raise_first(outcomes: Sequence[BaseException | None]) -> None:
    """An unavailable table before all else: what is wrong with one row must not hide it."""
    failures = [outcome for outcome in outcomes if outcome is not None]
    if failures:
        raise max(failures, key=lambda failure: isinstance(failure, TableUnavailable))


async def _advance_row(
    messaging: Messaging,
    group: MessageGroup,
    owner_uuid: str,
    item: Item | None,
    messages: Sequence[Message],
) -> None:
    for _ in range(ATTEMPTS):
        try:
            if item is None:
                return await _make_row(messaging, group, owner_uuid, messages)
            return await _write_row(messaging, items.inbox_row_from(item), messages)
        except ConditionFailed:
            # What was read is no longer so, or came from a lagging replica.
            item = await messaging.table.get(_key(group, owner_uuid), consistent=True)
            current = await find_group(messaging, group.message_group_uuid)
            if current is None or owner_uuid not in current.members:
                return None  # they left in between: no row may come back to life
            group = current
    raise ConditionFailed(f"row of {owner_uuid} changed {ATTEMPTS} times while it was written")


async def _make_row(
    messaging: Messaging, group: MessageGroup, owner_uuid: str, messages: Sequence[Message]
) -> None:
    joined_seq = group.members[owner_uuid].joined_seq
    row = new_row(group, owner_uuid, at=messages[0].created_at, read_seq=joined_seq)
    unchanged = Check(keys.group_key(group.message_group_uuid), [Equals("version", group.version)])
    row_item = items.inbox_row_item(advance(row, messages))
    await messaging.table.transact([unchanged, Put(row_item, [Missing("pk")])])


async def _write_row(messaging: Messaging, row: InboxRow, messages: Sequence[Message]) -> None:
    update = row_update(row, advance(row, messages))
    if update is not None:
        await messaging.table.update(update)
    else:
        # Written already, perhaps by a projector that died before it told the cache.
        await messaging.cache.outdate([keys.inbox_name(row.owner_uuid)])


def row_update(before: InboxRow, after: InboxRow) -> Update | None:
    """The write that turns one state of a row into another, if it still is in the first."""
    old, new = items.inbox_row_item(before), items.inbox_row_item(after)
    values = {name: value for name, value in new.items() if old.get(name) != value}
    removed = [name for name in old if name not in new]
    if not values and not removed:
        return None
    # These tell any two states apart, but for the title, which the projector does not write.
    as_read: list[Equals | Missing] = [
        Equals("last_seq", before.last_seq),
        Equals("indexed_at", before.indexed_at),
        _same("last_changed_at", before.last_changed_at),
    ]
    if after.read_seq != before.read_seq:
        as_read.append(Equals("read_seq", before.read_seq))
    return Update(Key(old["pk"], old["sk"]), values, removed, as_read)


def _same(name: str, value: str | None) -> Equals | Missing:
    return Missing(name) if value is None else Equals(name, value)


def _key(group: MessageGroup, owner_uuid: str) -> Key:
    return keys.inbox_row_key(owner_uuid, group.message_group_uuid)
