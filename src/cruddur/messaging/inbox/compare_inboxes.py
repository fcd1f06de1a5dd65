"""Compares each stored inbox row with its messages, and each message with the log of changes."""

from collections.abc import AsyncIterator, Collection
from contextlib import suppress
from dataclasses import replace

import msgspec

from cruddur.domain.clocks import not_before
from cruddur.domain.erasure import not_erased
from cruddur.domain.item import Item
from cruddur.domain.mentions import MENTION_SEQS_MAX, mention_seq_of
from cruddur.domain.model import InboxRow, Message, MessageGroup
from cruddur.domain.previews import preview, preview_as_typed
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.compare_changes import read_change_log
from cruddur.messaging.inbox.difference import Difference
from cruddur.messaging.inbox.inbox_rows import (
    advance,
    is_index_exact,
    new_row,
    same_unread,
    with_settings_of,
)
from cruddur.messaging.messages.seen_by import seen_by
from cruddur.ports.paging import pages
from cruddur.ports.table import Query, Range
from cruddur.schema import items, keys
from cruddur.schema.kinds import kind_of
from cruddur.schema.readable import Unreadable, in_the_log, place_of, rows_from, why

_PAGE = 500


async def compare_group(
    messaging: MessagingContext, group: MessageGroup
) -> AsyncIterator[Difference]:
    """Yields the differences of one conversation: in its changes, in its messages, then in each row."""
    uuid = group.message_group_uuid
    # The rows are read first, so that a message sent meanwhile makes them behind and not wrong.
    unreadable = _Unreadable()
    rows = await _rows(messaging, group, unreadable.note)
    views = [
        _View(group, user_uuid, rows.get(user_uuid)) for user_uuid in not_erased(group.members)
    ]
    previous: Message | None = None
    left = 0
    # The log is read before the messages, so that they lack no change of it.
    log = await read_change_log(messaging, uuid)
    for difference in log.differences:
        yield difference
    async for message in all_messages(messaging, uuid, unreadable=unreadable.note):
        is_left = message.seq <= group.expired_through  # it is too old, and was not removed yet
        if not is_left and (problem := _order_problem(group, previous, message, unreadable.seqs)):
            yield Difference(uuid, problem)
        if not is_left and (changed := log.compare(message)):
            yield changed
        for view in views:
            view.see(log.fold(message))
        left += is_left and message.message != ""
        previous = message
    if left:
        what = f"{left} messages are too old, and still there"
        yield Difference(uuid, what, expired=group)
    for view in views:
        if wrong := view.difference(log.last_seq):
            yield unreadable.explained(wrong)
    for unread in unreadable.messages:
        yield unread


class _Unreadable:
    """The items of a conversation that cannot be read."""

    def __init__(self) -> None:
        self.messages: list[Difference] = []
        self.seqs: set[int] = set()
        self._rows: dict[str, str] = {}

    def note(self, item: Item, error: Exception) -> None:
        what = f"cannot be read: {why(error)}"
        if kind_of(item) == "inbox-row":
            self._rows[keys.owner_of_row(item["pk"])] = what
            return
        self.messages.append(Difference(place_of(item), what))
        with suppress(ValueError):
            self.seqs.add(keys.seq_of(item["sk"]))

    def explained(self, difference: Difference) -> Difference:
        """Changes the difference of a missing row if the row exists but cannot be read."""
        what = self._rows.get(difference.where.partition("/")[0])
        if what is None or difference.found is not None:
            return difference
        return replace(difference, what=f"the row {what}", is_unreadable=True)


async def _rows(
    messaging: MessagingContext, group: MessageGroup, unreadable: Unreadable
) -> dict[str, InboxRow]:
    row_keys = [items.member_row_key(group, user_uuid) for user_uuid in group.members]
    found = await messaging.table.get_many(row_keys, consistent=True)
    return {row.owner_uuid: row for row in rows_from(found.values(), unreadable)}


class _View:
    """A member's row as it must be by all messages, and by those up to the stored row's last number."""

    def __init__(self, group: MessageGroup, user_uuid: str, found: InboxRow | None) -> None:
        self._found = found
        self._group = group
        self._user_uuid = user_uuid
        self._sees_any = False
        self._by_all = _start(group, user_uuid, found)
        self._by_its_own = self._by_all if self._is_at(self._by_all.last_seq) else None

    def see(self, message: Message) -> None:
        seen = seen_by(self._group, self._user_uuid, [message])
        if seen:
            self._sees_any = True
            self._by_all = advance(self._by_all, seen)
        if self._is_at(message.seq):
            self._by_its_own = self._by_all
            self._take_as_typed(message.message)

    def _take_as_typed(self, text: str) -> None:
        # Versions that knew no marks left them in the preview. The next message takes them out.
        found = self._found
        if found is not None and found.message == preview_as_typed(text):
            self._found = msgspec.structs.replace(found, message=preview(text))

    def difference(self, last_change_seq: int) -> Difference | None:
        """Returns how the row differs; `last_change_seq` is where the conversation's log ends."""
        found, last_seq = self._found, self._last_seq()
        by_all = _without_read_ahead(self._by_all, last_seq)
        where = f"{by_all.owner_uuid}/{by_all.message_group_uuid}"
        if found is None and self._group.kind == "direct" and not self._sees_any:
            return None  # they have blocked somebody with whom they had no conversation
        if found is None:
            return Difference(where, "the row is missing", None, by_all)
        by_its_own = _without_read_ahead(self._by_its_own or by_all, last_seq)
        by_its_own = _without_news(by_its_own, found)
        if by_all.last_change_seq < found.last_change_seq <= last_change_seq:
            # A projector that did not know yet that they had left has brought it further. It says
            # nothing of what they may not see, and costs a device no more than one question.
            further = found.last_change_seq
            by_all = msgspec.structs.replace(by_all, last_change_seq=further)
            by_its_own = msgspec.structs.replace(by_its_own, last_change_seq=further)
        by_all, by_its_own = _with_mentions(by_all, found), _with_mentions(by_its_own, found)
        is_behind = row_state(found) < row_state(by_all) and not _wrong(found, by_its_own)
        wrong = _wrong(found, by_all if is_behind else by_its_own)
        return Difference(where, "; ".join(wrong), found, by_all, is_behind) if wrong else None

    def _last_seq(self) -> int:
        """The last number that the member has seen, or that is hidden from them for good."""
        return max(self._by_all.last_seq, self._group.members[self._user_uuid].skipped_seq)

    def _is_at(self, seq: int) -> bool:
        return self._found is not None and self._found.last_seq == seq


