"""The words of the domain, and the rules that need nothing but themselves."""

import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from msgspec import Struct

from cruddur.errors import Invalid

MESSAGE_MAX_CHARS = 1024
PREVIEW_MAX_CHARS = 140
DISPLAY_NAME_MAX_CHARS = 50
TITLE_MAX_CHARS = 80
GROUP_MAX_MEMBERS = 50

GroupKind = Literal["direct", "group"]

# Direct conversations are named after their people, in a namespace of our own (RFC 9562, 5.5).
_DIRECT_NAMESPACE = uuid.UUID("6f2d5a52-94f5-5d0c-8f5b-8a5e6c1f7c11")
# uuid.UUID takes more than RFC 9562 writes: braces, no dashes, blanks, digits of any script.
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_HANDLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,29}")
# Unicode's categories Cc, control characters, and Cs, halves of a surrogate pair, which no UTF-8 can
# carry. In a line there are also those that reorder the text around them, so that a name can be made
# to look like another's (Unicode Technical Report 36, 2.9).
_CONTROL_IN_TEXT = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_CONTROL_IN_LINE = re.compile("[\0-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


class User(Struct, frozen=True, kw_only=True):
    """A person with an account."""

    user_uuid: str
    handle: str
    display_name: str
    created_at: str


class Member(Struct, frozen=True, kw_only=True):
    """A user's place in a message group; `joined_seq` is the last number before they came."""

    handle: str
    display_name: str
    joined_seq: int = 0


class MessageGroup(Struct, frozen=True, kw_only=True):
    """A conversation. `members` maps user uuids to members; `version` counts its changes."""

    message_group_uuid: str
    kind: GroupKind
    members: Mapping[str, Member]
    created_at: str
    title: str | None = None
    version: int = 1


class Message(Struct, frozen=True, kw_only=True):
    """One message. `seq` is its number in the conversation: 1, 2, 3 … without a gap.

    `edited_at` is set once its text was changed, `deleted_at` once it was blanked.
    """

    message_group_uuid: str
    seq: int
    message_uuid: str
    message: str
    user_uuid: str
    user_handle: str
    user_display_name: str
    created_at: str
    edited_at: str | None = None
    deleted_at: str | None = None

    @property
    def changed_at(self) -> str | None:
        """When the text was last edited or blanked."""
        return self.deleted_at or self.edited_at


class Numbered(NamedTuple):
    """What is remembered of a message that was written: its number, its uuid, its time."""

    seq: int
    message_uuid: str
    created_at: str


class InboxRow(Struct, frozen=True, kw_only=True):
    """One user's view of one message group.

    `owner_uuid` is that user. The other person's three attributes are None in a group of many.
    `message` is the preview of the last message, `last_user_uuid` who wrote it and `last_changed_at`
    when it was last edited or deleted, if it was. `indexed_at` is the row's place in the lazy index:
    indexed_at ≤ last_message_at < indexed_at + slack.
    """

    owner_uuid: str
    message_group_uuid: str
    kind: GroupKind
    last_message_at: str
    indexed_at: str
    created_at: str
    title: str | None = None
    user_uuid: str | None = None
    user_handle: str | None = None
    user_display_name: str | None = None
    message: str = ""
    last_user_uuid: str | None = None
    last_changed_at: str | None = None
    last_seq: int = 0
    read_seq: int = 0

    @property
    def unread(self) -> int:
        """How many messages this user has not read. Derived, never counted up, so never wrong."""
        return max(0, self.last_seq - self.read_seq)


def timestamp(moment: datetime) -> str:
    """ISO 8601 in UTC to the millisecond, of fixed width, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def direct_group_uuid(one: str, other: str) -> str:
    """The uuid of the conversation of two people, the same whoever starts it (UUIDv5)."""
    return str(uuid.uuid5(_DIRECT_NAMESPACE, "/".join(sorted((one, other)))))


def is_direct_group_uuid(message_group_uuid: str) -> bool:
    """Whether this can be a direct conversation's: those of many are random (UUIDv4)."""
    return uuid.UUID(message_group_uuid).version == 5  # noqa: PLR2004  UUIDv5


def preview(text: str) -> str:
    """The first line's worth of a message, for an inbox row."""
    flat = " ".join(text.split())
    return flat if len(flat) <= PREVIEW_MAX_CHARS else flat[: PREVIEW_MAX_CHARS - 1] + "…"


def fold(handle: str) -> str:
    """The form under which a handle is unique."""
    return handle.lower()


def checked_handle(handle: str) -> str:
    """Returns the handle as it may be kept, or raises Invalid."""
    handle = handle.strip().removeprefix("@")
    if not _HANDLE.fullmatch(handle):
        raise Invalid(
            "handle_invalid",
            "A handle has 2 to 30 characters: letters a to z, digits, '.', '_' and '-', "
            "and starts with a letter or digit.",
            field="handle",
        )
    return handle


def checked_display_name(name: str) -> str:
    """Returns the name as it may be kept, or raises Invalid."""
    return _checked_line(name, "display_name", DISPLAY_NAME_MAX_CHARS)


def checked_title(title: str) -> str:
    """Returns the title as it may be kept, or raises Invalid."""
    return _checked_line(title, "title", TITLE_MAX_CHARS)


def checked_message(text: str) -> str:
    """Returns the text of a message as it may be kept, or raises Invalid."""
    if not text.strip():
        raise Invalid("message_blank", "A message needs some text.", field="message")
    if len(text) > MESSAGE_MAX_CHARS:
        raise Invalid(
            f"message_exceed_max_chars_{MESSAGE_MAX_CHARS}",
            f"A message has at most {MESSAGE_MAX_CHARS} characters; this one has {len(text)}.",
            field="message",
        )
    if _CONTROL_IN_TEXT.search(text):
        raise Invalid(
            "message_control_characters",
            "A message may not hold control characters other than line breaks and tabs.",
            field="message",
        )
    return text


def checked_uuid(text: str, field: str) -> str:
    """Returns the uuid in its canonical form (RFC 9562, 4), or raises Invalid."""
    if not _UUID.fullmatch(text):
        raise Invalid(f"{field}_invalid", f"{field} is not a UUID.", field=field)
    return text.lower()


def _checked_line(text: str, field: str, most: int) -> str:
    text = text.strip()
    if not text:
        raise Invalid(f"{field}_blank", f"{field} needs some text.", field=field)
    if len(text) > most:
        raise Invalid(
            f"{field}_exceed_max_chars_{most}",
            f"{field} has at most {most} characters; this one has {len(text)}.",
            field=field,
        )
    if _CONTROL_IN_LINE.search(text):
        raise Invalid(
            f"{field}_control_characters", f"{field} may not hold control characters.", field=field
        )
    return text
