"""What a webhook is told: made of changes of the feed, or later of the items themselves.

An event of a message, a change, a version of a group or a read mark has the same id whenever it is
sent. So a receiver knows what it has already, after a retry, a crash or a replay.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec
from msgspec import Struct

from cruddur.domain.item import Item, Key
from cruddur.domain.message_changes import MessageChange
from cruddur.domain.model import Message, MessageGroup, User, timestamp
from cruddur.domain.receipts import ReadMark
from cruddur.domain.report import Report
from cruddur.domain.webhook import KIND_OF_EVENT, EventType
from cruddur.ports.change_feed import Change
from cruddur.schema import items, keys
from cruddur.schema.kinds import kind_of_key
from cruddur.schema.readable import one_from
from cruddur.schema.receipt_items import read_mark_from
from cruddur.schema.report_items import report_from

_EVENT_OF_KIND: Mapping[str, EventType] = {kind: event for event, kind in KIND_OF_EVENT.items()}


class Gone(Struct, frozen=True):
    """A person who was erased."""

    user_uuid: str


class ChangedMessage(Struct, frozen=True):
    """A change, with the message as it is after it. None if the message cannot be read."""

    change: MessageChange
    message: Message | None = None


Told = Message | ChangedMessage | MessageGroup | ReadMark | Report | User | Gone | None


class WebhookEvent(Struct, frozen=True, kw_only=True):
    """One thing to tell. Events with one `ordering_key`, the partition of their items, are in order.

    `number` is that of a message or change; other events have 0.
    """

    type: EventType | Literal["test"]
    webhook_id: str
    at: str
    told: Told
    ordering_key: str = ""
    sort_key: str = ""
    number: int = 0


def event_of_change(change: Change) -> WebhookEvent | None:
    """Returns what a change of the feed tells; None if nobody would see a difference."""
    kind = _EVENT_OF_KIND.get(kind_of_key(change.key))
    if kind is None or (change.new is None and kind != "user"):
        return None
    if kind in {"message", "change"} and change.kind != "insert":
        return None  # a message that is changed has an item of the change
    at = timestamp(change.at) if change.at else ""
    event = _event(kind, change.key, change.new, at, change.sequence)
    if event is None or change.old is None:
        return event
    before = _event(kind, change.key, change.old, at)
    return event if before is None or _shown(before.told) != _shown(event.told) else None


def event_of_item(key: Key, item: Item | None, now: str) -> WebhookEvent | None:
    """Returns what an item tells that could not be sent when it changed; None if it tells nothing."""
    kind = _EVENT_OF_KIND.get(kind_of_key(key))
    return None if kind is None else _event(kind, key, item, now)


def _event(
    kind: EventType, key: Key, item: Item | None, at: str, sequence: str = ""
) -> WebhookEvent | None:
    if item is None:
        return _user_gone(key, at) if kind == "user" else None
    made = _MAKERS[kind](item, at)
    if made is None:
        return None
    told, webhook_id, happened, number = made
    if isinstance(told, User):
        webhook_id += _of_this_time(told, at, sequence)
    return WebhookEvent(
        type=kind,
        webhook_id=webhook_id,
        at=happened,
        told=told,
        ordering_key=key.pk,
        sort_key=key.sk,
        number=number,
    )


_Made = tuple[Told, str, str, int] | None


def _message(item: Item, _: str) -> _Made:
    one = one_from(items.message_from, item)
    if one is None:
        return None
    return one, f"msg_{one.message_group_uuid}_{one.seq}", one.created_at, one.seq


def _change(item: Item, _: str) -> _Made:
    one = one_from(items.change_from, item)
    if one is None:
        return None
    webhook_id = f"chg_{one.message_group_uuid}_{one.change_seq}"
    return ChangedMessage(one), webhook_id, one.at, one.change_seq


def _group(item: Item, at: str) -> _Made:
    one = one_from(items.group_from, item)
    if one is None:
        return None
    webhook_id = f"grp_{one.message_group_uuid}_{one.shown_version}"
    return one, webhook_id, at or one.created_at, 0


def _read(item: Item, _: str) -> _Made:
    one = one_from(read_mark_from, item)
    if one is None:
        return None
    webhook_id = f"read_{one.message_group_uuid}_{one.user_uuid}_{one.read_seq}"
    return one, webhook_id, one.read_at, 0


def _report(item: Item, _: str) -> _Made:
    one = one_from(report_from, item)
    # What an erasure writes of a report is no news of it.
    if one is None or (one.version and one.closed_at is None):
        return None
    return (
        one,
        f"rep_{one.report_id}{'_closed' if one.closed_at else ''}",
        one.closed_at or one.at,
        0,
    )


def _user(item: Item, at: str) -> _Made:
    one = one_from(items.user_from, item)
    if one is None:
        return None
    return one, f"usr_{one.user_uuid}", at, 0


def _of_this_time(user: User, at: str, sequence: str) -> str:
    """A person may come back to a state that they had before, and that is another event.

    DynamoDB Streams tell only the second of a change, in which there may be several.
    """
    state = msgspec.json.encode([at, sequence, _shown(user)])
    return f"_{hashlib.sha256(state).hexdigest()[:16]}"


def _user_gone(key: Key, at: str) -> WebhookEvent:
    uuid = key.pk.removeprefix(keys.USER_PREFIX)
    return WebhookEvent(
        type="user",
        webhook_id=f"usr_{uuid}_gone",
        at=at,
        told=Gone(uuid),
        ordering_key=key.pk,
        sort_key=key.sk,
    )


_MAKERS: Mapping[EventType, Callable[[Item, str], _Made]] = {
    "message": _message,
    "change": _change,
    "group": _group,
    "read": _read,
    "report": _report,
    "user": _user,
}


def _shown(told: Told) -> Any:
    """What a receiver can tell apart. A block or a cleared conversation is nobody's business."""
    if isinstance(told, MessageGroup):
        return told.shown_version
    if isinstance(told, User):
        state = [told.handle, told.display_name, told.external_id, told.disabled_at]
        # Without a picture it is the state of older versions: an event on its way keeps its id.
        return state if told.picture is None else [*state, told.picture]
    if isinstance(told, ReadMark):
        return told.read_seq
    return told.closed_at if isinstance(told, Report) else told
