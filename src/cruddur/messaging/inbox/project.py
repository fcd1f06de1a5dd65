"""The projector: advances every member's inbox row after new messages.

Changes may be given to it twice, late, or to two projectors at once: rows only move forward, and each
write requires that the row is still as it was read.
"""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import structlog

from cruddur.domain.errors import ConditionFailed, TableUnavailable
from cruddur.domain.item import Item, Key
from cruddur.domain.model import InboxRow, Message, MessageGroup
from cruddur.messaging.access import find_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.heal_messages import heal_messages
from cruddur.messaging.inbox.inbox_rows import advance, changed_fields, new_row
from cruddur.messaging.inbox.is_projected import (
    changes_rows,
    is_group_changed,
    is_message_changed,
    is_projected,
)
from cruddur.messaging.inbox.put_aside_rows import put_aside_rows
from cruddur.messaging.inbox.retitle_inbox_rows import retitle_inbox_rows, same_title_version
from cruddur.ports.change_feed import Change
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import IF_NEW, Check, Equals, Missing, Put, Update
from cruddur.ports.wrappable import wrappable
from cruddur.schema import items, keys
from cruddur.schema.kinds import is_message

CONVERSATIONS_AT_ONCE = 50
"""The most conversations that are projected at once. More would wait for connections too long."""

