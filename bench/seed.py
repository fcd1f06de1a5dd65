"""Large inboxes and conversations, put into the table directly, as the service would have left them."""

import asyncio
import random
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from bench.load import TEXT
from bench.people import Person

from cruddur.domain.item import Item
from cruddur.domain.message_changes import MessageChange, changed_message
from cruddur.domain.model import Message, MessageGroup, User, timestamp
from cruddur.engines.sqlite import SqliteChangeFeeds, SqliteTable
from cruddur.messaging.inbox.inbox_rows import advance, new_row
from cruddur.messaging.index_places import HOUR
from cruddur.ports.change_feed import PROJECTOR
from cruddur.ports.table import Put
from cruddur.schema import items

_AT_ONCE = 1000

Age = Callable[[], timedelta]
"""How long ago a conversation's last message was."""


def over_a_year() -> timedelta:
    return timedelta(days=365) * random.random()


def within_the_hour() -> timedelta:
    return timedelta(hours=1) * random.random()


async def put_all(data: Path, made: Iterator[Item]) -> None:
    table = await SqliteTable.open(data)
    # The rows are written as well, so that the projector need not see the messages.
    await SqliteChangeFeeds(table).remove(PROJECTOR)
    while some := list(islice(made, _AT_ONCE)):
        await asyncio.gather(*(table.put(Put(item)) for item in some))
    await table.close()


def inbox(owner: Person, conversations: int, age: Age) -> Iterator[Item]:
    """So many direct conversations, each with somebody else, of one message each."""
    for number in range(conversations):
        at = datetime.now(UTC) - age()
        group = _group(owner.user, _other(number), at)
        message = _message(owner.user, group, 1, at)
        # Anywhere within the slack, as the index of a conversation in use is.
        indexed_at = at - HOUR.time * random.random()
        row = advance(new_row(group, owner.user.user_uuid, at=timestamp(indexed_at)), [message])
        yield items.group_item(group)
        yield items.message_item(message)
        yield items.inbox_row_item(row)


def conversation(
    owner: Person, other: Person, messages: int, changes: int = 0
) -> tuple[str, Iterator[Item]]:
    """Its uuid, and a conversation that took a year. So many of its messages were edited, evenly."""
    began = datetime.now(UTC) - timedelta(days=365)
    group = _group(owner.user, other.user, began)

    def made() -> Iterator[Item]:
        yield items.group_item(group)
        row = new_row(group, owner.user.user_uuid, at=timestamp(began))
        last = _message(owner.user, group, messages, began)
        yield items.inbox_row_item(advance(row, [last]))
        for seq in range(1, messages + 1):
            at = began + timedelta(days=365) * seq / messages
            message = _message(owner.user, group, seq, at)
            change_seq = seq * changes // messages
            if change_seq == (seq - 1) * changes // messages:
                yield items.message_item(message)
                continue
            edit = _edit(message, change_seq)
            yield items.change_item(edit)
            yield items.message_item(changed_message(message, [edit]))

    return group.message_group_uuid, made()


def _edit(message: Message, change_seq: int) -> MessageChange:
    return MessageChange(
        message_group_uuid=message.message_group_uuid,
        change_seq=change_seq,
        kind="edited",
        seq=message.seq,
        user_uuid=message.user_uuid,
        at=message.created_at,
        message=f"{message.message}!",
        before=message.message,
    )


def _other(number: int) -> User:
    return User(
        user_uuid=str(uuid.uuid4()),
        handle=f"other{number}",
        display_name=f"Other {number}",
        created_at="2026-01-01T00:00:00.000Z",
    )


def _group(one: User, other: User, at: datetime) -> MessageGroup:
    return MessageGroup(
        message_group_uuid=str(uuid.uuid4()),
        kind="direct",
        members={user.user_uuid: items.member_of(user) for user in (one, other)},
        created_at=timestamp(at),
    )


def _message(sender: User, group: MessageGroup, seq: int, at: datetime) -> Message:
    return Message(
        message_group_uuid=group.message_group_uuid,
        seq=seq,
        message_uuid=str(uuid.uuid4()),
        message=TEXT,
        user_uuid=sender.user_uuid,
        user_handle=sender.handle,
        user_display_name=sender.display_name,
        created_at=timestamp(at),
    )
