"""List a conversation's messages: the newest ones, or those before or after a number."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cruddur.domain.model import Member, Message, MessageGroup, shown_to
from cruddur.messaging.access import access_group
from cruddur.messaging.context import MessagingContext
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Page, Query, Range
from cruddur.ports.wrappable import wrappable
from cruddur.schema import keys
from cruddur.schema.readable import messages_from

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
    while page.has_more and not shown_to(user_uuid, page.messages):
        page = await read_messages(messaging, group, member, _beyond(page, place), _HIDDEN_PAGE)
    return MessagePage(shown_to(user_uuid, page.messages), page.has_more)


def _beyond(page: MessagePage, place: Place) -> Place:
    if place.after is None:
        return Place(before=page.messages[0].seq)
    return Place(after=page.messages[-1].seq)


@wrappable
async def read_messages(
    messaging: MessagingContext, group: MessageGroup, member: Member, place: Place, limit: int
) -> MessagePage:
    """Returns the messages at this place that the member may see, from the table."""
    if place.after is not None:
        return await _forward(messaging, group, max(place.after + 1, member.first_seq), limit)
    return await _backward(messaging, group, place.before, member, limit)


async def _forward(
    messaging: MessagingContext, group: MessageGroup, first: int, limit: int
) -> MessagePage:
    # Strongly consistent, since a client asks for later messages after an event about one.
    page = await _query(messaging, group, first, None, limit, forward=True)
    messages = messages_from(page.items)
    return MessagePage(messages, page.next is not None)


async def _backward(
    messaging: MessagingContext, group: MessageGroup, before: int | None, member: Member, limit: int
) -> MessagePage:
    if before is not None and before <= member.first_seq:
        return MessagePage((), has_more=False)
    page = await _query(messaging, group, member.first_seq, before, limit, forward=False)
    return page_until(messages_from(reversed(page.items)), member)


def page_until(messages: Sequence[Message], member: Member) -> MessagePage:
    """Returns a page that was read backward. It is the last one if the member may see none before it."""
    return MessagePage(messages, bool(messages) and messages[0].seq > member.first_seq)


async def _query(
    messaging: MessagingContext,
    group: MessageGroup,
    first: int,
    before: int | None,
    limit: int,
    *,
    forward: bool,
) -> Page:
    last_sk = keys.LAST_SEQ_SK if before is None else keys.seq_sk(before - 1)
    return await messaging.table.query(
        Query(
            partition=keys.messages_pk(group.message_group_uuid),
            range=Range(at_least=keys.seq_sk(first), at_most=last_sk),
            descending=not forward,
            limit=limit,
            consistent=forward,
        )
    )
