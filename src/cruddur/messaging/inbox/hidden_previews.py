"""Show the newest message that a person still sees where they have deleted the last one for themselves.

A row shows the last message of its conversation, and nothing of one that its owner has deleted for
themselves. The message before it may be edited, deleted or hidden at any time, so the row does not hold
a copy: it is read when the row is shown. Rows without such a deletion cost nothing.
"""

import asyncio
from collections.abc import Collection, Sequence

import msgspec

from cruddur.domain.errors import NotFound
from cruddur.domain.model import InboxRow, Message, shown_to
from cruddur.domain.previews import preview
from cruddur.messaging.access import access_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.list_messages import Place, read_messages
from cruddur.messaging.messages.seen_by import seen_by
from cruddur.ports.metering import Ceiling, access_pattern

_ROWS_MAX = 5
"""Of a page of the inbox so many rows get such a preview, the newest."""

_LOOKED_AT = 10
"""So many messages are looked at for one that is seen."""


class PreviewedRow(InboxRow, frozen=True, kw_only=True):
    """A row that shows an earlier message than its last one, the one of this number."""

    preview_seq: int


async def with_previews(
    messaging: MessagingContext,
    user_uuid: str,
    rows: Sequence[InboxRow],
    hidden: Collection[int] = (),
) -> Sequence[InboxRow]:
    """Returns the rows, some of them with the preview of an earlier message.

    `hidden` are messages that were hidden a moment ago, which a replica that lags still shows. Raises
    TableUnavailable.
    """
    empty = [row for row in rows if _may_be_hidden(row)][:_ROWS_MAX]
    if not empty:
        return rows
    found = await _previewed(messaging, user_uuid, empty, hidden)
    by_group = {row.message_group_uuid: row for row in found}
    return [by_group.get(row.message_group_uuid, row) for row in rows]


def _may_be_hidden(row: InboxRow) -> bool:
    # A message that was deleted for everybody has no preview either. It is told apart when it is read.
    return row.hidden_version > 0 and row.message == "" and row.last_user_uuid is not None


@access_pattern(
    "hidden_previews",
    Ceiling("B", "previews of five conversations whose last message was hidden", write=0, read=10),
)
async def _previewed(
    messaging: MessagingContext, user_uuid: str, rows: Sequence[InboxRow], hidden: Collection[int]
) -> Sequence[InboxRow]:
    return await asyncio.gather(*(_with_preview(messaging, user_uuid, row, hidden) for row in rows))


async def _with_preview(
    messaging: MessagingContext, user_uuid: str, row: InboxRow, hidden: Collection[int]
) -> InboxRow:
    try:
        group = await access_group(messaging, user_uuid, row.message_group_uuid, shows=True)
    except NotFound:
        return row  # they have left it meanwhile
    page = await read_messages(messaging, group, group.members[user_uuid], Place(), _LOOKED_AT)
    shown = shown_to(user_uuid, seen_by(group, user_uuid, page.messages))
    seen = [message for message in shown if message.seq not in hidden]
    return _showing(row, seen[-1]) if seen and seen[-1].seq < row.last_seq else row


def _showing(row: InboxRow, message: Message) -> InboxRow:
    fields = {
        **msgspec.structs.asdict(row),
        "message": preview(message.message),
        "last_user_uuid": message.user_uuid,
        "last_user_display_name": message.user_display_name if row.kind == "group" else None,
        "last_kind": "event" if message.kind == "event" else None,
    }
    return PreviewedRow(**fields, preview_seq=message.seq)
