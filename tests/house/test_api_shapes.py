"""The JSON that existing front ends read: fields may be added, never removed."""

from collections.abc import Iterable

import msgspec
import pytest

from cruddur.web.api import schemas as shapes
from cruddur.web.api.message_groups import (
    EditedGroup,
    NewGroup,
    NewMembers,
    ReadUpTo,
    StartedGroupOut,
)
from cruddur.web.api.messages import ChangedMessage, NewMessage
from cruddur.web.api.sessions import SignedIn
from cruddur.web.http.presence import PresenceChanged
from cruddur.web.sse import schemas as event_shapes
from cruddur.web.sse.encoding import Ready
from cruddur.web.sse.group_schemas import GroupChangedOut, GroupEventOut

_USER = "uuid handle display_name"
_MESSAGE = f"{_USER} seq message_group_uuid user_uuid message created_at edited_at deleted_at"
_ROW = (
    f"{_USER} kind title user_uuid message last_user_uuid last_display_name created_at last_seq "
    "read_seq unread"
)


@pytest.mark.parametrize(
    ("shape", "promised"),
    [
        (shapes.UserOut, _USER),
        (shapes.MemberOut, f"{_USER} joined_seq"),
        (shapes.MessageOut, f"{_MESSAGE} kind event"),
        (shapes.InboxRowOut, _ROW),
        (shapes.ConversationOut, f"{_ROW} members version"),
        (StartedGroupOut, f"{_ROW} message_group_uuid"),
        (SignedIn, "token user"),
        (Ready, "user_uuid"),
        (event_shapes.GroupOut, "kind title members version"),
        (event_shapes.MessageEventOut, f"{_MESSAGE} group"),
        (GroupEventOut, f"{_ROW} members version by_user_uuid"),
        (GroupChangedOut, "uuid title display_name members version by_user_uuid"),
        (event_shapes.ReadOut, "message_group_uuid user_uuid seq unread"),
        (
            event_shapes.RowSettingsOut,
            "message_group_uuid user_uuid muted_until archived_at archived_seq unread_mark",
        ),
        (event_shapes.LeftOut, "message_group_uuid user_uuid version"),
        (event_shapes.TypingOut, "message_group_uuid user_uuid handle display_name"),
        (PresenceChanged, "user_uuid online hello"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_no_field_of_an_answer_goes_away(shape: type[msgspec.Struct], promised: str) -> None:
    assert set(promised.split()) - set(_sent(shape)) == set()


def _sent(shape: type[msgspec.Struct]) -> Iterable[str]:
    return (field.encode_name for field in msgspec.structs.fields(shape))


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"message": "m", "message_group_uuid": "g"}, NewMessage),
        ({"message": "m", "handle": "h"}, NewMessage),
        ({"message": "m", "user_receiver_handle": "h"}, NewMessage),
        ({"message": "m", "handle": "h", "message_uuid": "u", "after": 0}, NewMessage),
        ({"message": "m"}, ChangedMessage),
        ({"handles": ["h"], "title": "t"}, NewGroup),
        ({"handles": ["h"]}, NewMembers),
        ({"title": "t"}, EditedGroup),
        ({"seq": 1}, ReadUpTo),
    ],
)
def test_what_front_ends_send_is_understood_to_the_last_field(
    body: dict[str, object], kind: type[msgspec.Struct]
) -> None:
    understood = msgspec.to_builtins(msgspec.convert(body, kind))
    assert {name: value for name, value in understood.items() if value is not None} == body
