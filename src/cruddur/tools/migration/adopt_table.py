"""Converts a tutorial's table to this service's layout: users, conversations, messages, inbox rows.

Every write requires that its key is free, and the order of writes leaves no wrong state if it is
interrupted anywhere. Another run continues, and writes nothing if everything exists.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import TypeVar

import msgspec

from cruddur.domain.checked_texts import TITLE_MAX_CHARS
from cruddur.domain.clocks import not_before
from cruddur.domain.errors import Busy, ConditionFailed, TableError, TransactionFailed
from cruddur.domain.item import Item
from cruddur.domain.model import InboxRow, Message, MessageGroup, User, fold, timestamp
from cruddur.identity.context import LOCAL_ISSUER
from cruddur.messaging.inbox.inbox_rows import advance, new_row
from cruddur.messaging.inbox.write_row import row_update
from cruddur.ports.clock import utc_now
from cruddur.ports.paging import all_items
from cruddur.ports.table import IF_NEW, Put, Query, Range, Table
from cruddur.schema import items, keys
from cruddur.schema.readable import place_of, why
from cruddur.tools.concurrency import map_concurrently, retry_throttled
from cruddur.tools.migration import names
from cruddur.tools.migration.merging import Conversation, Merged, Person, merge
from cruddur.tools.migration.progress import Progress
from cruddur.tools.migration.tutorial import OldMessage, OldRow, Times, Unreadable, read

T = TypeVar("T")


@dataclass(slots=True)
class Adopted:
    """The result: what was read and written. `written` is 0 if everything was adopted before."""

    merged: Merged
    times: Times
    read: int = 0
    written: int = 0
    renamed: list[str] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    without_login: int = 0


async def adopt_table(
    source: Table, target: Table, progress: Progress, *, naive_times_are: tzinfo = UTC
) -> Adopted:
    """Converts the source's items and writes them to the target.

    Raises TableUnavailable, Busy; it is then safe to run it again.
    """
    messages: list[OldMessage] = []
    rows: list[OldRow] = []
    unreadable: list[Unreadable] = []
    count, total, times = 0, await source.count(), Times(utc_now(), naive_times_are)
    async for item in source.scan():
        count += 1
        progress("read", 1, total, about=True)
        match read(item, times):
            case OldMessage() as message:
                messages.append(message)
            case OldRow() as row:
                rows.append(row)
            case Unreadable() as problem:
                unreadable.append(problem)
    merged = merge(messages, rows)
    adopted = Adopted(merged, times, count, unreadable=unreadable + merged.unreadable)
    await _Writing(target, adopted, progress).all()
    return adopted


class _Writing:
    """The writes of one run."""

    def __init__(self, table: Table, adopted: Adopted, progress: Progress) -> None:
        self._table = table
        self._adopted = adopted
        self._progress = progress
        self._users: dict[str, User] = {}
        self._messages_in_all = 0

    async def all(self) -> None:
        # Users are written in order, since of two with the same handle the first one gets it.
        people, conversations = self._adopted.merged.people, self._adopted.merged.conversations
        for person in people:
            self._users[person.user_uuid] = await retry_throttled(partial(self._user, person))
            self._progress("people", 1, len(people))
        self._messages_in_all = sum(len(one.messages) for one in conversations)
        await map_concurrently(conversations, self._conversation)
        await self._count_who_cannot_sign_in()

    async def _count_who_cannot_sign_in(self) -> None:
        logins = {
            keys.login_key(LOCAL_ISSUER, fold(user.handle)): user.user_uuid
            for user in self._users.values()
        }
        found = await retry_throttled(partial(self._table.get_many, list(logins), consistent=True))
        have_one = sum(
            key in found and found[key].get("user_uuid") == user_uuid
            for key, user_uuid in logins.items()
        )
        self._adopted.without_login = len(logins) - have_one

    async def _user(self, person: Person) -> User:
        key = keys.user_key(person.user_uuid)
        for handle in names.handles(person.handle, person.user_uuid):
            item = await self._table.get(key, consistent=True)
            if item is not None:
                return _read_stored(items.user_from, item)
            if await self._make_user(user := self._as_user(person, handle)):
                self._note_new_names(person, user)
                return user
        raise AssertionError("handles never end")

    def _as_user(self, person: Person, handle: str) -> User:
        return User(
            user_uuid=person.user_uuid,
            handle=handle,
            display_name=names.display_name(person.display_name, handle),
            created_at=self._timestamp(person.first_seen),
        )

    def _timestamp(self, at: datetime) -> str:
        return timestamp(self._adopted.times.past(at))

    async def _make_user(self, user: User) -> bool:
        parts = items.person_items(user)
        try:
            await self._table.transact([Put(part, IF_NEW) for part in parts])
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
        group = await retry_throttled(partial(self._group, conversation))
        stored = await retry_throttled(partial(self._messages, group))
        there = {message.message_uuid for message in stored}
        for old in conversation.messages:
            if old.message_uuid not in there:
                message = self._message(group, stored[-1] if stored else None, old)
                await retry_throttled(partial(self._put_message, message))
                stored.append(message)
            self._progress("messages", 1, self._messages_in_all)
        await retry_throttled(partial(self._rows, group, stored))

    async def _group(self, conversation: Conversation) -> MessageGroup:
        group = self._new_group(conversation)
        if await self._put_new(items.group_item(group)):
            return group
        key = keys.group_key(group.message_group_uuid)
        item = await self._table.get(key, consistent=True)
        if item is None:
            raise Busy(f"{key.pk} was there and is not; is the target in use?")
        found = _read_stored(items.group_from, item)
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
            created_at=self._timestamp(conversation.started),
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
            # The stored number is greater only if the conversation was continued here meanwhile.
            created_at=not_before(last.created_at if last else "", self._timestamp(old.at)),
        )

    async def _put_message(self, message: Message) -> None:
        if await self._put_new(items.message_item(message)):
            return
        key = keys.message_key(message.message_group_uuid, message.seq)
        item = await self._table.get(key, consistent=True)
        # The item may be ours, from a try whose answer was lost.
        if item is None or item.get("message_uuid") != message.message_uuid:
            raise Busy(f"{key.pk} is written to by others: stop the service, and run it again")

    async def _messages(self, group: MessageGroup) -> list[Message]:
        query = Query(
            keys.messages_pk(group.message_group_uuid),
            Range(at_least=keys.FIRST_SEQ_SK, at_most=keys.LAST_SEQ_SK),
            consistent=True,
        )
        found = await all_items(self._table, query)
        return [_read_stored(items.message_from, item) for item in found]

    async def _rows(self, group: MessageGroup, messages: Sequence[Message]) -> None:
        row_keys = {
            user_uuid: keys.inbox_row_key(user_uuid, group.message_group_uuid)
            for user_uuid in group.members
        }
        found = await self._table.get_many(list(row_keys.values()), consistent=True)
        for user_uuid, key in row_keys.items():
            seen = [m for m in messages if group.members[user_uuid].may_see(m.seq)]
            if key not in found:
                await self._put_new(items.inbox_row_item(_new_row(group, user_uuid, seen)))
            else:
                await self._advance(_read_stored(items.inbox_row_from, found[key]), seen)

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
            await self._table.put(Put(item, IF_NEW))
        except ConditionFailed:
            return False
        self._adopted.written += 1
        return True


def _read_stored(convert: Callable[[Item], T], item: Item) -> T:
    # Unlike in a list, nothing can go on without it: what is written next follows from what is there.
    try:
        return convert(item)
    except items.UNREADABLE as error:
        raise TableError(
            f"{place_of(item)} cannot be read ({why(error)}): mend or delete it, and run this again"
        ) from None


def _new_row(group: MessageGroup, user_uuid: str, messages: Sequence[Message]) -> InboxRow:
    row = advance(new_row(group, user_uuid, at=group.created_at), messages)
    # The tutorial does not store what was read. A thousand unread messages would help nobody.
    return msgspec.structs.replace(row, read_seq=row.last_seq)
