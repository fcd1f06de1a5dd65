"""Items to the domain's words and back: what each kind of item holds stands here."""

from typing import Any

import msgspec

from cruddur.messaging.ports import Item, Key
from cruddur.model import InboxRow, Member, Message, MessageGroup, Numbered, User
from cruddur.table import keys


def message_item(message: Message) -> Item:
    return _item(keys.message_key(message.message_group_uuid, message.seq), message, "seq")


def message_from(item: Item) -> Message:
    return msgspec.convert({**item, "seq": int(item["sk"])}, Message)


def numbered_from(item: Item) -> Numbered:
    return Numbered(int(item["sk"]), item["message_uuid"], item["created_at"])


def group_item(group: MessageGroup) -> Item:
    members = {uuid: _present(member) for uuid, member in group.members.items()}
    return {**_item(keys.group_key(group.message_group_uuid), group), "members": members}


def group_from(item: Item) -> MessageGroup:
    return msgspec.convert(item, MessageGroup)


def inbox_row_item(row: InboxRow) -> Item:
    key = keys.inbox_row_key(row.owner_uuid, row.message_group_uuid)
    return _item(key, row, "owner_uuid")


def inbox_row_from(item: Item) -> InboxRow:
    owner = item["pk"].removeprefix(keys.INBOX_PREFIX)
    return msgspec.convert({**item, "owner_uuid": owner}, InboxRow)


def user_item(user: User) -> Item:
    return _item(keys.user_key(user.user_uuid), user)


def user_from(item: Item) -> User:
    return msgspec.convert(item, User)


def handle_item(user: User) -> Item:
    """Makes the handle unique, and answers a search by its first letters."""
    key = keys.handle_key(user.handle)
    return {
        "pk": key.pk,
        "sk": key.sk,
        "user_uuid": user.user_uuid,
        "handle": user.handle,
        "display_name": user.display_name,
        "created_at": user.created_at,
    }


def user_from_handle(item: Item) -> User:
    return msgspec.convert(item, User)


def login_item(issuer: str, subject: str, user_uuid: str, password_hash: str | None = None) -> Item:
    key = keys.login_key(issuer, subject)
    item = {"pk": key.pk, "sk": key.sk, "user_uuid": user_uuid}
    return item if password_hash is None else {**item, "password_hash": password_hash}


def member_of(user: User, joined_seq: int = 0) -> Member:
    return Member(handle=user.handle, display_name=user.display_name, joined_seq=joined_seq)


def _item(key: Key, record: msgspec.Struct, *in_the_key: str) -> dict[str, Any]:
    item: dict[str, Any] = {"pk": key.pk, "sk": key.sk, **_present(record)}
    for name in in_the_key:
        del item[name]
    return item


def _present(record: msgspec.Struct) -> dict[str, Any]:
    return {name: v for name, v in msgspec.structs.asdict(record).items() if v is not None}
