"""The JSON forms of messages and rows are made by position: each field has to get its own value."""

from typing import Any, get_type_hints

import pytest
from msgspec import Struct
from msgspec.structs import asdict

from cruddur.domain.model import InboxRow, Message
from cruddur.web.api.schemas import inbox_row_out, message_out

MESSAGE_NAMES = {
    "uuid": "message_uuid",
    "handle": "user_handle",
    "display_name": "user_display_name",
}
ROW_NAMES = {
    "uuid": "message_group_uuid",
    "handle": "user_handle",
    "display_name": "user_display_name",
    "picture": "user_picture",
    "last_display_name": "last_user_display_name",
    "created_at": "last_message_at",
    "marked_unread": "is_marked_unread",
}
OTHERS: dict[str, Any] = {
    "event": None,
    "reactions": {},
    "mentions": {},
    "event_seqs": "98 99",
    "mention_seqs": (),
}
"""What is neither any text nor any number."""

MADE = {"mentions": [], "mention_seq": 0, "preview_seq": None}
"""What the forms make out of several fields, here of empty ones."""


@pytest.mark.parametrize(
    ("kind", "form", "names"),
    [(Message, message_out, MESSAGE_NAMES), (InboxRow, inbox_row_out, ROW_NAMES)],
)
def test_each_field_has_the_value_of_its_name(kind: type[Struct], form: Any, names: Any) -> None:
    one = kind(**_different_values(kind))
    for name, value in asdict(form(one)).items():
        assert value == (MADE[name] if name in MADE else getattr(one, names.get(name, name))), name


def _different_values(kind: type[Struct]) -> dict[str, Any]:
    types = get_type_hints(kind)
    return {
        name: number if types[name] in (int, int | None) else f"the {name}"
        for number, name in enumerate(kind.__struct_fields__, start=1)
    } | {name: value for name, value in OTHERS.items() if name in types}
