"""The JSON that existing front ends read: fields may be added, never removed."""

from collections.abc import Iterable

import msgspec
import pytest

from cruddur import shapes
from cruddur.web.message_groups import NewGroup, NewMembers, ReadUpTo, StartedGroupShape, Title
from cruddur.web.messages import ChangedMessage, NewMessage
from cruddur.web.sessions import SignedIn

_USER = "uuid handle display_name"
_MESSAGE = f"{_USER} seq message_group_uuid user_uuid message created_at edited_at deleted_at"
_ROW = f"{_USER} kind title user_uuid message last_user_uuid created_at last_seq read_seq unread"


@pytest.mark.parametrize(
    ("shape", "promised"),
    [
        (shapes.UserShape, _USER),
        (shapes.MemberShape, f"{_USER} joined_seq"),
        (shapes.MessageShape, _MESSAGE),
        (shapes.MessageEventShape, f"{_MESSAGE} group"),
        (shapes.InboxRowShape, _ROW),
        (shapes.ConversationShape, f"{_ROW} members"),
        (StartedGroupShape, f"{_ROW} message_group_uuid"),
        (SignedIn, "token user"),
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
        ({"title": "t"}, Title),
        ({"seq": 1}, ReadUpTo),
    ],
)
def test_what_front_ends_send_is_understood_to_the_last_field(
    body: dict[str, object], kind: type[msgspec.Struct]
) -> None:
    understood = msgspec.to_builtins(msgspec.convert(body, kind))
    assert {name: value for name, value in understood.items() if value is not None} == body
