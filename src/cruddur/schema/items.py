"""Converts the domain's objects to items and back. It defines the attributes of each kind of item."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from cruddur.domain.folding import WORDS_MAX, words_of
from cruddur.domain.item import Item, Key
from cruddur.domain.member import Member
from cruddur.domain.message_changes import MessageChange
from cruddur.domain.model import InboxRow, Message, MessageGroup, MessageRef, User
from cruddur.domain.renaming import Renaming
from cruddur.domain.session import DeviceSession
from cruddur.schema import keys
from cruddur.schema.reaction_items import read_reactions, with_reaction_texts
from cruddur.schema.records import keyed, present, present_among, record_item

UNREADABLE = (msgspec.ValidationError, LookupError, ValueError, TypeError)
"""The exceptions that reading an item can raise when another program wrote it."""

_ROW_NUMBERS = (
    *("last_change_seq", "settings_version", "archived_seq", "hidden_version"),
    *("pin_order", "cleared_seq", "is_unanswered", "mention_seqs"),
)


class Login(Struct, frozen=True, kw_only=True):
    """How one person signs in; without a hash they have no password here.

    `named_at` is when the issuer's token was made from which they have their name, in epoch seconds.
    `is_short` says that the password has too few characters to open anything without a second factor.
    """

    user_uuid: str
    password_hash: str | None = None
    known_addresses: list[str] = []
    named_at: int = 0
    is_short: bool = False

    def __repr__(self) -> str:
        return f"Login({self.user_uuid!r})"


class DeadLetter(Struct, frozen=True, kw_only=True):
    """A change that the projector could not apply. `sequence` is its place in the change feed."""

    sequence: str
    changed: Key


class PutAside(Struct, frozen=True, kw_only=True):
    """One inbox row that could not be written, or all rows of a conversation (`owner_uuid` is None).

    `put_aside_id` is another one each time that the row is put aside, `put_aside_at` the last such time.
    `first_seq` is the least number of a new message that was not applied; None if there was none.
    """

    message_group_uuid: str
    put_aside_id: str
    put_aside_at: str
    owner_uuid: str | None = None
    first_seq: int | None = None


def message_item(message: Message) -> Item:
    """Returns the item of a message; its key holds the conversation and the number."""
    key = keys.message_key(message.message_group_uuid, message.seq)
    return _as_stored(record_item(key, message, "seq"), message)


def message_attributes(message: Message, names: Iterable[str]) -> dict[str, Any]:
    """Returns these attributes of a message's item, of which "seq" is none. It lacks some of them."""
    return _as_stored(present_among({name: getattr(message, name) for name in names}), message)


def _as_stored(values: dict[str, Any], message: Message) -> dict[str, Any]:
    if "event" in values:
        values["event"] = msgspec.to_builtins(message.event)
    if "reactions" in values:
        values = with_reaction_texts(values, message.reactions)
    return _without_nothing(values, "change_seq", "hidden_by", "mentions")


def message_from(item: Item) -> Message:
    """Returns the message of an item. Raises one of UNREADABLE."""
    # An invalid time, for which this raises ValueError, would put inboxes in the wrong order.
    datetime.fromisoformat(item["created_at"])
    reactions = read_reactions(item) if "reactions" in item else {}
    return msgspec.convert({**item, "seq": keys.seq_of(item["sk"]), **reactions}, Message)


def change_item(change: MessageChange) -> Item:
    """Returns the item of a change of a message; its key holds the conversation and the number."""
    key = keys.change_key(change.message_group_uuid, change.change_seq)
    return _without_nothing(
        record_item(key, change, "message_group_uuid", "change_seq"), "previous", "mentions"
    )


def change_from(item: Item) -> MessageChange:
    """Returns the change of a message of an item. Raises one of UNREADABLE."""
    key = keys.whole_key_of(item)
    datetime.fromisoformat(item["at"])  # raises ValueError: the message takes the time over
    in_the_key = {
        "message_group_uuid": keys.group_uuid_of(key),
        "change_seq": keys.change_seq_of(key.sk),
    }
    return msgspec.convert({**item, **in_the_key}, MessageChange)


