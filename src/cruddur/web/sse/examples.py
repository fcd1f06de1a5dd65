"""An example of each type of event, for the descriptions of the event stream."""

import msgspec

from cruddur.domain.invites import Invitation
from cruddur.domain.member import Member
from cruddur.domain.model import InboxRow, Message, MessageGroup, User
from cruddur.domain.receipts import ReadMark
from cruddur.domain.renaming import Renaming
from cruddur.messaging.events import (
    BlockChanged,
    GroupChanged,
    GroupInInbox,
    Invited,
    MemberLeft,
    MessageChanged,
    MessageSent,
    MessagesHidden,
    PersonRenamed,
    ReadMarkMoved,
    ReceiptGiven,
    ReceiptsSwitched,
    RowSettingsChanged,
    Typing,
)
from cruddur.web.api.unread import UnreadOut
from cruddur.web.http.presence import PresenceChanged
from cruddur.web.sse.encoding import CaughtUp, Ready, StreamEvent, UnreadChanged

_AT, _LATER = "2026-11-23T09:00:00.000Z", "2026-11-23T09:01:30.000Z"
_GROUP_UUID = "3d9b0f6e-58c4-4b52-9d5e-0a7c1f2e4b6d"
_ANDREW = User(
    user_uuid="01935d3a-6f00-7a10-8c21-5f0e9b7d3a11",
    handle="andrew",
    display_name="Andrew Brown",
    created_at=_AT,
)
_BAYKO = User(
    user_uuid="01935d3a-7e80-7c44-9b12-2d6f8e0c4b27",
    handle="bayko",
    display_name="Andrew Bayko",
    created_at=_AT,
)
_PEOPLE = {
    user.user_uuid: Member(handle=user.handle, display_name=user.display_name)
    for user in (_ANDREW, _BAYKO)
}
_DIRECT = MessageGroup(
    message_group_uuid="5b6c1d0a-2f1e-5c3b-8a4d-7e9f0b1c2d3e",
    kind="direct",
    members=_PEOPLE,
    created_at=_AT,
)
_GROUP = MessageGroup(
    message_group_uuid=_GROUP_UUID,
    kind="group",
    members=_PEOPLE,
    created_at=_AT,
    title="Lake weekend",
    version=3,
)
_MESSAGE = Message(
    message_group_uuid=_DIRECT.message_group_uuid,
    seq=7,
    message_uuid="01935d41-0c20-7b3e-a5d4-6c8f1e2b9a03",
    message="See you at the lake?",
    user_uuid=_ANDREW.user_uuid,
    user_handle=_ANDREW.handle,
    user_display_name=_ANDREW.display_name,
    created_at=_LATER,
)
_DELETED = Message(
    message_group_uuid=_DIRECT.message_group_uuid,
    seq=7,
    message_uuid=_MESSAGE.message_uuid,
    message="",
    user_uuid=_ANDREW.user_uuid,
    user_handle=_ANDREW.handle,
    user_display_name=_ANDREW.display_name,
    created_at=_LATER,
    deleted_at="2026-11-23T09:02:10.000Z",
    change_seq=3,
)
_ROW = InboxRow(
    owner_uuid=_BAYKO.user_uuid,
    message_group_uuid=_GROUP_UUID,
    kind="group",
    last_message_at=_LATER,
    indexed_at=_AT,
    created_at=_AT,
    title="Lake weekend",
    message="I bring the boat",
    last_user_uuid=_ANDREW.user_uuid,
    last_user_display_name=_ANDREW.display_name,
    last_seq=12,
    read_seq=10,
    last_change_seq=2,
    muted_until="2026-11-23T17:00:00.000Z",
    settings_version=1,
)

_MARK = ReadMark(
    message_group_uuid=_DIRECT.message_group_uuid,
    user_uuid=_ANDREW.user_uuid,
    read_seq=7,
    read_at=_LATER,
)

EXAMPLES: tuple[StreamEvent, ...] = (
    Ready(
        user_uuid=_BAYKO.user_uuid,
        stream_id="8f14e45fceea167a",
        unread=UnreadOut(messages=3, conversations=2),
    ),
    CaughtUp(is_complete=True, at=_LATER),
    MessageSent(message=_MESSAGE, group=_DIRECT, resume_at=_MESSAGE.created_at, last_change_seq=2),
    MessageChanged(message=_DELETED, user_uuid=_ANDREW.user_uuid, change="deleted", last_seq=9),
    ReadMarkMoved(message_group_uuid=_GROUP_UUID, user_uuid=_BAYKO.user_uuid, seq=12),
    ReceiptGiven(mark=_MARK),
    ReceiptsSwitched(user=_BAYKO),
    RowSettingsChanged(row=_ROW),
    MessagesHidden(row=msgspec.structs.replace(_ROW, hidden_version=1), seqs=[4, 7]),
    GroupInInbox(row=_ROW, group=_GROUP, user_uuid=_ANDREW.user_uuid),
    GroupChanged(group=_GROUP, user_uuid=_ANDREW.user_uuid),
    MemberLeft(
        message_group_uuid=_GROUP_UUID,
        user_uuid=_BAYKO.user_uuid,
        version=4,
        title="Lake weekend",
        by_user_uuid=_ANDREW.user_uuid,
    ),
    Invited(
        invitation=Invitation(
            user_uuid=_BAYKO.user_uuid,
            message_group_uuid=_GROUP_UUID,
            title="Lake weekend",
            by_user_uuid=_ANDREW.user_uuid,
            by_display_name=_ANDREW.display_name,
            invited_at=_LATER,
        )
    ),
    Typing(message_group_uuid=_GROUP_UUID, user=_ANDREW),
    PersonRenamed(
        person=Renaming(
            user_uuid=_ANDREW.user_uuid,
            handle=_ANDREW.handle,
            display_name="Andy Brown",
            name_version=1,
            picture="n4bQgYhMfWWaL-qgxVrQFg",
        )
    ),
    BlockChanged(user_uuid=_BAYKO.user_uuid, blocked_uuid=_ANDREW.user_uuid, is_blocked=True),
    PresenceChanged(user_uuid=_ANDREW.user_uuid, online=True),
    UnreadChanged(user_uuid=_BAYKO.user_uuid, messages=2, conversations=1),
)
"""In the order in which the descriptions list them."""
