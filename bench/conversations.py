"""People who have been writing to each other, put into the table directly."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice

from bench.load import new_uuid, some_text
from bench.people import Pair, Person, make_people
from bench.seed import put_all

from cruddur.bootstrap import open_table
from cruddur.config import Settings
from cruddur.domain.item import Item
from cruddur.domain.model import Message, MessageGroup, User, direct_group_uuid, timestamp
from cruddur.messaging.inbox.inbox_rows import advance, new_row
from cruddur.ports.clock import utc_now
from cruddur.ports.table import Put
from cruddur.schema import items

PEOPLE = 50
CONVERSATIONS = 1000
CONVERSATIONS_MAX = PEOPLE * (PEOPLE - 1) // 2
MESSAGES = 50
"""The messages that each conversation has at the start."""

_AT_ONCE = 32


def pairings(people: Sequence[Person]) -> Iterator[tuple[Person, Person]]:
    """Pairs everybody with everybody. It takes rounds, in each of which everybody is in one pair."""
    first, *others = people  # the circle method of tournaments
    half = len(people) // 2
    for _ in range(len(others)):
        circle = [first, *others]
        yield from zip(circle[:half], reversed(circle[half:]), strict=True)
        others = [others[-1], *others[:-1]]


async def make_conversations(settings: Settings, conversations: int, messages: int) -> list[Pair]:
    """Puts that many conversations of `PEOPLE` people into the empty table, with their messages."""
    people = await make_people(settings.data, PEOPLE, settings=settings)
    chosen = list(islice(pairings(people), conversations))
    began = datetime.now(UTC) - timedelta(seconds=messages)
    made = (
        item
        for both in chosen
        for item in _conversation([one.user for one in both], messages, began)
    )
    if settings.table == "sqlite":
        await put_all(settings.data, made)
    else:
        await _put_all(settings, made)
    return [Pair(both, direct_group_uuid(*(one.user.user_uuid for one in both))) for both in chosen]


async def _put_all(settings: Settings, made: Iterator[Item]) -> None:
    async with open_table(settings) as table:
        while some := list(islice(made, _AT_ONCE)):
            await asyncio.gather(*(table.put(Put(item)) for item in some))


def _conversation(people: Sequence[User], messages: int, began: datetime) -> Iterator[Item]:
    group = MessageGroup(
        message_group_uuid=direct_group_uuid(*(user.user_uuid for user in people)),
        kind="direct",
        members={user.user_uuid: items.member_of(user) for user in people},
        created_at=timestamp(began),
    )
    written = [
        make_message(group.message_group_uuid, seq, people[seq % 2], began + timedelta(seconds=seq))
        for seq in range(1, messages + 1)
    ]
    yield items.group_item(group)
    yield from map(items.message_item, written)
    for user in people:
        # Its place in the index is that of its last message, so that no row needs a new one at once.
        row = new_row(group, user.user_uuid, at=written[-1].created_at)
        yield items.inbox_row_item(advance(row, written))


def make_message(group_uuid: str, seq: int, sender: User, at: datetime | None = None) -> Message:
    """Returns a message as the service would store it."""
    return Message(
        message_group_uuid=group_uuid,
        seq=seq,
        message_uuid=new_uuid(),
        message=some_text(),
        user_uuid=sender.user_uuid,
        user_handle=sender.handle,
        user_display_name=sender.display_name,
        created_at=timestamp(at or utc_now()),
    )