def message_ref_from(item: Item) -> MessageRef:
    """Returns the number, uuid and time of a message's item.

    Raises ValueError only if the key is not a message's. A missing attribute becomes an empty text,
    since it must not stop the next message from being sent.
    """
    message_uuid, created_at = item.get("message_uuid"), item.get("created_at")
    return MessageRef(
        keys.seq_of(item["sk"]),
        message_uuid if isinstance(message_uuid, str) else "",
        created_at if isinstance(created_at, str) else "",
    )


def group_item(group: MessageGroup) -> Item:
    """Returns the item of a message group, without the attributes that are None."""
    members = {uuid: _member(member) for uuid, member in group.members.items()}
    item = record_item(keys.group_key(group.message_group_uuid), group)
    return {**_without_nothing(item, "secret_changes", "expired_through"), "members": members}


def _member(member: Member) -> dict[str, Any]:
    fields = present(msgspec.structs.replace(member, expired_seq=0))  # the group says it
    fields["hidden"] = msgspec.to_builtins(fields["hidden"])
    return _without_nothing(fields, "hidden", "is_request", "expired_seq")


def group_from(item: Item) -> MessageGroup:
    """Returns the message group of an item. Raises one of UNREADABLE."""
    return msgspec.convert(item, MessageGroup)


def inbox_row_item(row: InboxRow) -> Item:
    """Returns the item of an inbox row; its key holds the owner and the conversation."""
    key = row_key_of(row)
    return _without_nothing(record_item(key, row, "owner_uuid", "is_request"), *_ROW_NUMBERS)


def inbox_row_from(item: Item) -> InboxRow:
    """Returns the inbox row of an item. Raises one of UNREADABLE."""
    is_request = item["pk"].startswith(keys.REQUESTS_PREFIX)
    owner = keys.owner_of_row(item["pk"])
    row = msgspec.convert({**item, "owner_uuid": owner, "is_request": is_request}, InboxRow)
    # Elsewhere it was moved by a version without archive or pins, which has left these attributes.
    if row.archived_at and not row.indexed_at.startswith(keys.ARCHIVED_PREFIX):
        row = msgspec.structs.replace(row, archived_at=None)
    if row.pinned_at and not row.indexed_at.startswith(keys.PINNED_PREFIX):
        row = msgspec.structs.replace(row, pinned_at=None, pin_order=0)
    return row


def row_key_of(row: InboxRow) -> Key:
    """Returns the key of an inbox row."""
    key = keys.request_row_key if row.is_request else keys.inbox_row_key
    return key(row.owner_uuid, row.message_group_uuid)


def member_row_key(group: MessageGroup, user_uuid: str) -> Key:
    """Returns the key of a member's inbox row."""
    key = keys.request_row_key if group.members[user_uuid].is_request else keys.inbox_row_key
    return key(user_uuid, group.message_group_uuid)


def user_item(user: User) -> Item:
    """Returns the item that holds a user's profile."""
    return record_item(keys.user_key(user.user_uuid), user)


def user_from(item: Item) -> User:
    """Returns the user of a profile's item. Raises one of UNREADABLE."""
    return msgspec.convert(item, User)


def renaming_item(renaming: Renaming) -> Item:
    """Returns the item that remembers how far a new name has come; its key holds the person."""
    return record_item(keys.rename_key(renaming.user_uuid), renaming, "user_uuid")


def renaming_from(item: Item) -> Renaming:
    """Returns the renaming of an item. Raises one of UNREADABLE."""
    user_uuid = item["pk"].removeprefix(keys.RENAME_PREFIX)
    return msgspec.convert({**item, "user_uuid": user_uuid}, Renaming)


def handle_item(user: User) -> Item:
    """Returns the item that makes a user's handle unique, and by which a search finds the handle."""
    return record_item(keys.handle_key(user.handle), _public(user))


