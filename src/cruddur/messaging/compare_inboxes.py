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
    """Something that is not as the messages say. `expected` is the row as it should be, if any.

    `is_behind`: right so far, but there is news since; perhaps a projector has it in hand.
    `dead_letter` is the name of one that was set aside.
    """

    where: str
    what: str
    found: InboxRow | None = None
    expected: InboxRow | None = None
    is_behind: bool = False
    dead_letter: str | None = None
    is_mended: bool = False


async def compare_group(messaging: Messaging, group: MessageGroup) -> AsyncIterator[Difference]:
    """The differences of one conversation: its numbers, then each member's row."""
    uuid = group.message_group_uuid
    # The rows first: whatever is sent or edited from now on makes them behind, and not wrong.
    rows = await _rows(messaging, group)
    views = [_View(group, user_uuid, rows.get(user_uuid)) for user_uuid in group.members]
    previous: Message | None = None
    async for message in all_messages(messaging, uuid):
        if problem := _order_problem(previous, message):
            yield Difference(uuid, problem)
        for view in views:
            view.see(message)
        previous = message
    for view in views:
        if difference := view.difference():
            yield difference


async def _rows(messaging: Messaging, group: MessageGroup) -> dict[str, InboxRow]:
    uuid = group.message_group_uuid
    row_keys = [keys.inbox_row_key(user_uuid, uuid) for user_uuid in group.members]
    found = await messaging.table.get_many(row_keys, consistent=True)
    rows = [items.inbox_row_from(item) for item in found.values()]
    return {row.owner_uuid: row for row in rows}


class _View:
    """What a member's row must be, by the messages up to its own last number and by all of them."""

    def __init__(self, group: MessageGroup, user_uuid: str, found: InboxRow | None) -> None:
        self._found = found
        self._joined_seq = group.members[user_uuid].joined_seq
        self._by_all = _start(group, user_uuid, found)
        self._by_its_own = self._by_all if self._is_at(self._joined_seq) else None

    def see(self, message: Message) -> None:
        if message.seq > self._joined_seq:
            self._by_all = advance(self._by_all, [message])
        if self._is_at(message.seq):
            self._by_its_own = self._by_all

    def difference(self) -> Difference | None:
        found, by_all = self._found, _without_read_ahead(self._by_all, self._by_all.last_seq)
        where = f"{by_all.owner_uuid}/{by_all.message_group_uuid}"
        if found is None:
            return Difference(where, "the row is missing", None, by_all)
        by_its_own = _without_read_ahead(self._by_its_own or by_all, by_all.last_seq)
        by_its_own = _without_news(by_its_own, found)
        is_behind = place(found) < place(by_all) and not _wrong(found, by_its_own)
        wrong = _wrong(found, by_all if is_behind else by_its_own)
        return Difference(where, "; ".join(wrong), found, by_all, is_behind) if wrong else None

    def _is_at(self, seq: int) -> bool:
        return self._found is not None and self._found.last_seq == seq


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


def place(row: InboxRow) -> tuple[int, str]:
    """How far a row has come: the last message it shows, and that one's last edit."""
    return row.last_seq, row.last_changed_at or ""


def _wrong(found: InboxRow, expected: InboxRow) -> list[str]:
    wrong = [
        f"{name} is {getattr(found, name)!r} instead of {getattr(expected, name)!r}"
        for name in InboxRow.__struct_fields__
        if name != "indexed_at" and getattr(found, name) != getattr(expected, name)
    ]
    if not is_index_exact(found):
        wrong.append(f"indexed_at {found.indexed_at} is not within the slack")
    return wrong


def _without_news(row: InboxRow, found: InboxRow) -> InboxRow:
    # The message that a row shows may have been edited since the row was read.
    if row.last_seq != found.last_seq or place(row) <= place(found):
        return row
    return msgspec.structs.replace(
        row, message=found.message, last_changed_at=found.last_changed_at
    )


def _without_read_ahead(row: InboxRow, last_seq: int) -> InboxRow:
    # What was read has been sent: a number beyond the last would hide messages to come.
    return msgspec.structs.replace(row, read_seq=min(row.read_seq, last_seq))


def _start(group: MessageGroup, user_uuid: str, found: InboxRow | None) -> InboxRow:
    # What no message can tell is taken from the row: when it was made, and how far was read.
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
