"""Users, message groups, messages and inbox rows, and the rules of their values."""

import re
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import force_setattr, replace

from cruddur.domain.group_event import GroupEvent, MessageKind
from cruddur.domain.member import Member

GROUP_MAX_MEMBERS = 50

GroupKind = Literal["direct", "group"]
Who = Literal["everybody", "admins"]

# The uuid of a direct conversation is derived from its two users (UUIDv5: RFC 9562, 5.5).
_DIRECT_NAMESPACE = uuid.UUID("6f2d5a52-94f5-5d0c-8f5b-8a5e6c1f7c11")
# uuid.UUID accepts more than RFC 9562 defines: braces, no dashes, blanks, digits of any script.
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


class User(Struct, frozen=True, kw_only=True):
    """A person with an account. `handle` is unique without regard to case.

    `tokens_after` is the epoch second at which all their sessions were ended, None if that never
    happened. Tokens without a session item count only if they were made after it; `kept_token` is the id
    of the one that was kept, if any. `disabled_at` is when the operator disabled the account.
    `name_version` counts how often the display name was changed; None if it never was. `external_id` is
    the id that a host product has for them; None if no host made them. `who_may_write` is their own
    rule for strangers, None if they follow the service's. `receipts_from`: see `receipts.py`. `logins`
    names what they sign in with at issuers, as `issuer.login_name` does; None if there is nothing.
    `invited_at` is when they were last asked to come back into a group, None if no invitation is open.
    `picture` is the hash of their picture; None if they have none. `name_version` counts pictures, too.
    `ways_version` counts how often a way to sign in was taken away; None if none ever was.
    """

    user_uuid: str
    handle: str
    display_name: str
    created_at: str
    tokens_after: int | None = None
    kept_token: str | None = None
    disabled_at: str | None = None
    name_version: int | None = None
    external_id: str | None = None
    who_may_write: str | None = None
    receipts_from: str | None = None
    logins: tuple[str, ...] | None = None
    invited_at: str | None = None
    picture: str | None = None
    ways_version: int | None = None


class MessageGroup(Struct, frozen=True, kw_only=True):
    """A conversation. `members` maps user uuids to members; `version` counts the group's changes.

    `title_version` is the version at which the title or the picture (an emoji on a colour, one of 16)
    was given; None until then. `clears` counts how often members have cleared it for themselves. The
    version does not, so that nobody learns from it. `secret_changes` counts those changes in the version
    that only one member may know of. `owner_uuid` is None in groups that older versions made. Settings
    that are None leave it to everybody (`group_rules.py`). `invite_digest` names the one link that is
    open. `event_seqs` are the numbers of the last events, so that no answer to one needs a read.
    `retention_days` is after how many days its messages go, None where only the service says that.
    `expired_through` is the number of the last message that was too old: nobody sees it, or any before.
    """

    message_group_uuid: str
    kind: GroupKind
    members: Mapping[str, Member]
    created_at: str
    title: str | None = None
    version: int = 1
    title_version: int | None = None
    clears: int | None = None
    owner_uuid: str | None = None
    who_may_add: Who | None = None
    who_may_rename: Who | None = None
    who_may_write: Who | None = None
    emoji: str | None = None
    colour: int | None = None
    invite_digest: str | None = None
    event_seqs: str | None = None
    secret_changes: int = 0
    retention_days: int | None = None
    expired_through: int = 0

    def __post_init__(self) -> None:
        # Each member says what is hidden from them. So no place that shows messages can forget this.
        if self.expired_through:
            through = self.expired_through
            members = {uuid: replace(m, expired_seq=through) for uuid, m in self.members.items()}
            force_setattr(self, "members", members)

    @property
    def shown_version(self) -> int:
        """The version as members learn it: without the changes that only one of them may know of."""
        return self.version - self.secret_changes

    def viewers(self, seq: int) -> list[str]:
        """The uuids of the members who may see the message of this number."""
        return [uuid for uuid, member in self.members.items() if member.may_see(seq)]

    def hears(self, user_uuid: str, of: str) -> bool:
        """Whether this member gets events about what the other one does here."""
        member = self.members[user_uuid]
        return user_uuid == of or not (member.has_blocked or member.is_request)


