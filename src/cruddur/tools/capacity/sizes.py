"""The sizes of items of usual content, by DynamoDB's rules."""

import math
from collections.abc import Mapping

from cruddur.domain.checked_texts import DISPLAY_NAME_MAX_CHARS, TITLE_MAX_CHARS
from cruddur.domain.item import Item
from cruddur.domain.member import Member
from cruddur.domain.mentions import MENTION_SEQS_MAX
from cruddur.domain.model import GroupKind, InboxRow, Message, MessageGroup
from cruddur.domain.previews import PREVIEW_MAX_CHARS
from cruddur.messaging.messages.send_message import uuid7
from cruddur.schema.items import group_item, inbox_row_item, message_item


def item_bytes(item: Item) -> int:
    """Returns an item's size by DynamoDB's rules: its names and values, texts as UTF-8."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: object) -> int:
    match value:
        case str():
            return len(value.encode())
        case bool():
            return 1
        case int():
            return math.ceil(len(str(abs(value))) / 2) + 1
        case list():
            return 3 + len(value) + sum(map(_value_bytes, value))
        case Mapping():
            return 3 + len(value) + item_bytes(value)
        case _:
            raise TypeError(f"an item may not hold a {type(value).__name__}")


def usual_group(members: int) -> Item:
    """Returns the item of a group whose members have names of usual length."""
    member = Member(handle="andrewbrown", display_name="Andrew Brown")
    group = MessageGroup(
        message_group_uuid=uuid7(),
        kind="group",
        members={uuid7(): member for _ in range(members)},
        created_at="2026-11-23T04:49:03.123Z",
    )
    return group_item(group)


def usual_message(chars: int) -> Item:
    """Returns the item of a message with names of usual length."""
    message = Message(
        message_group_uuid=uuid7(),
        seq=1,
        message_uuid=uuid7(),
        message="m" * chars,
        user_uuid=uuid7(),
        user_handle="andrewbrown",
        user_display_name="Andrew Brown",
        created_at="2026-11-23T04:49:03.123Z",
    )
    return message_item(message)


def largest_row(kind: GroupKind, letter: str) -> Item:
    """Returns the item of an inbox row whose preview and names are as long as may be, of this letter."""
    at, name = "2026-11-23T04:49:03.123Z", letter * DISPLAY_NAME_MAX_CHARS
    is_direct = kind == "direct"
    row = InboxRow(
        owner_uuid=uuid7(),
        message_group_uuid=uuid7(),
        kind=kind,
        last_message_at=at,
        indexed_at=at,
        created_at=at,
        title=None if is_direct else letter * TITLE_MAX_CHARS,
        user_uuid=uuid7() if is_direct else None,
        user_handle="andrewbrown" if is_direct else None,
        user_display_name=name if is_direct else None,
        message=letter * PREVIEW_MAX_CHARS,
        last_user_uuid=uuid7(),
        last_user_display_name=None if is_direct else name,
        last_seq=1234,
        read_seq=1230,
        mention_seqs=tuple(range(1000, 1000 + MENTION_SEQS_MAX)),
    )
    return inbox_row_item(row)