async def all_messages(
    messaging: MessagingContext,
    message_group_uuid: str,
    first: int = 1,
    unreadable: Unreadable = in_the_log,
) -> AsyncIterator[Message]:
    """Yields every message from number `first` on, in order, without those that cannot be read."""
    query = Query(
        partition=keys.messages_pk(message_group_uuid),
        range=Range(at_least=keys.seq_sk(first), at_most=keys.LAST_SEQ_SK),
        limit=_PAGE,
        consistent=True,
    )
    async for page in pages(messaging.table, query):
        for item in page.items:
            try:
                message = items.message_from(item)
            except items.UNREADABLE as error:
                unreadable(item, error)
            else:
                yield message


def row_state(row: InboxRow) -> tuple[int, str, int]:
    """The state of a row: the number of its last message, the time of that message's last edit, and the
    number of the last change.
    """
    return row.last_seq, row.last_changed_at or "", row.last_change_seq


def _wrong(found: InboxRow, expected: InboxRow) -> list[str]:
    found, expected = same_unread(found), same_unread(expected)
    wrong = [
        f"{name} is {getattr(found, name)!r} instead of {getattr(expected, name)!r}"
        for name in InboxRow.__struct_fields__
        if name != "indexed_at"
        and getattr(found, name) != getattr(expected, name)
        # Rows of older versions have no name. The next message adds it.
        and not (name == "last_user_display_name" and found.last_user_display_name is None)
    ]
    if not is_index_exact(found):
        wrong.append(f"indexed_at {found.indexed_at} is not within the slack")
    return wrong


def _without_news(row: InboxRow, found: InboxRow) -> InboxRow:
    # Messages may have been edited since the row was read.
    if row.last_seq != found.last_seq or row_state(row) <= row_state(found):
        return row
    return msgspec.structs.replace(
        row,
        message=found.message,
        last_changed_at=found.last_changed_at,
        last_change_seq=found.last_change_seq,
    )


def _with_mentions(row: InboxRow, found: InboxRow) -> InboxRow:
    # An edit or a deletion takes a mention away, but leaves its number. So there may be more numbers,
    # and of those that there must be, only such may lack as the bound leaves out.
    lowest = found.mention_seqs[0] if len(found.mention_seqs) >= MENTION_SEQS_MAX else 0
    needed = {seq for seq in row.mention_seqs if seq >= lowest and seq <= found.last_seq}
    has_all = needed <= set(found.mention_seqs)
    is_possible = mention_seq_of(found) <= row.last_seq
    if not has_all or not is_possible:
        return row
    return msgspec.structs.replace(row, mention_seqs=found.mention_seqs)


def _without_read_ahead(row: InboxRow, last_seq: int) -> InboxRow:
    # A read number beyond the last message would hide later messages.
    return msgspec.structs.replace(row, read_seq=min(row.read_seq, last_seq))


def _start(group: MessageGroup, user_uuid: str, found: InboxRow | None) -> InboxRow:
    # The creation time, the read number and the settings are taken from the row, since no message tells
    # them.
    row = new_row(group, user_uuid, at=found.created_at if found else group.created_at)
    if found is None:
        return row
    read_seq = max(row.read_seq, found.read_seq)
    row = with_settings_of(found, msgspec.structs.replace(row, read_seq=read_seq))
    if row.cleared_seq and found.last_seq <= row.last_seq:
        # It shows none of its messages, and stays where the last of them had brought it.
        row = msgspec.structs.replace(row, last_message_at=found.last_message_at)
    return row


def _order_problem(
    group: MessageGroup,
    previous: Message | None,
    message: Message,
    unreadable: Collection[int],
) -> str | None:
    expected = max(previous.seq if previous else 0, group.expired_through) + 1
    missing = next((seq for seq in range(expected, message.seq) if seq not in unreadable), None)
    if missing is not None:
        return f"message {missing} is missing: {message.seq} follows"
    if previous and message.created_at != not_before(previous.created_at, message.created_at):
        return f"message {message.seq} is older than the one before it"
    if message.reply_to_seq is not None and not 0 < message.reply_to_seq < message.seq:
        return (
            f"message {message.seq} answers message {message.reply_to_seq}, which is not before it"
        )
    return None