class Message(Struct, frozen=True, kw_only=True):
    """One message. `seq` is its number in the conversation: 1, 2, 3 … without a gap.

    `edited_at` is the time of the last edit, `deleted_at` that when the text was blanked. `change_seq`
    is the number of its last change, a reaction too; 0 if it has none with a number. `reply_to_seq` is
    the number of the message that it answers, if any: never its text, so that an edit or a deletion of
    that message shows. `hidden_by` are the members who have deleted it for themselves. `reactions` are
    the emoji on it, by person. `edit_seq` is the number of the last change of its text; None means that
    it is `change_seq`. `mentions` are the people whom it mentions: by uuid, the handle in the text. A
    message of the kind `event` says what happened to the group: nobody can change or answer it.
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
    change_seq: int = 0
    reply_to_seq: int | None = None
    hidden_by: tuple[str, ...] = ()
    event: GroupEvent | None = None
    reactions: dict[str, tuple[str, ...]] | None = None
    edit_seq: int | None = None
    mentions: Mapping[str, str] = {}

    @property
    def last_edit_seq(self) -> int:
        """The number of the last change of its text; 0 if that has none."""
        return self.change_seq if self.edit_seq is None else self.edit_seq

    @property
    def kind(self) -> MessageKind:
        """Whether somebody wrote it, or it says what happened to the group."""
        return "text" if self.event is None else "event"

    def is_hidden_from(self, user_uuid: str) -> bool:
        """Whether this person has deleted it for themselves."""
        return user_uuid in self.hidden_by

    @property
    def changed_at(self) -> str | None:
        """The time of the last edit or of the deletion; None for an unchanged message."""
        return self.deleted_at or self.edited_at


def shown_to(user_uuid: str, messages: Iterable[Message]) -> list[Message]:
    """Returns the messages that this person has not deleted for themselves."""
    return [message for message in messages if user_uuid not in message.hidden_by]


class MessageRef(NamedTuple):
    """The number, uuid and time of a message that was written."""

    seq: int
    message_uuid: str
    created_at: str


class InboxRow(Struct, frozen=True, kw_only=True):
    """One user's view of one message group.

    `owner_uuid` is that user. `user_uuid`, `user_handle` and `user_display_name` are the other person of
    a direct conversation, and None in a group. `message` is a preview of the last message,
    `last_user_uuid` its author (`last_user_display_name` is set only in a group), `last_changed_at` the
    time of its last edit or deletion. `last_change_seq` is the greatest `change_seq` of the messages
    that the owner may see. `last_kind` is that of the last message, None for a text. `event_seqs` has
    the numbers of events that the owner may not have read, as a text, since writes require its value.
    `title_version` is the group's version from which the row has its title and picture; None if the
    group was not renamed. `name_version` is that of the other person's profile from which the row has
    their name and their picture, `user_picture`. `indexed_at` is the row's sort key in the index, a time
    that is rewritten rarely, behind a prefix if the inbox is busy (`messaging/index_places.py`).

    `is_request` says that the owner has not accepted the conversation yet: then the row lies apart. In
    the row of the person who has begun it, `is_unanswered` says the same, and no answer of the API does.

    No message tells what the owner has set: `muted_until`, a time, or "always"; `archived_at`, and in
    `archived_seq` the last message from before that; `unread_mark`, the `read_seq` at which they marked
    it as unread; `pinned_at`, with its place in `pin_order`; `cleared_seq`, the last message that they
    have cleared. `settings_version` counts their changes, `hidden_version` how often they deleted
    messages for themselves. `mention_seqs` are the last messages that mention them.
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
    last_user_display_name: str | None = None
    last_changed_at: str | None = None
    last_seq: int = 0
    read_seq: int = 0
    last_change_seq: int = 0
    last_kind: MessageKind | None = None
    event_seqs: str | None = None
    emoji: str | None = None
    colour: int | None = None
    title_version: int | None = None
    name_version: int | None = None
    muted_until: str | None = None
    archived_at: str | None = None
    archived_seq: int = 0
    unread_mark: int | None = None
    pinned_at: str | None = None
    pin_order: int = 0
    cleared_seq: int = 0
    settings_version: int = 0
    is_request: bool = False
    is_unanswered: bool = False
    hidden_version: int = 0
    mention_seqs: tuple[int, ...] = ()
    user_picture: str | None = None

    def is_muted(self, at: str) -> bool:
        """Whether the owner does not want to be told of a message of this time."""
        return self.muted_until is not None and at < self.muted_until

    @property
    def is_marked_unread(self) -> bool:
        """Whether the owner has marked it as unread, and has read nothing since."""
        return self.unread_mark is not None and self.read_seq <= self.unread_mark

    @property
    def is_unread(self) -> bool:
        """Whether there is an unread message, or the owner has marked it as unread."""
        return self.unread > 0 or self.is_marked_unread

    @property
    def unread_events(self) -> list[int]:
        """The numbers of the events that this user has not read, the least first."""
        if not self.event_seqs:
            return []
        return [seq for seq in map(int, self.event_seqs.split()) if seq > self.read_seq]

    @property
    def unread(self) -> int:
        """The number of messages that this user has not read, without events. It is never stored."""
        events = len(self.unread_events) if self.event_seqs else 0
        return max(0, self.last_seq - self.read_seq - events)


def timestamp(moment: datetime) -> str:
    """Returns the time as ISO 8601 in UTC with milliseconds.

    The width is fixed, so that the order of texts is the order of times.
    """
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@lru_cache(maxsize=16_384)
def direct_group_uuid(one: str, other: str) -> str:
    """Returns the uuid of the conversation of two users, whichever of them starts it (UUIDv5)."""
    # It is remembered, since a send to a handle asks for it more than once.
    return str(uuid.uuid5(_DIRECT_NAMESPACE, "/".join(sorted((one, other)))))


def is_direct_group_uuid(message_group_uuid: str) -> bool:
    """Whether the uuid can be that of a direct conversation. Groups have random uuids (UUIDv4)."""
    return uuid.UUID(message_group_uuid).version == 5  # noqa: PLR2004  UUIDv5


def fold(handle: str) -> str:
    """Returns the form in which a handle is compared: two accounts may not share it."""
    return handle.lower()


def canonical_uuid(text: str) -> str | None:
    """Returns the uuid in its canonical form (RFC 9562, 4), or None if the text is none."""
    return text.lower() if _UUID.fullmatch(text) else None
