"""Send a message to a conversation: exactly once, under the next number, for one write unit."""

import asyncio
import random
import secrets
import time
import uuid as uuids

import msgspec

from cruddur.errors import Busy, ConditionFailed, FateUnknown, TableUnavailable
from cruddur.messaging.access import access_group
from cruddur.messaging.events import publish_message
from cruddur.messaging.ports import Item, Missing, Put, Query, Range
from cruddur.messaging.service import Messaging
from cruddur.messaging.tails import Tail
from cruddur.model import Message, MessageGroup, Numbered, User, checked_message, checked_uuid
from cruddur.table import items, keys
from cruddur.table.metering import counted_as

ATTEMPTS = 8
"""Tries to win a number against other processes before the sender is asked to come back."""

_PAUSE_SECONDS = 0.01
TAIL_PAGE = 12
"""How many messages a cold start reads back: if each has 1 KB, that is 1.5 read units."""

_FURTHER_PAGE = 1000
"""Whose first try is long ago has more to be read: then in steps as large as an engine gives."""


@counted_as("send_message")
async def send_message(
    messaging: Messaging,
    sender: User,
    message_group_uuid: str,
    text: str,
    *,
    message_uuid: str | None = None,
    after: int | None = None,
) -> Message:
    """The message as it is stored, with its number. Sent again with the same uuid: the same message.

    `after` is the last number that the client knew when it first tried; a retry is recognised
    however many messages came since. Without it, among the newest messages only.

    Raises Invalid, NotFound, Busy, TableUnavailable. After the last two the fate of the message may
    be unknown, and sending it again with the same uuid is safe.
    """
    text = checked_message(text)
    group = await access_group(messaging, sender.user_uuid, message_group_uuid)
    draft = new_message(messaging, sender, group.message_group_uuid, text, message_uuid)
    return await append(messaging, group, draft, after)


def new_message(
    messaging: Messaging, sender: User, group_uuid: str, text: str, message_uuid: str | None
) -> Message:
    """The first message of a conversation, or a draft that `append` will give a later number."""
    return Message(
        message_group_uuid=group_uuid,
        seq=1,
        message_uuid=checked_uuid(message_uuid, "message_uuid") if message_uuid else uuid7(),
        message=text,
        user_uuid=sender.user_uuid,
        user_handle=sender.handle,
        user_display_name=sender.display_name,
        created_at=messaging.now(),
    )


@counted_as("send_message")
async def append(
    messaging: Messaging, group: MessageGroup, draft: Message, after: int | None
) -> Message:
    """Stores the draft under the conversation's next number and tells its members."""
    tail = messaging.tails.of(group.message_group_uuid)
    # One sender of this process at a time: two would take the same number, and one pay twice.
    async with tail.lock:
        message = await _store(messaging, tail, draft, after)
    # A retry too: whoever stored it may have died, or lost the answer, before telling anybody.
    await publish_message(messaging, group, message)
    return message


async def _store(messaging: Messaging, tail: Tail, draft: Message, after: int | None) -> Message:
    lost_answers = 0
    for attempt in range(ATTEMPTS):
        if not tail.reaches(after):
            await _read_tail(messaging, tail, draft.message_group_uuid, after)
        stored_seq = tail.seq_of(draft.message_uuid)
        if stored_seq is not None:
            return await _stored(messaging, draft.message_group_uuid, stored_seq)
        message = _numbered(tail, draft)
        try:
            # The condition is the whole of "exactly once, without a gap": of all processes that
            # believe this number to be the next, one gets it, and the others read again.
            await messaging.table.put(Put(items.message_item(message), [Missing("pk")]))
        except ConditionFailed:
            tail.forget()
            await asyncio.sleep(random.uniform(0, _PAUSE_SECONDS * 2**attempt))  # noqa: S311  jitter
        except (TableUnavailable, asyncio.CancelledError) as failure:
            tail.forget()  # it may have been written: what is remembered is no longer sure
            lost_answers += 1
            # Look for it once. If it is not there, the number is free, and only one put gets it.
            if lost_answers > 1 or not isinstance(failure, FateUnknown):
                raise
        else:
            tail.append(message)
            return message
    raise Busy("This conversation is very busy. Please send the message again.")


def _numbered(tail: Tail, draft: Message) -> Message:
    # A clock that went back must not put a message before the one it follows.
    created_at = max(draft.created_at, tail.last_created_at)
    return msgspec.structs.replace(draft, seq=tail.last_seq + 1, created_at=created_at)


async def _read_tail(messaging: Messaging, tail: Tail, group_uuid: str, after: int | None) -> None:
    newest_first = await _read_back(messaging, group_uuid, after, consistent=tail.is_doubted)
    if not tail.is_doubted and _lacks_some(newest_first, after):
        # Pages of replicas that lag unequally: a retry's first try might be among what they lack.
        newest_first = await _read_back(messaging, group_uuid, after, consistent=True)
    tail.fill(newest_first)


async def _read_back(
    messaging: Messaging, group_uuid: str, after: int | None, *, consistent: bool
) -> list[Numbered]:
    newest_first: list[Numbered] = []
    start: Item | None = None
    while True:
        page = await messaging.table.query(_newest(group_uuid, start, consistent=consistent))
        newest_first += map(items.numbered_from, page.items)
        start = page.next
        if start is None or after is None or newest_first[-1].seq <= after + 1:
            return newest_first


def _lacks_some(newest_first: list[Numbered], after: int | None) -> bool:
    seqs = [message.seq for message in newest_first]
    if not seqs:
        return False
    has_gap = seqs != list(range(seqs[0], seqs[-1] - 1, -1))
    return has_gap or (after is not None and seqs[-1] > after + 1)


def _newest(group_uuid: str, start: Item | None, *, consistent: bool) -> Query:
    return Query(
        partition=keys.messages_pk(group_uuid),
        range=Range(at_least=keys.FIRST_SEQ_SK, at_most=keys.LAST_SEQ_SK),
        descending=True,
        limit=_FURTHER_PAGE if start else TAIL_PAGE,
        start=start,
        consistent=consistent,
    )


async def _stored(messaging: Messaging, group_uuid: str, seq: int) -> Message:
    item = await messaging.table.get(keys.message_key(group_uuid, seq), consistent=True)
    if item is None:
        raise TableUnavailable(f"message {seq} of {group_uuid} was there and is not")
    return items.message_from(item)


def uuid7() -> str:
    """A UUIDv7 (RFC 9562, 5.7): later ones sort later, so that they are kind to every index."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | secrets.randbits(12) << 64
    return str(uuids.UUID(int=value | 0b10 << 62 | secrets.randbits(62)))
