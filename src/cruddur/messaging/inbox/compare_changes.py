"""Folds a conversation's log of changes, and compares the messages with it."""

from collections.abc import Sequence

from cruddur.domain.item import Item
from cruddur.domain.message_changes import (
    FoldedChanges,
    MessageChange,
    folded_message,
    follow,
)
from cruddur.domain.model import Message
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.difference import Difference
from cruddur.ports.paging import pages
from cruddur.ports.table import Query, Range
from cruddur.schema import keys
from cruddur.schema.readable import message_changes_from, place_of, why

_PAGE = 500


class ChangeLog:
    """The log of one conversation: what the changes of each message come to, and what is wrong."""

    def __init__(self, message_group_uuid: str) -> None:
        self._uuid = message_group_uuid
        self._folded: dict[int, FoldedChanges] = {}
        self._erasable: dict[int, MessageChange] = {}
        self.last_seq = 0
        self.differences: list[Difference] = []

    def add(self, found: Sequence[Item]) -> None:
        """Adds the items that follow in the log."""
        for item in found:
            self._follow(keys.change_seq_of(keys.key_of(item).sk))
            for change in message_changes_from([item], self._note):
                self._fold(change)

    def end(self) -> None:
        """Notes the edits of deleted messages whose texts were not erased. To be called last."""
        for seq, folded in self._folded.items():
            edit = self._erasable.get(seq)
            if folded.last.kind == "deleted" and edit is not None:
                what = f"change {edit.change_seq} keeps a text of the deleted message {seq}"
                self.differences.append(Difference(f"{self._uuid}/{seq}", what, changes=folded))

    def compare(self, message: Message) -> Difference | None:
        """Returns the difference between a message and the fold of its changes, if there is one."""
        folded = self._folded.get(message.seq)
        number = folded.last.change_seq if folded else 0
        # With its number: at a second look, a message that is being changed has another one.
        where = f"{self._uuid}/{message.seq} with change {message.change_seq}"
        if message.change_seq != number:
            what = f"message {message.seq} has change {message.change_seq} instead of {number}"
            return Difference(where, what, changes=folded if number > message.change_seq else None)
        if self.fold(message) != message:
            what = f"message {message.seq} is not as change {number} says"
            return Difference(where, what, changes=folded)
        return None

    def fold(self, message: Message) -> Message:
        """Returns the message as it must be by its changes; as it is, if it has a later one."""
        folded = self._folded.get(message.seq)
        if folded is None or message.change_seq > folded.last.change_seq:
            return message
        return folded_message(message, folded)

    def _follow(self, change_seq: int) -> None:
        if change_seq != self.last_seq + 1:
            what = f"change {self.last_seq + 1} is missing: {change_seq} follows"
            self.differences.append(Difference(self._uuid, what))
        self.last_seq = change_seq

    def _fold(self, change: MessageChange) -> None:
        before = self._folded.get(change.seq)
        number = before.last.change_seq if before else 0
        if change.previous != number:
            what = f"change {change.change_seq} follows {change.previous} instead of {number}"
            self.differences.append(Difference(self._uuid, what))
        self._folded[change.seq] = follow(before, change)
        if change.message or change.before is not None:
            self._erasable[change.seq] = change

    def _note(self, item: Item, error: Exception) -> None:
        self.differences.append(Difference(place_of(item), f"cannot be read: {why(error)}"))


async def read_change_log(messaging: MessagingContext, message_group_uuid: str) -> ChangeLog:
    """Returns the whole log of a conversation's changes."""
    query = Query(
        partition=keys.messages_pk(message_group_uuid),
        range=Range(at_least=keys.change_sk(1), at_most=keys.LAST_CHANGE_SK),
        limit=_PAGE,
        consistent=True,
    )
    log = ChangeLog(message_group_uuid)
    async for page in pages(messaging.table, query):
        log.add(page.items)
    log.end()
    return log
