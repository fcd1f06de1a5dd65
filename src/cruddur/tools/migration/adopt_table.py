"""Write what a tutorial's table tells of as ours: people, conversations, messages, inbox rows.

Every write is on condition that its place is free, and goes in an order in which a stop anywhere
leaves nothing wrong: running it again goes on, and where all is there it writes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import msgspec

from cruddur.crowd import for_each, patiently
from cruddur.errors import Busy, ConditionFailed, TransactionFailed
from cruddur.messaging.inbox_rows import advance, new_row
from cruddur.messaging.ports import Item, Missing, Put, Query, Range, Table
from cruddur.messaging.project import row_update
from cruddur.messaging.service import utc_now
from cruddur.model import (
    TITLE_MAX_CHARS,
    InboxRow,
    Message,
    MessageGroup,
    User,
    timestamp,
)
from cruddur.moving import names
from cruddur.moving.merging import Conversation, Merged, Person, merge
from cruddur.moving.progress import Progress
from cruddur.moving.tutorial import OldMessage, OldRow, Unreadable, read
from cruddur.table import items, keys


@dataclass(slots=True)
class Adopted:
    """What was read and what was written; `written` is 0 when it was adopted before."""

    merged: Merged
    read: int = 0
    written: int = 0
    renamed: list[str] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)


async def adopt_table(source: Table, target: Table, progress: Progress) -> Adopted:
    """Raises TableUnavailable, Busy; then it may be run again."""
    messages: list[OldMessage] = []
    rows: list[OldRow] = []
    unreadable: list[Unreadable] = []
    count, now, total = 0, utc_now(), await source.count()
    async for item in source.scan():
        count += 1
        progress("read", 1, total, about=True)
        match read(item, now):
            case OldMessage() as message:
                messages.append(message)
            case OldRow() as row:
                rows.append(row)
            case Unreadable() as problem:
                unreadable.append(problem)
    merged = merge(messages, rows)
    adopted = Adopted(merged, count, unreadable=unreadable + merged.unreadable)
    await _Writing(target, adopted, progress).all()
    return adopted


class _Writing:
    """One run's writes to the target."""

    def __init__(self, table: Table, adopted: Adopted, progress: Progress) -> None:
        self._table = table
        self._adopted = adopted
        self._progress = progress
        self._users: dict[str, User] = {}
        self._messages_in_all = 0

    async def all(self) -> None:
        # One after another, since who came first gets the handle that two want.
        people, conversations = self._adopted.merged.people, self._adopted.merged.conversations
        for person in people:
            self._users[person.user_uuid] = await patiently(partial(self._user, person))
            self._progress("people", 1, len(people))
        self._messages_in_all = sum(len(one.messages) for one in conversations)
        await for_each(conversations, self._conversation)

    async def _user(self, person: Person) -> User:
        key = keys.user_key(person.user_uuid)
        for handle in names.handles(person.handle, person.user_uuid):
            item = await self._table.get(key, consistent=True)
            if item is not None:
                return items.user_from(item)
            if await self._make_user(user := _user(person, handle)):
                self._note_new_names(person, user)
                return user
        raise AssertionError("handles never end")

    async def _make_user(self, user: User) -> bool:
        parts = (items.user_item(user), items.handle_item(user))
        try:
            await self._table.transact([Put(part, [Missing("pk")]) for part in parts])
        except TransactionFailed:
            return False
        self._adopted.written += len(parts)
        return True

    def _note_new_names(self, person: Person, user: User) -> None:
        uuid, note = user.user_uuid, self._adopted.renamed.append
        if person.handle is None:
            note(f"{uuid} is @{user.handle} here: no item tells their handle")
        elif person.handle.removeprefix("@") != user.handle:
            why = f"{person.handle!r} is taken or cannot be a handle"
            note(f"{uuid} is @{user.handle} here: {why}")
        name = person.display_name
        if name is not None and name.strip() != user.display_name:
            why = f"{name!r} is too long or cannot be a name"
            note(f"{uuid} is called {user.display_name!r} here: {why}")

    async def _conversation(self, conversation: Conversation) -> None:
        group = await patiently(partial(self._group, conversation))
        stored = await patiently(partial(self._messages, group))
        there = {message.message_uuid for message in stored}
        for old in conversation.messages:
            if old.message_uuid not in there:
                message = self._message(group, stored[-1] if stored else None, old)
                await patiently(partial(self._put_message, message))
                stored.append(message)
            self._progress("messages", 1, self._messages_in_all)
        await patiently(partial(self._rows, group, stored))

    async def _group(self, conversation: Conversation) -> MessageGroup:
        group = self._new_group(conversation)
        if await self._put_new(items.group_item(group)):
            return group
        key = keys.group_key(group.message_group_uuid)
        item = await self._table.get(key, consistent=True)
        if item is None:
            raise Busy(f"{key.pk} was there and is not; is the target in use?")
        found = items.group_from(item)
        for user_uuid in group.members.keys() - found.members.keys():
            self._adopted.merged.notes.append(
                f"{group.message_group_uuid}: {user_uuid} has left it, or it grew since"
            )
        return found

    def _new_group(self, conversation: Conversation) -> MessageGroup:
        people = [self._users[user_uuid] for user_uuid in conversation.people]
        title = ", ".join(user.display_name for user in people)
        if len(title) > TITLE_MAX_CHARS:
            title = title[: TITLE_MAX_CHARS - 1] + "…"
        return MessageGroup(
            message_group_uuid=conversation.message_group_uuid,
            kind=conversation.kind,
            title=title if conversation.kind == "group" else None,
            members={user.user_uuid: items.member_of(user) for user in people},
            created_at=timestamp(conversation.started),
        )

    def _message(self, group: MessageGroup, last: Message | None, old: OldMessage) -> Message:
        sender = self._users[old.sender.user_uuid]
        return Message(
            message_group_uuid=group.message_group_uuid,
            seq=last.seq + 1 if last else 1,
            message_uuid=old.message_uuid,
            message=old.text,
            user_uuid=sender.user_uuid,
            user_handle=sender.handle,
            user_display_name=sender.display_name,
            # A later one than the last only where the conversation went on here meanwhile.
            created_at=max(timestamp(old.at), last.created_at if last else ""),
        )

    async def _put_message(self, message: Message) -> None:
        if await self._put_new(items.message_item(message)):
            return
        key = keys.message_key(message.message_group_uuid, message.seq)
        item = await self._table.get(key, consistent=True)
        # It may be our own, from a try whose answer was lost.
        if item is None or item["message_uuid"] != message.message_uuid:
            raise Busy(f"{key.pk} is written to by others: stop the service, and run it again")

    async def _messages(self, group: MessageGroup) -> list[Message]:
        found: list[Message] = []
        start: Item | None = None
        while True:
            page = await self._table.query(
                Query(
                    keys.messages_pk(group.message_group_uuid),
                    Range(at_least=keys.FIRST_SEQ_SK, at_most=keys.LAST_SEQ_SK),
                    start=start,
                    consistent=True,
                )
            )
            found += map(items.message_from, page.items)
            start = page.next
            if start is None:
                return found

    async def _rows(self, group: MessageGroup, messages: Sequence[Message]) -> None:
        row_keys = {
            user_uuid: keys.inbox_row_key(user_uuid, group.message_group_uuid)
            for user_uuid in group.members
        }
        found = await self._table.get_many(list(row_keys.values()), consistent=True)
        for user_uuid, key in row_keys.items():
            seen = [m for m in messages if m.seq > group.members[user_uuid].joined_seq]
            if key not in found:
                await self._put_new(items.inbox_row_item(_new_row(group, user_uuid, seen)))
            else:
                await self._advance(items.inbox_row_from(found[key]), seen)

    async def _advance(self, row: InboxRow, messages: Sequence[Message]) -> None:
        update = row_update(row, advance(row, messages))
        if update is None:
            return
        try:
            await self._table.update(update)
        except ConditionFailed:
            raise Busy("an inbox row changed meanwhile: run it again") from None
        self._adopted.written += 1

    async def _put_new(self, item: Item) -> bool:
        try:
            await self._table.put(Put(item, [Missing("pk")]))
        except ConditionFailed:
            return False
        self._adopted.written += 1
        return True


def _new_row(group: MessageGroup, user_uuid: str, messages: Sequence[Message]) -> InboxRow:
    row = advance(new_row(group, user_uuid, at=group.created_at), messages)
    # The tutorial kept no account of what was read; a thousand unread messages would help nobody.
    return msgspec.structs.replace(row, read_seq=row.last_seq)


def _user(person: Person, handle: str) -> User:
    return User(
        user_uuid=person.user_uuid,
        handle=handle,
        display_name=names.display_name(person.display_name, handle),
        created_at=timestamp(person.first_seen),
    )
