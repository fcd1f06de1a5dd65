"""Changes of messages (edits, deletions and reactions), and what a message is after them."""

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec
from msgspec import Struct

from cruddur.domain.model import Message
from cruddur.domain.reactions import Reactions, with_reactions

MessageChangeKind = Literal["edited", "deleted", "reacted"]


class MessageChange(Struct, frozen=True, kw_only=True):
    """One change of a message. `change_seq` is its number in the conversation, without a gap.

    `seq` is the number of the message. `message` is its text after an edit, and `mentions` are the
    people whom that text mentions. `reactions` are the emoji that this person has on it after a
    reaction, in the order in which they were given. `previous` is the number of the message's change
    before this one; 0 for its first. `previous_edit` is that of the change of its text before this one;
    None means that it is `previous`. Only the first edit holds `before`, the text that the message had
    until then. `change_uuid` is the client's own, if any.
    """

    message_group_uuid: str
    change_seq: int
    kind: MessageChangeKind
    seq: int
    user_uuid: str
    at: str
    message: str = ""
    before: str | None = None
    reactions: tuple[str, ...] | None = None
    previous: int = 0
    previous_edit: int | None = None
    change_uuid: str | None = None
    mentions: Mapping[str, str] = {}

    @property
    def edit_before(self) -> int:
        """The number of the last change of the message's text before this change; 0 if there is none."""
        return self.previous if self.previous_edit is None else self.previous_edit


class FoldedChanges(Struct, frozen=True, kw_only=True):
    """What all changes of one message come to.

    `last` is the last change, `edit` the last one of the text. `reactions` are what people have on the
    message now. `has_reacted` says whether anybody ever had something on it.
    """

    last: MessageChange
    edit: MessageChange | None = None
    reactions: Reactions | None = None
    has_reacted: bool = False


def changed_message(message: Message, changes: Iterable[MessageChange]) -> Message:
    """Returns the message after these changes of it, which are in order, and which it may have already.

    No change between its own last one and the last of these may be missing (see `lacks_changes`).
    """
    for change in changes:
        if change.seq == message.seq and change.change_seq > message.change_seq:
            message = _after(message, change)
    return message


def lacks_changes(message: Message, changes: Iterable[MessageChange]) -> bool:
    """Whether this state of a message is so old that changes between it and these are missing."""
    last = message.change_seq
    for change in changes:
        if change.seq == message.seq and change.change_seq > last:
            if change.previous > last:
                return True
            last = change.change_seq
    return False


def numbered(draft: MessageChange, message: Message, change_seq: int) -> MessageChange:
    """Returns the drafted change of this state of the message, under its number.

    Later edits find the text from before the first one in the log. A deletion keeps no text.
    """
    is_first_edit = draft.kind == "edited" and message.last_edit_seq == 0
    is_edit_last = message.last_edit_seq == message.change_seq
    return msgspec.structs.replace(
        draft,
        change_seq=change_seq,
        previous=message.change_seq,
        previous_edit=None if is_edit_last else message.last_edit_seq,
        before=message.message if is_first_edit else None,
    )


def follow(before: FoldedChanges | None, change: MessageChange) -> FoldedChanges:
    """Returns what the changes of a message come to with this one, which follows them."""
    edit = before.edit if before else None
    reactions = before.reactions if before else None
    has_reacted = before.has_reacted if before else False
    if change.kind == "reacted":
        reactions = with_reactions(reactions, change.user_uuid, change.reactions or ())
        return FoldedChanges(last=change, edit=edit, reactions=reactions, has_reacted=True)
    kept = None if change.kind == "deleted" else reactions
    return FoldedChanges(last=change, edit=change, reactions=kept, has_reacted=has_reacted)


def folded_message(message: Message, folded: FoldedChanges) -> Message:
    """Returns the message as all its changes make it, whatever it is now.

    A version without numbers may have edited it later than the last edit of the log: that text stays.
    """
    edit = folded.edit
    if edit is not None and not _is_edited_later(message, folded):
        message = _with_text_of(message, edit)
    return msgspec.structs.replace(
        message,
        change_seq=folded.last.change_seq,
        edit_seq=_edit_seq(folded),
        reactions=folded.reactions,
    )


def _is_edited_later(message: Message, folded: FoldedChanges) -> bool:
    is_last = message.change_seq == folded.last.change_seq
    return is_last and (message.changed_at or "") > (folded.edit.at if folded.edit else "")


def _edit_seq(folded: FoldedChanges) -> int | None:
    if not folded.has_reacted:
        return None
    return folded.edit.change_seq if folded.edit else 0


def _after(message: Message, change: MessageChange) -> Message:
    if change.kind == "reacted":
        return msgspec.structs.replace(
            message,
            reactions=with_reactions(message.reactions, change.user_uuid, change.reactions or ()),
            edit_seq=message.last_edit_seq,
            change_seq=change.change_seq,
        )
    return msgspec.structs.replace(
        _with_text_of(message, change),
        reactions=None if change.kind == "deleted" else message.reactions,
        edit_seq=None if message.edit_seq is None else change.change_seq,
        change_seq=change.change_seq,
    )


def _with_text_of(message: Message, change: MessageChange) -> Message:
    is_deletion = change.kind == "deleted"
    return msgspec.structs.replace(
        message,
        message=change.message,
        edited_at=message.edited_at if is_deletion else change.at,
        deleted_at=change.at if is_deletion else None,
        mentions=change.mentions,
    )
