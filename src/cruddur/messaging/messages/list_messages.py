"""List a conversation's messages: the newest ones, or those before or after a number."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cruddur.domain.hidden import visible_parts
from cruddur.domain.item import Item
from cruddur.domain.member import Member
from cruddur.domain.model import Message, MessageGroup, shown_to
from cruddur.messaging.access import access_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.seen_by import seen_by
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Page, Query, Range
from cruddur.ports.wrappable import wrappable
from cruddur.schema import keys
from cruddur.schema.readable import messages_from

LAST_SEQ = 10**keys.SEQ_DIGITS - 1
"""The greatest number that a key can hold."""

_HIDDEN_PAGE = 100
"""How many messages are read at once where somebody has deleted a whole page for themselves."""


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Messages, oldest first; `has_more` says whether there are others in the direction of reading."""

    messages: Sequence[Message]
    has_more: bool


class Place(NamedTuple):
    """Which messages a page has: those after a number, those before a number, or the newest."""

    before: int | None = None
    after: int | None = None


@access_pattern(
    "list_messages", Ceiling("A", "a conversation's 20 newest messages", write=0, read=1.5)
)
async def list_messages(
    messaging: MessagingContext,
    user_uuid: str,
    message_group_uuid: str,
    *,
    before: int | None = None,
    after: int | None = None,
    limit: int = 20,
) -> MessagePage:
    """Returns a page of messages. With `after` it reads forward, otherwise backward.

    A member of a group sees the messages since they joined, and nobody those that they have deleted for
    themselves. So a page may be shorter; it is empty only if there are none. Raises NotFound.
    """
    group = await access_group(messaging, user_uuid, message_group_uuid, shows=True)
    place = Place(before, after)
    member = group.members[user_uuid]
    page = await read_messages(messaging, group, member, place, limit)
    if page.messages:
        messaging.tails.record(group.message_group_uuid, page.messages[-1].seq)
    while not (shown := shown_to(user_uuid, page.messages)) and page.has_more:
        page = await read_messages(messaging, group, member, _beyond(page, place), _HIDDEN_PAGE)
    return MessagePage(seen_by(group, user_uuid, shown), page.has_more)


def _beyond(page: MessagePage, place: Place) -> Place:
    if place.after is None:
        return Place(before=page.messages[0].seq)
    return Place(after=page.messages[-1].seq)


@wrappable
async def read_messages(
    messaging: MessagingContext, group: MessageGroup, member: Member, place: Place, limit: int
) -> MessagePage:
    """Returns the messages at this place that the member may see, from the table.

    What is hidden from them is skipped, and not read.
    """
    if place.after is not None:
        first = max(place.after + 1, member.first_seq)
        # Strongly consistent, since a client asks for later messages after an event about one.
        return await _walked(messaging, group, visible_parts(member.hidden, first, LAST_SEQ), limit)
    last = LAST_SEQ if place.before is None else place.before - 1
    parts = visible_parts(member.hidden, member.first_seq, last)
    return await _walked(messaging, group, parts[::-1], limit, forward=False)


async def _walked(
    messaging: MessagingContext,
    group: MessageGroup,
    parts: Sequence[tuple[int, int]],
    limit: int,
    *,
    forward: bool = True,
) -> MessagePage:
    """Reads ranges of numbers in this order until the page is full. Mostly there is one."""
    found: list[Item] = []
    for at, part in enumerate(parts, start=1):
        page = await _query(messaging, group, part, limit - len(found), forward=forward)
        found += page.items
        if page.next is not None or len(found) == limit:
            has_others = at < len(parts)
            messages = messages_from(found if forward else reversed(found))
            if forward:
                return MessagePage(messages, page.next is not None or has_others)
            # A page that reaches the first number that one may see is the last.
            is_rest = bool(messages) and messages[0].seq > part[0]
            return MessagePage(messages, is_rest or has_others)
    return MessagePage(messages_from(found if forward else reversed(found)), has_more=False)


def page_until(messages: Sequence[Message], member: Member) -> MessagePage:
    """Returns a page that was read backward. It is the last one if the member may see none before it."""
    return MessagePage(messages, bool(messages) and messages[0].seq > member.first_seq)


async def _query(
    messaging: MessagingContext,
    group: MessageGroup,
    part: tuple[int, int],
    limit: int,
    *,
    forward: bool,
) -> Page:
    first, last = part
    return await messaging.table.query(
        Query(
            partition=keys.messages_pk(group.message_group_uuid),
            range=Range(at_least=keys.seq_sk(first), at_most=keys.seq_sk(last)),
            descending=not forward,
            limit=limit,
            consistent=forward,
        )
    )
