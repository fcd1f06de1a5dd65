"""List what was changed in a conversation since a change: the present state of each message."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from cruddur.domain.item import Item
from cruddur.domain.member import Member
from cruddur.domain.message_changes import MessageChange, changed_message, lacks_changes
from cruddur.domain.model import Message, MessageGroup, shown_to, timestamp
from cruddur.messaging.access import access_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.read_changes import read_changes, read_newest_changes
from cruddur.messaging.messages.seen_by import seen_by
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.schema import keys
from cruddur.schema.readable import messages_from

_NEWEST_PAGE = 12
LAG = timedelta(minutes=1)
"""The most that a replica may be behind. A page of messages lacks no change that is older."""


@dataclass(frozen=True, slots=True)
class ChangedMessages:
    """Messages in their present state, in the order of their numbers.

    A device that held all changes before holds those up to `last_change_seq` now. `has_more` says
    whether there are later ones. `hidden_seq` is the last message from before the reader came, or that
    they have cleared.
    """

    messages: Sequence[Message]
    last_change_seq: int
    has_more: bool = False
    hidden_seq: int = 0


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
) -> ChangedMessages:
    """Returns the messages changed after this number, from at most `limit` changes.

    Without `after` it returns where the log ends, with the messages that were changed `within` this
    time, and the one changed last. A device that has just listed messages holds everything with these;
    one that listed them a while ago adds that while to LAG. If `last_change_seq` is less than `after`,
    the log is another than the caller knew, from an older backup perhaps.

    A member of a group gets nothing of messages from before they came, and nobody of those that they
    have deleted for themselves. Raises NotFound.
    """
    group = await access_group(messaging, user_uuid, message_group_uuid, shows=True)
    member = group.members[user_uuid]
    if after is None:
        found = await _recent(messaging, group, member, within)
    else:
        found = await _since(messaging, group, member, after, limit)
    seen = shown_to(user_uuid, seen_by(group, user_uuid, found.messages))
    found = replace(found, messages=seen, hidden_seq=member.hidden_seq)
    messaging.change_tails.record(group.message_group_uuid, found.last_change_seq)
    return found


async def _recent(
    messaging: MessagingContext, group: MessageGroup, member: Member, within: timedelta
) -> ChangedMessages:
    uuid = group.message_group_uuid
    since = timestamp(messaging.clock() - within)
    page = await read_newest_changes(messaging, uuid, _NEWEST_PAGE, consistent=True)
    if page.has_more and page.changes and page.changes[0].at >= since:
        page = await read_newest_changes(messaging, uuid, 1000, consistent=True)
    # The last change may be unapplied still, however old it is.
    last = page.last_seq
    recent = [one for one in page.changes if one.at >= since or one.change_seq == last]
    return ChangedMessages(await _states(messaging, group, member, recent), page.last_seq)


async def _since(
    messaging: MessagingContext, group: MessageGroup, member: Member, after: int, limit: int
) -> ChangedMessages:
    uuid = group.message_group_uuid
    # It begins with the change that the caller knows, whose absence shows that the log is another one.
    page = await read_changes(messaging, uuid, max(after, 1), limit + 1)
    if after and not page.last_seq:
        end = await read_newest_changes(messaging, uuid, 1, consistent=True)
        return ChangedMessages((), end.last_seq)
    new = [change for change in page.changes if change.change_seq > after]
    messages = await _states(messaging, group, member, new)
    return ChangedMessages(messages, page.last_seq, page.has_more)


async def _states(
    messaging: MessagingContext,
    group: MessageGroup,
    member: Member,
    changes: Iterable[MessageChange],
) -> list[Message]:
    """Returns the messages of these changes that the member may see.

    Each is read at half the price, and what a lagging replica lacks is in the changes, unless it lacks
    a change before them as well.
    """
    seen = [change for change in changes if member.may_see(change.seq)]
    wanted = [keys.message_key(group.message_group_uuid, seq) for seq in sorted(_seqs(seen))]
    found = dict(await messaging.table.get_many(wanted))
    missing = [key for key in wanted if key not in found or _is_too_old(found[key], seen)]
    if missing:
        found |= await messaging.table.get_many(missing, consistent=True)
    messages = messages_from(found[key] for key in wanted if key in found)
    return [changed_message(message, seen) for message in messages]


def _is_too_old(item: Item, changes: Iterable[MessageChange]) -> bool:
    return any(lacks_changes(message, changes) for message in messages_from([item]))


def _seqs(changes: Iterable[MessageChange]) -> set[int]:
    return {change.seq for change in changes}
