"""List a conversation's messages: the newest, those before a number, or those after it."""

from collections.abc import Sequence
from dataclasses import dataclass

from cruddur.messaging.access import access_group
from cruddur.messaging.newest_messages import CACHED_MAX, newest_messages
from cruddur.messaging.ports import Page, Query, Range
from cruddur.messaging.service import Messaging
from cruddur.model import Message, MessageGroup
from cruddur.table import items, keys
from cruddur.table.metering import counted_as


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Messages, oldest first; `has_more` says whether there are others in the direction of reading."""

    messages: Sequence[Message]
    has_more: bool


@counted_as("list_messages")
async def list_messages(
    messaging: Messaging,
    user_uuid: str,
    message_group_uuid: str,
    *,
    before: int | None = None,
    after: int | None = None,
    limit: int = 20,
) -> MessagePage:
    """A page of messages by number: `after` reads forward, everything else backward.

    A member of a group of many sees what was written since they came. Raises NotFound.
    """
    group = await access_group(messaging, user_uuid, message_group_uuid)
    joined_seq = group.members[user_uuid].joined_seq
    if after is not None:
        page = await _forward(messaging, group, max(after, joined_seq), limit)
    else:
        page = await _newest_or_before(messaging, group, before, joined_seq, limit)
    if page.messages:
        messaging.tails.saw(group.message_group_uuid, page.messages[-1].seq)
        messaging.seen.saw_messages(group.message_group_uuid, page.messages)
    return page


async def _forward(
    messaging: Messaging, group: MessageGroup, after: int, limit: int
) -> MessagePage:
    # Strongly consistent: who asks for what follows a number has been told that there is something.
    page = await _query(messaging, group, after + 1, None, limit, forward=True)
    messages = [items.message_from(item) for item in page.items]
    return MessagePage(messages, page.next is not None)


async def _newest_or_before(
    messaging: Messaging, group: MessageGroup, before: int | None, joined_seq: int, limit: int
) -> MessagePage:
    if before is not None or limit > CACHED_MAX or not messaging.cache.is_on:
        return await _backward(messaging, group, before, joined_seq, limit)
    newest = await newest_messages(messaging, group.message_group_uuid, limit)
    # All members share what is cached; what was written before one came is cut off here.
    messages = [message for message in newest.messages[-limit:] if message.seq > joined_seq]
    return MessagePage(messages, bool(messages) and messages[0].seq > joined_seq + 1)


async def _backward(
    messaging: Messaging, group: MessageGroup, before: int | None, joined_seq: int, limit: int
) -> MessagePage:
    page = await _query(messaging, group, joined_seq + 1, before, limit, forward=False)
    messages = [items.message_from(item) for item in reversed(page.items)]
    return MessagePage(messages, bool(messages) and messages[0].seq > joined_seq + 1)


async def _query(
    messaging: Messaging,
    group: MessageGroup,
    first: int,
    before: int | None,
    limit: int,
    *,
    forward: bool,
) -> Page:
    last_sk = keys.LAST_SEQ_SK if before is None else keys.seq_sk(max(before - 1, 0))
    first_sk = min(keys.seq_sk(first), last_sk)
    return await messaging.table.query(
        Query(
            partition=keys.messages_pk(group.message_group_uuid),
            range=Range(at_least=first_sk, at_most=last_sk),
            descending=not forward,
            limit=limit,
            consistent=forward,
        )
    )
