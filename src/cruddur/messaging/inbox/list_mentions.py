"""List the messages that mention a user, newest first.

Each inbox row has the numbers of the last messages that mention its owner. So nothing is written for
this list, and the messages are read by their numbers. Their times are known only then: of each
conversation the next message is read only while it could be newer than the last one of the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cruddur.domain.errors import NotFound
from cruddur.domain.model import InboxRow, Message, shown_to
from cruddur.messaging.access import access_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.all_rows import all_rows
from cruddur.messaging.messages.seen_by import seen_by
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.schema import items, keys
from cruddur.schema.readable import one_from

Place = tuple[str, str, int]
"""What mentions are in order of: the time of the message, its conversation, its number."""


@dataclass(frozen=True, slots=True)
class MentionPage:
    """Messages, newest first, and the place behind which the next page begins; None on the last page."""

    messages: Sequence[Message]
    next: Place | None


class _Unread:
    """The messages of one conversation that mention the user and were not read yet, the newest first."""

    def __init__(self, row: InboxRow) -> None:
        self.group_uuid = row.message_group_uuid
        self.seqs = sorted(row.mention_seqs)
        self.at_most = row.last_message_at


@access_pattern("list_mentions", Ceiling("B", "the 20 newest mentions, of sixty", write=0, read=15))
async def list_mentions(
    messaging: MessagingContext, user_uuid: str, *, before: Place | None = None, limit: int = 20
) -> MentionPage:
    """Returns the messages that mention the user and that they may see, the newest first.

    Those of older messages of a conversation than its row has numbers of are not found. Raises
    TableUnavailable.
    """
    waiting = [_Unread(row) for row in await all_rows(messaging, user_uuid) if row.mention_seqs]
    found: list[Message] = []
    while unsure := _unsure(waiting, found, limit + 1):
        read = await _read_next(messaging, user_uuid, unsure)
        found += [one for one in read if before is None or place_of(one) < before]
        found = sorted(found, key=place_of, reverse=True)[: limit + 1]
        waiting = [one for one in waiting if one.seqs]
    shown = found[:limit]
    return MentionPage(shown, place_of(shown[-1]) if len(found) > limit else None)


def place_of(message: Message) -> Place:
    """Returns the place of a message among the mentions."""
    return message.created_at, message.message_group_uuid, message.seq


def _unsure(waiting: Sequence[_Unread], found: Sequence[Message], most: int) -> Sequence[_Unread]:
    """The conversations whose next message may belong on the page, the newest first."""
    last = found[most - 1].created_at if len(found) >= most else ""
    able = [one for one in waiting if one.at_most >= last]
    return sorted(able, key=lambda one: one.at_most, reverse=True)[:most]


async def _read_next(
    messaging: MessagingContext, user_uuid: str, unsure: Sequence[_Unread]
) -> Sequence[Message]:
    """Reads the next message of each conversation, and returns those that still mention the user."""
    wanted = {keys.message_key(one.group_uuid, one.seqs.pop()): one for one in unsure}
    stored = await messaging.table.get_many(list(wanted))
    found: list[Message] = []
    for key, one in wanted.items():
        message = one_from(items.message_from, stored.get(key))
        if message is None:
            continue
        one.at_most = message.created_at
        found += await _seen(messaging, user_uuid, message)
    return [one for one in found if user_uuid in one.mentions]


async def _seen(messaging: MessagingContext, user_uuid: str, message: Message) -> Sequence[Message]:
    """Returns the message as this person sees it, if they may."""
    # A row may have been made anew meanwhile, by somebody who left and came back.
    try:
        group = await access_group(messaging, user_uuid, message.message_group_uuid, shows=True)
    except NotFound:
        return []
    if not group.members[user_uuid].may_see(message.seq):
        return []
    return shown_to(user_uuid, seen_by(group, user_uuid, [message]))
