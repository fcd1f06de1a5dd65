"""How an inbox row follows the messages: pure functions, so that every order of events can be tried.

`advance` only ever moves a row forward, to the newest of what it has seen. Applying messages twice,
late or in another order therefore ends in the same row, and replays need no memory of what was done.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from cruddur.model import InboxRow, Message, MessageGroup, preview, timestamp

INDEX_SLACK = timedelta(hours=1)
"""How far `last_message_at` may run ahead of `indexed_at` before the index is written again."""


def new_row(group: MessageGroup, owner_uuid: str, *, at: str, read_seq: int = 0) -> InboxRow:
    """The row of a member before any message was seen; `at` is where the inbox shows it."""
    other_uuid = next((uuid for uuid in group.members if uuid != owner_uuid), owner_uuid)
    other = group.members.get(other_uuid) if group.kind == "direct" else None
    return InboxRow(
        owner_uuid=owner_uuid,
        message_group_uuid=group.message_group_uuid,
        kind=group.kind,
        title=group.title,
        user_uuid=other_uuid if other else None,
        user_handle=other.handle if other else None,
        user_display_name=other.display_name if other else None,
        last_message_at=at,
        indexed_at=at,
        created_at=at,
        last_seq=read_seq,
        read_seq=read_seq,
    )


def advance(row: InboxRow, messages: Sequence[Message]) -> InboxRow:
    """The row after these messages of its conversation, in whatever order they come."""
    newest = max(messages, key=_version, default=None)
    if newest is not None and _version(newest) > (row.last_seq, row.last_changed_at or ""):
        row = _show(row, newest)
    own_seqs = (message.seq for message in messages if message.user_uuid == row.owner_uuid)
    read_seq = max(own_seqs, default=0)
    return msgspec.structs.replace(row, read_seq=read_seq) if read_seq > row.read_seq else row


def is_index_exact(row: InboxRow) -> bool:
    """Whether the row's place in the index is where the inbox's walk will look for it."""
    return row.indexed_at <= row.last_message_at < slack_end(row.indexed_at)


def slack_end(indexed_at: str) -> str:
    """Every row indexed at this time has its last message before the time returned."""
    return timestamp(datetime.fromisoformat(indexed_at) + INDEX_SLACK)


def _version(message: Message) -> tuple[int, str]:
    return message.seq, message.changed_at or ""


def _show(row: InboxRow, message: Message) -> InboxRow:
    # max(): a title given to a new group, or a member who came late, may stand at a later time.
    at = max(row.last_message_at, message.created_at)
    return msgspec.structs.replace(
        row,
        message=preview(message.message),
        last_user_uuid=message.user_uuid,
        last_seq=message.seq,
        last_changed_at=message.changed_at,
        last_message_at=at,
        indexed_at=row.indexed_at if at < slack_end(row.indexed_at) else at,
    )
