"""Compute what every inbox row must be from the messages alone, and hold the rows against it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import msgspec

from cruddur.messaging.inbox_rows import advance, is_index_exact, new_row
from cruddur.messaging.ports import Item, Query, Range
from cruddur.messaging.service import Messaging
from cruddur.model import InboxRow, Message, MessageGroup
from cruddur.table import items, keys

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not as the messages say. `expected` is the row as it should be, if any."""

    where: str
    what: str
    found: InboxRow | None = None
    expected: InboxRow | None = None


async def compare_group(messaging: Messaging, group: MessageGroup) -> AsyncIterator[Difference]:
    """The differences of one conversation: its numbers, then each member's row."""
    uuid = group.message_group_uuid
    row_keys = [keys.inbox_row_key(user_uuid, uuid) for user_uuid in group.members]
    found = await messaging.table.get_many(row_keys, consistent=True)
    rows = {
        key.pk.removeprefix(keys.INBOX_PREFIX): items.inbox_row_from(item)
        for key, item in found.items()
    }
    expected = {user_uuid: _start(group, user_uuid, rows) for user_uuid in group.members}
    previous: Message | None = None
    async for message in all_messages(messaging, uuid):
        if problem := _order_problem(previous, message):
            yield Difference(uuid, problem)
        for user_uuid, row in expected.items():
            if message.seq > group.members[user_uuid].joined_seq:
                expected[user_uuid] = advance(row, [message])
        previous = message
    for user_uuid, row in expected.items():
        if difference := compare_row(rows.get(user_uuid), row):
            yield difference


async def all_messages(
    messaging: Messaging, message_group_uuid: str, first: int = 1
) -> AsyncIterator[Message]:
    """Every message from a number on, in order."""
    start: Item | None = None
    while True:
        page = await messaging.table.query(
            Query(
                partition=keys.messages_pk(message_group_uuid),
                range=Range(at_least=keys.seq_sk(first), at_most=keys.LAST_SEQ_SK),
                limit=_PAGE,
                start=start,
                consistent=True,
            )
        )
        for item in page.items:
            yield items.message_from(item)
        start = page.next
        if start is None:
            return


def compare_row(found: InboxRow | None, expected: InboxRow) -> Difference | None:
    """What is wrong with a row, None if nothing is."""
    where = f"{expected.owner_uuid}/{expected.message_group_uuid}"
    if found is None:
        return Difference(where, "the row is missing", None, expected)
    wrong = [
        f"{name} is {getattr(found, name)!r} instead of {getattr(expected, name)!r}"
        for name in InboxRow.__struct_fields__
        if name != "indexed_at" and getattr(found, name) != getattr(expected, name)
    ]
    if not is_index_exact(found):
        wrong.append(f"indexed_at {found.indexed_at} is not within the slack")
    return Difference(where, "; ".join(wrong), found, expected) if wrong else None


def _start(group: MessageGroup, user_uuid: str, rows: dict[str, InboxRow]) -> InboxRow:
    # What no message can tell is taken from the row: when it was made, and how far was read.
    found = rows.get(user_uuid)
    joined_seq = group.members[user_uuid].joined_seq
    row = new_row(group, user_uuid, at=found.created_at if found else group.created_at)
    read_seq = max(joined_seq, found.read_seq if found else 0)
    return msgspec.structs.replace(row, read_seq=read_seq, last_seq=joined_seq)


def _order_problem(previous: Message | None, message: Message) -> str | None:
    expected = previous.seq + 1 if previous else 1
    if message.seq != expected:
        return f"message {expected} is missing: {message.seq} follows"
    if previous and message.created_at < previous.created_at:
        return f"message {message.seq} is older than the one before it"
    return None
