"""Erase a person from the messages of a conversation, and from rows that show them as its last author.

Their name and handle go from each message, and its text if messages are to be blanked: as a numbered
deletion, so that each device learns of it, rows follow, and the earlier texts go from the log.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec

from cruddur.domain.erasure import ERASED_NAME, Erasure, LeftConversation, not_erased
from cruddur.domain.errors import ConditionFailed
from cruddur.domain.item import Item
from cruddur.domain.message_changes import MessageChange, MessageChangeKind
from cruddur.domain.model import Message, MessageGroup
from cruddur.messaging.access import UnreadableGroup, find_group
from cruddur.messaging.change_tails import ChangeRequest
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.advance_inbox_rows import advance_inbox_rows
from cruddur.messaging.messages.append_change import append_change
from cruddur.messaging.messages.edit_message import time_of_change
from cruddur.messaging.messages.read_changes import read_changes, read_newest_changes
from cruddur.messaging.messages.read_newest import read_newest
from cruddur.messaging.people.erase_event import erase_event
from cruddur.messaging.publishing import publish_changed
from cruddur.ports.beside import each
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.paging import pages
from cruddur.ports.table import Delete, Equals, Query, Range, Update
from cruddur.schema import items, keys, receipt_keys
from cruddur.schema.readable import messages_from, one_from

PAGE = 200
_AT_ONCE = 25


@access_pattern(
    "erase_in_conversation",
    Ceiling("T", "erase ten of a conversation's forty messages", write=33, read=27),
)
async def erase_in_conversation(
    messaging: MessagingContext, erasure: Erasure, left: LeftConversation
) -> LeftConversation:
    """Erases the person from the messages and changes that follow, and returns how far that is then.

    It may be stopped at any point and done again. Raises Busy, TableUnavailable.
    """
    uuid = left.message_group_uuid
    try:
        group = await find_group(messaging, uuid)
    except UnreadableGroup:
        group = None  # nobody gets an event, and `cruddur verify` reports the group
    mark = receipt_keys.read_mark_key(uuid, erasure.user_uuid)
    await messaging.table.delete(Delete(mark))
    work = _Work(messaging, erasure, group)
    log = await read_newest_changes(messaging, uuid, 1, consistent=True)
    last = await work.erase_messages(uuid, left.erased_seq)
    if left.erased_seq:
        # A first look finds all reactions on the messages themselves, a later one those that came since.
        await work.erase_reactions(uuid, left.erased_change_seq)
        await work.erase_last_event(uuid)
    if group is not None and group.kind == "group":
        await _erase_last_author(messaging, erasure, group)
    return msgspec.structs.replace(left, erased_seq=last, erased_change_seq=log.last_seq)


@dataclass(frozen=True, slots=True)
class _Work:
    """What is done in one conversation. Without a group that can be read, nobody gets an event."""

    messaging: MessagingContext
    erasure: Erasure
    group: MessageGroup | None

    async def erase_messages(self, uuid: str, after: int) -> int:
        """Returns the number of the last message."""
        following = Query(
            keys.messages_pk(uuid),
            Range(at_least=keys.seq_sk(after + 1), at_most=keys.LAST_SEQ_SK),
            limit=PAGE,
            consistent=True,
        )
        async for page in pages(self.messaging.table, following):
            own = [item for item in page.items if item.get("user_uuid") == self.erasure.user_uuid]
            # The names go first: rows take the name over together with the deletion.
            await _erase_names(self.messaging, self.erasure, own)
            if self.erasure.messages == "blank":
                await self._blank_all(own)
            await self._erase_events(messages_from(page.items))
            for item in page.items:
                if self._has_reacted(item):
                    await self._change(item, "reacted")
            after = keys.seq_of(page.items[-1][keys.SORT_KEY]) if page.items else after
        return after

    async def erase_reactions(self, uuid: str, after: int) -> None:
        """Removes the reactions that the person has given by changes after this number."""
        has_more = True
        while has_more:
            log = await read_changes(self.messaging, uuid, after + 1, PAGE)
            theirs = {c.seq for c in log.changes if c.user_uuid == self.erasure.user_uuid}
            wanted = [keys.message_key(uuid, seq) for seq in sorted(theirs)]
            found = await self.messaging.table.get_many(wanted, consistent=True)
            for item in found.values():
                if self._has_reacted(item):
                    await self._change(item, "reacted")
            after, has_more = log.last_seq, log.has_more

    async def erase_last_event(self, uuid: str) -> None:
        """Looks at the rows once more: a late projector may have shown the event as it was."""
        await self._erase_events(await read_newest(self.messaging, uuid, 1))

    async def _erase_events(self, messages: Sequence[Message]) -> None:
        for message in messages if self.group is not None else ():
            if message.event is not None and self.group is not None:
                await erase_event(self.messaging, self.erasure, self.group, message)

    def _has_reacted(self, item: Item) -> bool:
        message = one_from(items.message_from, item) if "reactions" in item else None
        return message is not None and self.erasure.user_uuid in (message.reactions or {})

    async def _blank_all(self, own: Sequence[Item]) -> None:
        blanked = [await self._blank(item) for item in own]
        messages = [message for message in blanked if message is not None]
        if messages and self.group is not None:
            # The projector does so too, where one runs: a preview must not wait for that.
            await advance_inbox_rows(self.messaging, messages)

    async def _blank(self, item: Item) -> Message | None:
        message = one_from(items.message_from, item)
        if message is None:  # another program wrote it: it is shown as deleted, whatever it holds
            own = ("user_uuid", self.erasure.user_uuid)
            await _update(self.messaging, item, {"message": ""}, *own)
            return None
        if message.event is not None:
            return None  # its sentence is written anew
        return message if message.deleted_at else await self._change(item, "deleted")

    async def _change(self, item: Item, kind: MessageChangeKind) -> Message:
        key, user_uuid = keys.key_of(item), self.erasure.user_uuid
        uuid, seq = keys.group_uuid_of(key), keys.seq_of(key.sk)

        def draft(found: Message | None) -> MessageChange | None:
            if found is None or found.deleted_at:
                return None
            if kind == "reacted" and user_uuid not in (found.reactions or {}):
                return None
            return MessageChange(
                message_group_uuid=uuid,
                change_seq=0,
                kind=kind,
                seq=seq,
                user_uuid=user_uuid,
                at=time_of_change(self.messaging, found),
                reactions=() if kind == "reacted" else None,
            )

        request = ChangeRequest(uuid, user_uuid, seq, draft)
        changed = await append_change(self.messaging, request)
        if self.group is not None:
            await publish_changed(self.messaging, self.group, changed, user_uuid, kind)
        return changed


async def _erase_names(messaging: MessagingContext, erasure: Erasure, own: Sequence[Item]) -> None:
    person = erasure.person
    values = {"user_handle": person.handle, "user_display_name": person.display_name}
    named = [item for item in own if any(item.get(name) != v for name, v in values.items())]

    async def rename(item: Item) -> None:
        await _update(messaging, item, values, "user_uuid", erasure.user_uuid)

    await each(rename, named, at_once=_AT_ONCE)


async def _update(
    messaging: MessagingContext, item: Item, values: dict[str, Any], name: str, value: str
) -> None:
    with suppress(ConditionFailed):
        await messaging.table.update(
            Update(keys.key_of(item), values, condition=[Equals(name, value)])
        )


async def _erase_last_author(
    messaging: MessagingContext, erasure: Erasure, group: MessageGroup
) -> None:
    """Follows a message that has another name and no change: no projector takes that over."""
    row_keys = [items.member_row_key(group, owner) for owner in not_erased(group.members)]
    found = await messaging.table.get_many(row_keys, consistent=True)
    for row in found.values():
        is_theirs = row.get("last_user_uuid") == erasure.user_uuid
        if is_theirs and row.get("last_user_display_name") not in {None, ERASED_NAME}:
            values = {"last_user_display_name": ERASED_NAME}
            await _update(messaging, row, values, "last_user_uuid", erasure.user_uuid)