ATTEMPTS = 8
"""The most tries to write a row that others write at the same time."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Failed:
    """The changes that were not projected.

    `waiting` failed because the table was unavailable and can be retried. `broken` cannot be read or
    applied. `put_aside` counts what could not be written while the table took other writes, as with one
    throttled key: an item remembers each such row, so that its changes are done.
    """

    waiting: Sequence[Change] = ()
    broken: Sequence[Change] = ()
    put_aside: int = 0


class RowsUnavailable(TableUnavailable):
    """The rows of these owners were not advanced; all others of the conversation were."""

    def __init__(self, why: BaseException, owners: Sequence[str]) -> None:
        super().__init__(str(why))
        self.owners = owners


async def project(messaging: MessagingContext, changes: Sequence[Change]) -> Sequence[Change]:
    """Projects a batch and returns the changes that failed, to be given again.

    A failure stops its own conversation and no other.
    """
    failed = await project_batch(messaging, changes)
    return [*failed.waiting, *failed.broken]


@access_pattern(
    "project",
    Ceiling("D", "project it", write=2, read=2),
    Ceiling("D", "project it and refresh the index, once an hour", write=6, read=2),
    Ceiling("I", "bring it to the rows", write=2, read=2),
)
async def project_batch(messaging: MessagingContext, changes: Sequence[Change]) -> Failed:
    """Like `project`, but returns retryable and permanent failures separately."""
    conversations: defaultdict[str, list[Change]] = defaultdict(list)
    for change in changes:
        if is_projected(change) and changes_rows(change):
            conversations[change.key.pk].append(change)
    gate = asyncio.Semaphore(CONVERSATIONS_AT_ONCE)

    async def in_turn(part: Sequence[Change]) -> Failed:
        async with gate:
            return await _project_conversation(messaging, part)

    outcomes = await asyncio.gather(*map(in_turn, conversations.values()))
    return Failed(
        [change for failed in outcomes for change in failed.waiting],
        [change for failed in outcomes for change in failed.broken],
        sum(failed.put_aside for failed in outcomes),
    )


async def _project_conversation(messaging: MessagingContext, changes: Sequence[Change]) -> Failed:
    of_group = [change for change in changes if is_group_changed(change)]
    of_log = [change for change in changes if is_message_changed(change)]
    of_messages = [change for change in changes if change not in of_group and change not in of_log]
    messages, unreadable = _read(of_messages)
    try:
        unreadable += await heal_messages(messaging, of_log, messages)
    except TableUnavailable as error:
        # Not put aside: it is the message that was not written, and not a row.
        _log.warning("a change waits for the table", key=changes[0].key, error=repr(error))
        return Failed([change for change in changes if change not in unreadable], unreadable)
    try:
        if of_group:
            await retitle_inbox_rows(messaging, keys.group_uuid_of(changes[0].key))
        if messages:
            await advance_inbox_rows(messaging, messages)
    except TableUnavailable as error:
        return await _put_aside(messaging, changes, unreadable, error)
    except Exception as error:  # noqa: BLE001  no exception may stop another conversation
        _log.warning("projection failed", key=changes[0].key, error=repr(error))
        return Failed(broken=changes)
    return Failed(broken=unreadable)


async def _put_aside(
    messaging: MessagingContext,
    changes: Sequence[Change],
    unreadable: Sequence[Change],
    why: TableUnavailable,
) -> Failed:
    """Puts the rows that failed aside, or lets the changes wait if the table takes no writes at all."""
    _log.warning("projection waits for the table", key=changes[0].key, error=repr(why))
    owners = why.owners if isinstance(why, RowsUnavailable) else ()
    new = [c for c in changes if is_message(c.key) and c.kind == "insert" and c not in unreadable]
    first_seq = min((keys.seq_of(change.key.sk) for change in new), default=None)
    try:
        group_uuid = keys.group_uuid_of(changes[0].key)
        count = await put_aside_rows(messaging, group_uuid, owners, first_seq)
    except TableUnavailable:
        return Failed([change for change in changes if change not in unreadable], unreadable)
    return Failed(broken=unreadable, put_aside=count)


def _read(changes: Sequence[Change]) -> tuple[list[Message], list[Change]]:
    messages: list[Message] = []
    unreadable: list[Change] = []
    for change in changes:
        try:
            messages.append(items.message_from(change.new or {}))
        except items.UNREADABLE as error:
            # Only this change fails, since the conversation's other messages have to be projected.
            _log.warning("unreadable message", key=change.key, error=repr(error))
            unreadable.append(change)
    return messages, unreadable


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
    failures: dict[str, BaseException] = {}
    owners: Sequence[str] = [uuid for uuid in group.members if only is None or uuid in only]
    for attempt in range(ATTEMPTS):
        outcomes = await _advance_rows(messaging, group, owners, messages, again=attempt > 0)
        conflicts = [uuid for uuid, one in outcomes.items() if isinstance(one, ConditionFailed)]
        failures |= {uuid: one for uuid, one in outcomes.items() if one and uuid not in conflicts}
        if not conflicts:
            return _raise_first(failures)
        # Read once for all rows: of a group of 50, each conflict would otherwise read it again.
        current = await find_group(messaging, group_uuid)
        # A row of a member who has left meanwhile must not be created again.
        owners = [uuid for uuid in conflicts if current and uuid in current.members]
        group = current or group
    changed = ConditionFailed(f"rows of {owners} changed {ATTEMPTS} times")
    return _raise_first(failures | dict.fromkeys(owners, changed))


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
    seen = {o: [m for m in messages if group.members[o].may_see(m.seq)] for o in owners}
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
        await write_row(messaging, items.inbox_row_from(item), messages)


async def _make_row(
    messaging: MessagingContext, group: MessageGroup, owner_uuid: str, messages: Sequence[Message]
) -> None:
    row = new_row(group, owner_uuid, at=messages[0].created_at)
    unchanged = Check(keys.group_key(group.message_group_uuid), [Equals("version", group.version)])
    row_item = items.inbox_row_item(advance(row, messages, messaging.slack))
    await messaging.table.transact([unchanged, Put(row_item, IF_NEW)])


@wrappable
async def write_row(
    messaging: MessagingContext, row: InboxRow, messages: Sequence[Message]
) -> bool:
    """Advances a row by messages. Returns False if it was written before, perhaps by another projector.

    Raises ConditionFailed if the row is no longer as it was read, and TableUnavailable.
    """
    update = row_update(row, advance(row, messages, messaging.slack))
    if update is not None:
        await messaging.table.update(update)
    return update is not None


def row_update(before: InboxRow, after: InboxRow) -> Update | None:
    """Returns the write that changes the row, on condition that it is still as `before`."""
    values, removed = changed_fields(before, after)
    if not values and not removed:
        return None
    # These attributes distinguish all states but those of the title, which has a version of its own.
    as_read: list[Equals | Missing] = [
        Equals("last_seq", before.last_seq),
        Equals("indexed_at", before.indexed_at),
        _same("last_changed_at", before.last_changed_at),
        _same("last_change_seq", before.last_change_seq or None),
    ]
    if after.read_seq != before.read_seq:
        as_read.append(Equals("read_seq", before.read_seq))
    if after.title_version != before.title_version:
        as_read.append(same_title_version(before))
    key = keys.inbox_row_key(before.owner_uuid, before.message_group_uuid)
    return Update(key, values, removed, as_read)


def _same(name: str, value: str | int | None) -> Equals | Missing:
    return Missing(name) if value is None else Equals(name, value)


def _key(group: MessageGroup, owner_uuid: str) -> Key:
    return keys.inbox_row_key(owner_uuid, group.message_group_uuid)
