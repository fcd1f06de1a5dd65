"""Events from what the table holds now: after a pause, for a replay, or where the feed lacks something.

What was edited or deleted meanwhile is told as it is now, so that no text is sent that is gone.
"""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import NamedTuple

import msgspec

from cruddur.domain.item import Key
from cruddur.domain.message_changes import changed_message, lacks_changes
from cruddur.domain.webhook import HeldDelivery
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.webhooks.webhook_events import (
    ChangedMessage,
    WebhookEvent,
    event_of_item,
)
from cruddur.ports.paging import pages
from cruddur.ports.table import Query, Range
from cruddur.schema import items, keys
from cruddur.schema.readable import one_from

FRESH_SECONDS = 10.0
"""So old may be what the feed says. Older items are read anew: the text may have been deleted since."""

_PAGE = 50


class Step(NamedTuple):
    """One event, with what is left to send of its key: with it (`before`), and without it (`after`)."""

    event: WebhookEvent | None
    before: HeldDelivery
    after: HeldDelivery


async def completed(messaging: MessagingContext, event: WebhookEvent) -> WebhookEvent | None:
    """Returns an event of the feed with what it needs of the table; None if there is nothing to tell.

    Raises TableUnavailable.
    """
    if isinstance(event.told, ChangedMessage):
        return await _with_message(messaging, event, event.told)
    if not event.at or _is_fresh(messaging, event.at):
        return event
    key = Key(event.ordering_key, event.sort_key)
    return event_of_item(key, await messaging.table.get(key, consistent=True), event.at)


async def events_between(
    messaging: MessagingContext, event: WebhookEvent, first: int
) -> AsyncIterator[WebhookEvent]:
    """Yields the messages, or the changes, from this number on and before the event."""
    is_message = event.type == "message"
    sort_key = keys.seq_sk if is_message else keys.change_sk
    among = Range(at_least=sort_key(first), at_most=sort_key(event.number - 1))
    async for missing in _events_among(messaging, event.ordering_key, among):
        if missing is not None:
            yield missing


async def events_of(messaging: MessagingContext, held: HeldDelivery) -> AsyncIterator[Step]:
    """Yields what an ordering key has still to get: messages, then changes, then the others."""
    left = held
    if held.seq is not None:
        among = Range(at_least=keys.seq_sk(held.seq), at_most=keys.LAST_SEQ_SK)
        async for event in _events_among(messaging, held.ordering_key, among):
            number = event.number if event else left.seq or 0
            before = msgspec.structs.replace(left, seq=number)
            left = msgspec.structs.replace(left, seq=number + 1)
            yield Step(event, before, left)
    if held.change_seq is not None:
        among = Range(at_least=keys.change_sk(held.change_seq), at_most=keys.LAST_CHANGE_SK)
        async for event in _events_among(messaging, held.ordering_key, among):
            number = event.number if event else left.change_seq or 0
            before = msgspec.structs.replace(left, change_seq=number)
            left = msgspec.structs.replace(left, change_seq=number + 1)
            yield Step(event, before, left)
    for sort_key in held.others:
        key = Key(held.ordering_key, sort_key)
        item = await messaging.table.get(key, consistent=True)
        before, left = left, msgspec.structs.replace(left, others=left.others[1:])
        yield Step(event_of_item(key, item, messaging.now()), before, left)


async def _events_among(
    messaging: MessagingContext, ordering_key: str, among: Range
) -> AsyncIterator[WebhookEvent | None]:
    query = Query(ordering_key, among, limit=_PAGE, consistent=True)
    async for page in pages(messaging.table, query):
        for item in page.items:
            event = event_of_item(keys.whole_key_of(item), item, messaging.now())
            if event is not None and isinstance(event.told, ChangedMessage):
                event = await _with_message(messaging, event, event.told)
            yield event


async def _with_message(
    messaging: MessagingContext, event: WebhookEvent, changed: ChangedMessage
) -> WebhookEvent:
    change = changed.change
    key = keys.message_key(change.message_group_uuid, change.seq)
    item = await messaging.table.get(key, consistent=True)
    message = one_from(items.message_from, item)
    if message is not None and not lacks_changes(message, [change]):
        # The change may be in the log, and not yet applied.
        message = changed_message(message, [change])
    return msgspec.structs.replace(event, told=ChangedMessage(change, message))


def _is_fresh(messaging: MessagingContext, at: str) -> bool:
    age = messaging.clock() - datetime.fromisoformat(at)
    return age.total_seconds() < FRESH_SECONDS
