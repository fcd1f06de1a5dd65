"""How events are written for devices: the one place in which they become JSON."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from cruddur.domain.model import InboxRow
from cruddur.identity.context import HostKeysChanged, SessionsEnded
from cruddur.messaging.events import (
    BlockChanged,
    GroupChanged,
    GroupInInbox,
    Invited,
    MemberLeft,
    MessageChanged,
    MessageSent,
    MessagesHidden,
    MessagingEvent,
    PersonRenamed,
    ReadMarkMoved,
    ReceiptGiven,
    ReceiptsSwitched,
    RowSettingsChanged,
    Typing,
)
from cruddur.ports.bus import Event
from cruddur.web.api.message_json import message_json
from cruddur.web.api.unread import UnreadOut
from cruddur.web.http.presence import PresenceChanged
from cruddur.web.sse import group_schemas, receipt_schemas, schemas
from cruddur.web.sse.person_schemas import person_renamed_out

SESSIONS_ENDED = "sessions_ended"
HOST_KEYS_CHANGED = "host_keys_changed"

_encode = msgspec.json.Encoder().encode
_decode_changed = msgspec.json.Decoder(group_schemas.GroupChangedOut).decode


class Ready(Struct, frozen=True, kw_only=True):
    """The stream is open, and misses nothing from now on.

    Goes first of all to the device that opened the stream.
    """

    type: ClassVar = "ready"
    user_uuid: Annotated[str, Meta(description="The person whose stream it is.")]
    stream_id: Annotated[
        str, Meta(description="Names the stream, for `PUT /api/presence/{stream_id}`.")
    ] = ""
    unread: Annotated[
        UnreadOut | UnsetType,
        Meta(description="What is unread, if the stream was opened with `?unread=true`."),
    ] = UNSET


class UnreadChanged(Struct, frozen=True, kw_only=True):
    """What this person has not read is another number now: after messages, reading, muting, leaving.

    Goes to streams that were opened with `?unread=true`, a second after what changed it, and at most
    every five seconds. The last one is right, for a badge.
    """

    type: ClassVar = "unread"
    user_uuid: Annotated[str, Meta(description="The person whose stream it is.")]
    messages: Annotated[
        int, Meta(description="How many messages, as `unread.messages` of `ready`.")
    ]
    conversations: Annotated[
        int, Meta(description="How many conversations, as `unread.conversations` of `ready`.")
    ]


class CaughtUp(Struct, frozen=True, kw_only=True):
    """What the device missed before this stream was open has been sent, as far as it was found.

    Goes to the device that opened the stream, after `ready` and what was missed. A device that has got
    it resumes from this moment, by its id.
    """

    type: ClassVar = "caught_up"
    is_complete: Annotated[
        bool,
        Meta(
            description="Whether all messages since `Last-Event-ID` were told, by themselves or by the "
            "number of their conversation. If false, the stream is new, the absence was longer than "
            "an hour, or more than 20 conversations moved: read the inbox and open conversations anew."
        ),
    ]
    at: Annotated[
        str, Meta(description="When the stream was opened, in UTC; the event's id as well.")
    ]


StreamEvent = Ready | CaughtUp | MessagingEvent | PresenceChanged | UnreadChanged
"""Everything that a device may get."""


def _as_it_is(event: Any) -> Any:
    return event


FORMS: Mapping[type[Struct], Callable[[Any], Struct]] = {
    Ready: _as_it_is,
    CaughtUp: _as_it_is,
    MessageSent: schemas.message_sent_out,
    MessageChanged: schemas.message_changed_out,
    ReadMarkMoved: schemas.read_mark_out,
    ReceiptGiven: receipt_schemas.receipt_out,
    ReceiptsSwitched: receipt_schemas.receipts_switched_out,
    RowSettingsChanged: schemas.row_settings_out,
    MessagesHidden: schemas.messages_hidden_out,
    GroupInInbox: group_schemas.group_in_inbox_out,
    GroupChanged: group_schemas.group_changed_out,
    MemberLeft: schemas.member_left_out,
    Invited: schemas.invited_out,
    Typing: schemas.typing_out,
    PersonRenamed: person_renamed_out,
    BlockChanged: schemas.block_out,
    PresenceChanged: _as_it_is,
    UnreadChanged: _as_it_is,
}
"""By type of event, what makes its JSON."""


def encode_event(event: StreamEvent) -> Event:
    """The event as the bus carries it: encoded once, however many devices it goes to."""
    if isinstance(event, MessageSent):
        message = event.message
        # The sender's answer has the same JSON. Only the conversation and its last change are added.
        group = _encode(schemas.group_out(event.group))
        data = b'%b,"group":%b,"last_change_seq":%d}' % (
            message_json(message)[:-1],
            group,
            event.last_change_seq,
        )
        return Event(event.type, data, event.resume_at, message.seq, message.message_group_uuid)
    if isinstance(event, MessageChanged):
        return _message_changed(event)
    data = _encode(FORMS[type(event)](event))
    if isinstance(event, CaughtUp):
        return Event(event.type, data, event.at)
    if isinstance(event, GroupChanged):
        return Event(event.type, data, message_group_uuid=event.group.message_group_uuid)
    if isinstance(event, ReadMarkMoved):
        return Event(event.type, data, fewer_unread=event.fewer_unread)
    return Event(event.type, data)


def encode_with_row(changed: Event, row: InboxRow) -> Event:
    """What `group_changed` is for a device that wants `group`: with the row of the person who reads."""
    form = group_schemas.with_row(_decode_changed(changed.data), row)
    return Event(GroupInInbox.type, _encode(form))


def _message_changed(event: MessageChanged) -> Event:
    """Written as a sent message is: from the same JSON as the answer to the person who changed it."""
    message = event.message
    more = {"by_user_uuid": event.user_uuid, "change": event.change, "last_seq": event.last_seq}
    data = b"%b,%b" % (message_json(message)[:-1], _encode(more)[1:])
    uuid = message.message_group_uuid
    return Event(event.type, data, message_group_uuid=uuid, change_seq=message.change_seq)


def encode_for_processes(ended: SessionsEnded | HostKeysChanged) -> Event:
    """What tells the processes of the service that sessions or keys have ended. No device gets it."""
    kind = SESSIONS_ENDED if isinstance(ended, SessionsEnded) else HOST_KEYS_CHANGED
    return Event(kind, _encode(ended))