def name_items(user: User) -> Sequence[Item]:
    """Returns an item for each word of the display name, by which a search finds the user."""
    words = words_of(user.display_name)[:WORDS_MAX]
    public = _public(user)
    return [record_item(keys.name_key(word, user.user_uuid), public) for word in words]


def person_items(user: User) -> Sequence[Item]:
    """Returns all items of an account except those for signing in."""
    return [user_item(user), handle_item(user), *name_items(user)]


def user_from_handle(item: Item) -> User:
    """Returns the user of a handle's or a name's item. Raises one of UNREADABLE."""
    return msgspec.convert(item, User)


def login_item(issuer: str, subject: str, user_uuid: str, password_hash: str | None = None) -> Item:
    """Returns the item that maps an issuer's subject to a user.

    `password_hash` is set only for accounts whose password this service checks itself.
    """
    item = {**keyed(keys.login_key(issuer, subject)), "user_uuid": user_uuid}
    return item if password_hash is None else {**item, "password_hash": password_hash}


def login_from(item: Item) -> Login:
    """Returns the login of an item. Raises one of UNREADABLE."""
    return msgspec.convert(item, Login)


def session_item(session: DeviceSession) -> Item:
    """Returns the item of a session, which the table removes once the session has ended."""
    key = keys.session_key(session.user_uuid, session.session_id)
    return record_item(key, session, "user_uuid", "session_id")


def session_from(item: Item) -> DeviceSession:
    """Returns the session of an item. Raises one of UNREADABLE."""
    user_uuid = item["pk"].removeprefix(keys.USER_PREFIX)
    session_id = item["sk"].removeprefix(keys.SESSION_PREFIX)
    in_the_key = {"user_uuid": user_uuid, "session_id": session_id}
    return msgspec.convert({**item, **in_the_key}, DeviceSession)


def revocation_item(token_id: str, expires_at: int) -> Item:
    """Returns the item that says that a token was revoked. The table removes it at this epoch second."""
    return {**keyed(keys.revoked_key(token_id)), keys.TTL_ATTRIBUTE: expires_at}


def dead_letter_item(letter: DeadLetter) -> Item:
    """Returns the item of a dead letter; its key holds the place in the change feed."""
    pk, sk = letter.changed
    return {**keyed(keys.dead_letter_key(letter.sequence)), "change_pk": pk, "change_sk": sk}


def dead_letter_from(item: Item) -> DeadLetter:
    """Returns the dead letter of an item. Raises one of UNREADABLE."""
    changed = Key(sk=item["change_sk"], pk=item["change_pk"])
    return DeadLetter(sequence=item["sk"], changed=changed)


def put_aside_item(row: PutAside) -> Item:
    """Returns the item by which the projector comes back to a row."""
    return record_item(keys.put_aside_key(row.message_group_uuid, row.owner_uuid), row)


def put_aside_from(item: Item) -> PutAside:
    """Returns what was put aside, of its item. Raises one of UNREADABLE."""
    return msgspec.convert(item, PutAside)


def member_of(user: User, joined_seq: int = 0) -> Member:
    """Returns the user as a member of a group. `joined_seq` is the number of the last message before."""
    return Member(
        handle=user.handle,
        display_name=user.display_name,
        joined_seq=joined_seq,
        name_version=user.name_version,
        picture=user.picture,
    )


def _public(user: User) -> User:
    """Returns the user as everybody finds them, without what concerns their own sessions."""
    sessions = ("tokens_after", "kept_token", "ways_version", "disabled_at", "logins")
    own = dict.fromkeys((*sessions, "external_id", "receipts_from"))
    return msgspec.structs.replace(user, **own)


def _without_nothing(item: dict[str, Any], *names: str) -> dict[str, Any]:
    # Most messages are never changed: the number of no change takes no room, nor does an empty list.
    for name in names:
        if not item.get(name, True):
            del item[name]
    return item
