"""The projector: advances every member's inbox row after new messages.

Changes may be given to it twice, late, or to two projectors at once: rows only move forward, and each
write requires that the row is still as it was read.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from cruddur.domain.errors import TableUnavailable
from cruddur.domain.model import Message
from cruddur.logs import Log
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.advance_inbox_rows import RowsUnavailable, advance_inbox_rows
from cruddur.messaging.inbox.carry_name import carry_name
from cruddur.messaging.inbox.correct_names import correct_newcomers
from cruddur.messaging.inbox.heal_messages import heal_messages
from cruddur.messaging.inbox.is_projected import (
    changes_rows,
    has_newcomers,
    is_group_changed,
    is_message_changed,
    is_projected,
    is_renaming,
    is_retitled,
    is_secret,
    newly_hidden,
)
from cruddur.messaging.inbox.put_aside_rows import put_aside_rows
from cruddur.messaging.inbox.retitle_inbox_rows import retitle_inbox_rows
from cruddur.messaging.invalidated import publish_invalidated
from cruddur.ports.beside import each
from cruddur.ports.change_feed import Change
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.schema import items, keys
from cruddur.schema.kinds import is_message

CONVERSATIONS_AT_ONCE = 50
"""The most conversations that are projected at once. More would wait for connections too long."""

_log = Log()


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

    async def project_part(part: Sequence[Change]) -> Failed:
        step = _carry_name if is_renaming(part[-1]) else _project_conversation
        return await step(messaging, part)

    parts = conversations.values()
    outcomes = await each(project_part, parts, at_once=CONVERSATIONS_AT_ONCE)
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
        if messages:
            await advance_inbox_rows(messaging, messages, _concerned(of_messages))
        # The event of another title has brought it to the rows, if it came with the group's change.
        await _follow_group(messaging, of_group, is_brought=any(map(_tells_title, messages)))
    except TableUnavailable as error:
        return await _put_aside(messaging, changes, unreadable, error)
    except Exception as error:  # noqa: BLE001  no exception may stop another conversation
        _log.warning("projection failed", key=changes[0].key, error=repr(error))
        return Failed(broken=changes)
    return Failed(broken=unreadable)


def _concerned(changes: Sequence[Change]) -> Collection[str] | None:
    """Returns whose rows follow these changes of messages; None for all members' rows."""
    hidden = [newly_hidden(change) for change in changes]
    if None in hidden:
        return None
    return {uuid for some in hidden if some for uuid in some}


def _tells_title(message: Message) -> bool:
    return message.event is not None and message.event.type in ("renamed", "pictured")


async def _follow_group(
    messaging: MessagingContext, changes: Sequence[Change], *, is_brought: bool
) -> None:
    """Brings another title to the rows, and to newcomers the names that they have by now.

    What only one member may know of is told to the processes once more: the one that wrote it may have
    crashed before it did.
    """
    for change in filter(is_secret, changes):
        group = items.group_from(change.new or {})
        await publish_invalidated(messaging, group.message_group_uuid, list(group.members))
    if any(map(is_retitled, changes)) and not is_brought:
        await retitle_inbox_rows(messaging, keys.group_uuid_of(changes[0].key))
    if any(map(has_newcomers, changes)):
        await correct_newcomers(messaging, changes)


async def _carry_name(messaging: MessagingContext, changes: Sequence[Change]) -> Failed:
    try:
        # The last change tells where the name is now; those before it are done.
        return Failed(
            put_aside=await carry_name(messaging, items.renaming_from(changes[-1].new or {}))
        )
    except TableUnavailable as error:
        _log.warning("a name waits for the table", key=changes[0].key, error=repr(error))
        return Failed(waiting=changes)
    except Exception as error:  # noqa: BLE001  no exception may stop another person's name
        _log.warning("a name was not carried", key=changes[0].key, error=repr(error))
        return Failed(broken=changes)


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
