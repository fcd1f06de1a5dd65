"""Converts mails that wait to items and back. They lie in one partition, in the order of their times."""

import msgspec

from cruddur.domain.item import Item, Key
from cruddur.domain.waiting_mail import WaitingMail
from cruddur.schema import keys
from cruddur.schema.records import record_item

MAIL_PK = "MAIL#"
_DUE_DIGITS = 12


def mail_key(due_at: int, mail_id: str) -> Key:
    """The key of a mail that waits until this epoch second."""
    return Key(MAIL_PK, f"{due_at:0{_DUE_DIGITS}d}#{mail_id}")


def mail_item(mail: WaitingMail) -> Item:
    """Returns the item of a mail that waits; its key holds its time and its id."""
    item = record_item(mail_key(mail.due_at, mail.mail_id), mail, "due_at", "mail_id")
    return {name: value for name, value in item.items() if value not in ("", 0)}


def mail_from(item: Item) -> WaitingMail:
    """Returns the mail of an item. Raises one of UNREADABLE."""
    due_at, _, mail_id = keys.whole_key_of(item).sk.partition("#")
    return msgspec.convert({**item, "due_at": int(due_at), "mail_id": mail_id}, WaitingMail)


def due_at_of(item: Item) -> int:
    """Returns when a mail's item is due, in epoch seconds; 0 if its key does not say so."""
    text = keys.key_of(item).sk.partition("#")[0]
    return int(text) if text.isascii() and text.isdigit() else 0
