"""List what was changed in a conversation since a change: the present state of each message."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple

from cruddur.domain.item import Item, Key
from cruddur.domain.member import Member
from cruddur.domain.message_changes import MessageChange, changed_message, lacks_changes
from cruddur.domain.model import Message, MessageGroup, shown_to, timestamp
from cruddur.messaging.access import access_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.read_changes import (
    read_changes,
    read_changes_and_marks,
    read_newest_changes,
)
from cruddur.messaging.messages.seen_by import seen_by
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.schema import keys
from cruddur.schema.readable import message_changes_from, messages_from

_NEWEST_PAGE = 12
_NEWEST_WITH_MARKS = (
    9  # with the group and two marks they are mostly within 4 KB, a strong read unit
)
LAG = timedelta(minutes=1)
"""The most that a replica may be behind. A page of messages lacks no change that is older."""


@dataclass(frozen=True, slots=True)
class ChangedMessages:
    """Messages in their present state, in the order of their numbers.

    A device that held all changes before holds those up to `last_change_seq` now. `has_more` says
    whether there are later ones. `hidden_seq` is the last message from before the reader came, or that
    they have cleared. `marks` are items, where they were asked for; `shared_marks` tells which may
    be shown.
    """

    messages: Sequence[Message]
    last_change_seq: int
    has_more: bool = False
    hidden_seq: int = 0
    marks: Sequence[Item] | None = None


@access_pattern(
    "list_changes",
    Ceiling("J", "catch up on changes, a page of 20 messages", write=0, read=12.5),
    Ceiling("J", "ask for changes, there is none", write=0, read=1.5),
)
async def list_changes(
    messaging: MessagingContext,
    user_uuid: str,
    message_group_uuid: str,
    *,
    after: int | None = None,
    within: timedelta = LAG,
    limit: int = 20,
    applied: int = 0,
    with_marks: bool = False,
) -> ChangedMessages:
    """Returns the messages changed after this number, from at most `limit` changes.

    Without `after` it returns where the log ends, with the messages that were changed `within` this
    time, and the one changed last. A device that has just listed messages holds everything with these;
    one that listed them a while ago adds that while to LAG. `applied` is the greatest change of those
    messages: if it is the last one, its message is not read again. `with_marks` brings the read marks of
    a conversation of two along, at no price.

    If `last_change_seq` is less than `after`, the log is another than the caller knew, from an older
    backup perhaps.

    A member of a group gets nothing of messages from before they came, and nobody of those that they
    have deleted for themselves. Raises NotFound.
    """
    group = await access_group(messaging, user_uuid, message_group_uuid, shows=True)
    member = group.members[user_uuid]
    if after is None:
        asked = _Recent(timestamp(messaging.clock() - within), applied, with_marks)
        found = await _recent(messaging, group, member, asked)
    else:
        found = await _since(messaging, group, member, after, limit)
    seen = shown_to(user_uuid, seen_by(group, user_uuid, found.messages))
    found = replace(found, messages=seen, hidden_seq=member.hidden_seq)
    messaging.change_tails.record(group.message_group_uuid, found.last_change_seq)
    return found


class _Recent(NamedTuple):
    since: str
    applied: int
    with_marks: bool


async def _recent(
    messaging: MessagingContext, group: MessageGroup, member: Member, asked: _Recent
) -> ChangedMessages:
    uuid, marks = group.message_group_uuid, None
    if asked.with_marks and group.kind == "direct":
        page, marks = await read_changes_and_marks(messaging, uuid, _NEWEST_WITH_MARKS)
    else:
        page = await read_newest_changes(messaging, uuid, _NEWEST_PAGE, consistent=True)
    if page.has_more and page.items and _is_since(page.items[0], asked.since):
        page = await read_newest_changes(messaging, uuid, 1000, consistent=True)
    # The last change may be unapplied still, however old it is, unless the caller has it.
    recent = [item for item in page.items[:-1] if _is_since(item, asked.since)]
    if page.last_seq > asked.applied:
        recent += page.items[-1:]
    states = await _states(messaging, group, member, recent)
    return ChangedMessages(states, page.last_seq, marks=marks)


def _is_since(change: Item, since: str) -> bool:
    at = change.get("at")
    return isinstance(at, str) and at >= since


async def _since(
    messaging: MessagingContext, group: MessageGroup, member: Member, after: int, limit: int
) -> ChangedMessages:
    uuid = group.message_group_uuid
    # It begins with the change that the caller knows, whose absence shows that the log is another one.
    page = await read_changes(messaging, uuid, max(after, 1), limit + 1)
    if after and not page.last_seq:
        end = await read_newest_changes(messaging, uuid, 1, consistent=True)
        return ChangedMessages((), end.last_seq)
    is_known = bool(page.items) and keys.key_of(page.items[0]).sk == keys.change_sk(after)
    messages = await _states(messaging, group, member, page.items[is_known:])
    return ChangedMessages(messages, page.last_seq, page.has_more)


async def _states(
    messaging: MessagingContext, group: MessageGroup, member: Member, changes: Iterable[Item]
) -> list[Message]:
    """Returns the messages of these changes that the member may see.

    Each is read at half the price, and what a lagging replica lacks is in the changes, unless it lacks
    a change before them as well.
    """
    of_seq: dict[int, list[Item]] = {}
    for change in changes:
        seq = change.get("seq")
        if type(seq) is int and member.may_see(seq):
            of_seq.setdefault(seq, []).append(change)
    pk = keys.messages_pk(group.message_group_uuid)
    wanted = {seq: Key(pk, keys.seq_sk(seq)) for seq in sorted(of_seq)}
    found = _by_seq(await messaging.table.get_many(list(wanted.values())))
    late = {
        seq: late for seq, changes in of_seq.items() if (late := _late(found.get(seq), changes))
    }
    missing = [
        key
        for seq, key in wanted.items()
        if seq not in found or (seq in late and lacks_changes(found[seq], late[seq]))
    ]
    if missing:
        found |= _by_seq(await messaging.table.get_many(missing, consistent=True))
    return [changed_message(found[seq], late.get(seq, ())) for seq in wanted if seq in found]


def _late(message: Message | None, changes: Sequence[Item]) -> Sequence[MessageChange]:
    """Returns the changes that the message does not have yet. Nearly always there is none to read."""
    known = keys.change_sk(message.change_seq) if message else ""
    if changes[-1][keys.SORT_KEY] <= known:
        return ()
    return message_changes_from(item for item in changes if item[keys.SORT_KEY] > known)


def _by_seq(stored: Mapping[Key, Item]) -> dict[int, Message]:
    return {message.seq: message for message in messages_from(stored.values())}
