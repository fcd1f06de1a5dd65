"""Computes inbox rows from messages. These are pure functions, so that tests can try every order.

`advance` moves a row only forward, to the newest message. So the result is the same when messages are
applied twice, late or in another order, and nobody has to remember which were applied.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec.structs import astuple

from cruddur.domain.clocks import not_before
from cruddur.domain.mentions import MENTION_SEQS_MAX
from cruddur.domain.model import InboxRow, Message, MessageGroup
from cruddur.domain.previews import preview
from cruddur.domain.renaming import is_behind
from cruddur.messaging.index_places import HOUR, Slack, chosen_part, is_within, part_of, slack_of

_EVENTS_MAX = 20
"""The most unread events that a row remembers, the newest. Older ones would count as unread."""

ChooseSlack = Callable[[InboxRow, str], Slack]
"""Returns how far a row may be ahead of its place in the index when it moves at this time."""


def same_slack(row: InboxRow, _: str) -> Slack:
    """Returns the slack that the row has, as far as it may stay where it is."""
    own = HOUR if part_of(row.indexed_at) else slack_of(row.indexed_at)
    return chosen_part(row) or own


def new_row(group: MessageGroup, owner_uuid: str, *, at: str) -> InboxRow:
    """Returns a member's row before any message; `at` is its place in the inbox."""
    owner = group.members[owner_uuid]
    other_uuid = next((uuid for uuid in group.members if uuid != owner_uuid), owner_uuid)
    other = group.members.get(other_uuid) if group.kind == "direct" else None
    return InboxRow(
        owner_uuid=owner_uuid,
        message_group_uuid=group.message_group_uuid,
        kind=group.kind,
        title=group.title,
        title_version=group.title_version,
        emoji=group.emoji,
        colour=group.colour,
        user_uuid=other_uuid if other else None,
        user_handle=other.handle if other else None,
        user_display_name=other.display_name if other else None,
        name_version=other.name_version if other else None,
        user_picture=other.picture if other else None,
        last_message_at=at,
        indexed_at=at,
        created_at=at,
        last_seq=owner.hidden_seq,
        read_seq=owner.skipped_seq,
        cleared_seq=owner.emptied_seq,
        is_request=owner.is_request,
        is_unanswered=other is not None and other_uuid != owner_uuid and other.is_request,
    )


def advance(
    row: InboxRow, messages: Sequence[Message], choose_slack: ChooseSlack = same_slack
) -> InboxRow:
    """Returns the row after these messages of its conversation, which may be in any order.

    The row's place in the index is another one if the message is not within the slack of the old one, or
    not within the one that is chosen now.
    """
    newest = max(messages, key=lambda one: _version(one, row.owner_uuid), default=None)
    before, row = row, _brought_back(row, messages)
    if newest is not None and _is_news(row, newest):
        row = _show(row, newest)
    if (row.last_seq, row.archived_at) != (before.last_seq, before.archived_at):
        row = _in_place(row, choose_slack)
    row = _mentioned(row, messages)
    last_change_seq, read_seq, events = row.last_change_seq, row.read_seq, []
    for message in messages:
        last_change_seq = max(last_change_seq, message.change_seq)
        if message.event is not None:
            events.append(message.seq)
        elif message.user_uuid == row.owner_uuid:
            read_seq = max(read_seq, message.seq)
    if (last_change_seq, read_seq) != (row.last_change_seq, row.read_seq):
        row = msgspec.structs.replace(row, last_change_seq=last_change_seq, read_seq=read_seq)
    return _with_events(row, events)


def changed_fields(before: InboxRow, after: InboxRow) -> tuple[dict[str, Any], list[str]]:
    """Returns the attributes of the row's item that get another value, and those that are removed."""
    values: dict[str, Any] = {}
    removed: list[str] = []
    pairs = zip(astuple(before), astuple(after), strict=True)
    for name, (old, new) in zip(InboxRow.__struct_fields__, pairs, strict=True):
        if new == old:
            continue
        if new is None:
            removed.append(name)
        else:
            values[name] = list(new) if isinstance(new, tuple) else new
    return values, removed


def retitled(row: InboxRow, group: MessageGroup) -> InboxRow:
    """Returns the row with the group's title and picture, unless its own are from the same version or a
    later one.
    """
    if (group.title_version or 0) <= (row.title_version or 0):
        return row
    return msgspec.structs.replace(
        row,
        title=group.title,
        emoji=group.emoji,
        colour=group.colour,
        title_version=group.title_version,
    )


def same_unread(row: InboxRow) -> InboxRow:
    """Returns the row without the events that its owner has read, which count no longer."""
    return msgspec.structs.replace(row, event_seqs=_listed(row.unread_events))


def with_settings_of(other: InboxRow, row: InboxRow) -> InboxRow:
    """Returns the row with what its owner has set on the other one."""
    return msgspec.structs.replace(
        row,
        muted_until=other.muted_until,
        archived_at=other.archived_at,
        archived_seq=other.archived_seq,
        unread_mark=other.unread_mark,
        pinned_at=other.pinned_at,
        pin_order=other.pin_order,
        settings_version=other.settings_version,
        hidden_version=other.hidden_version,
    )


def cleared(row: InboxRow, seq: int) -> InboxRow:
    """Returns the row without the messages up to this number. It keeps its time, and so its place."""
    is_empty = row.last_seq <= seq
    row = msgspec.structs.replace(
        row,
        cleared_seq=seq,
        last_seq=max(row.last_seq, seq),
        read_seq=max(row.read_seq, seq),
    )
    row = same_unread(row)
    if not is_empty:
        return row
    return msgspec.structs.replace(
        row,
        message="",
        last_kind=None,
        last_user_uuid=None,
        last_user_display_name=None,
        last_changed_at=None,
    )


def renamed(row: InboxRow, group: MessageGroup) -> InboxRow:
    """Returns a row of two people with the name and picture that the group has, unless the row's are
    newer.
    """
    other = group.members.get(row.user_uuid or "")
    if other is None or not is_behind(
        row.name_version, row.user_picture, other.name_version, other.picture
    ):
        return row
    return msgspec.structs.replace(
        row,
        user_handle=other.handle,
        user_display_name=other.display_name,
        name_version=other.name_version,
        user_picture=other.picture,
    )


def placed(row: InboxRow, choose_slack: ChooseSlack) -> InboxRow:
    """Returns a new row at the place in the index that it is to have, at its last message."""
    slack = choose_slack(row, row.last_message_at)
    return msgspec.structs.replace(row, indexed_at=slack.place(row.last_message_at))


def is_index_exact(row: InboxRow) -> bool:
    """Whether the row's place in the index is one at which the inbox's walk finds it."""
    is_in_its_part = part_of(row.indexed_at) is chosen_part(row)
    return is_in_its_part and is_within(row.last_message_at, row.indexed_at)


def _is_news(row: InboxRow, message: Message) -> bool:
    if row.last_user_uuid is None:
        # The row shows no message yet, so its number is from before its owner joined, or the last that
        # they have cleared. An edit of that message must not show, even if the projector read the
        # members before that.
        return message.seq > row.last_seq
    *version, is_hidden = _version(message, row.owner_uuid)
    shown = [row.last_seq, row.last_changed_at or ""]
    return version > shown or (version == shown and is_hidden and row.message != "")


def _version(message: Message, owner_uuid: str) -> tuple[int, str, bool]:
    # A message that was hidden stays so. Of two of its states with one time, that one is the later.
    return message.seq, message.changed_at or "", message.is_hidden_from(owner_uuid)


def _brought_back(row: InboxRow, messages: Sequence[Message]) -> InboxRow:
    """Returns the row out of the archive, if a text is new and came while it was not muted."""
    if row.archived_at is None or not any(
        message.kind == "text"
        and message.seq > row.archived_seq
        and not row.is_muted(message.created_at)
        for message in messages
    ):
        return row
    return msgspec.structs.replace(row, archived_at=None)


def _mentioned(row: InboxRow, messages: Sequence[Message]) -> InboxRow:
    """Returns the row with the numbers of those messages that mention its owner, the greatest only."""
    owner = row.owner_uuid
    seqs = {
        message.seq
        for message in messages
        if owner in message.mentions and message.user_uuid != owner
        if not message.is_hidden_from(owner)
    }
    if seqs <= set(row.mention_seqs):
        return row
    greatest = sorted({*seqs, *row.mention_seqs})[-MENTION_SEQS_MAX:]
    return msgspec.structs.replace(row, mention_seqs=tuple(greatest))


def _in_place(row: InboxRow, choose_slack: ChooseSlack) -> InboxRow:
    slack = choose_slack(row, row.last_message_at)
    is_there = part_of(row.indexed_at) is part_of(slack.prefix)
    if is_there and is_within(row.last_message_at, row.indexed_at, slack):
        return row
    return msgspec.structs.replace(row, indexed_at=slack.place(row.last_message_at))


def _show(row: InboxRow, message: Message) -> InboxRow:
    # The row may have a later time from the start of the group or from joining it. Only the newest
    # message counts, since a wrong clock may have set an earlier one's time years ahead.
    at = not_before(row.created_at, message.created_at)
    return msgspec.structs.replace(
        row,
        message="" if message.is_hidden_from(row.owner_uuid) else preview(message.message),
        last_user_uuid=message.user_uuid,
        last_user_display_name=message.user_display_name if row.kind == "group" else None,
        last_seq=message.seq,
        last_changed_at=message.changed_at,
        last_message_at=at,
        last_kind="event" if message.kind == "event" else None,
    )


def _with_events(row: InboxRow, seqs: Sequence[int]) -> InboxRow:
    """Returns the row with these events among those that are not read.

    It keeps the greatest numbers of a union, so events may come twice, late or in any order.
    """
    if not seqs:
        return row
    unread = sorted({*row.unread_events, *(seq for seq in seqs if seq > row.read_seq)})
    return msgspec.structs.replace(row, event_seqs=_listed(unread[-_EVENTS_MAX:]))


def _listed(seqs: Sequence[int]) -> str | None:
    return " ".join(map(str, seqs)) or None
