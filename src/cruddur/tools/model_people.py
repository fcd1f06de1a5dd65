"""Sample items of people and operators in the data model that `data_model.py` makes."""

from collections.abc import Sequence

import msgspec

from cruddur.domain.audit import AuditEntry
from cruddur.domain.digest import DigestState
from cruddur.domain.email_address import Email
from cruddur.domain.erasure import LeftConversation
from cruddur.domain.item import Item
from cruddur.domain.member import Member
from cruddur.domain.model import User
from cruddur.domain.person_picture import PersonPicture, picture_name
from cruddur.domain.session import DeviceSession
from cruddur.domain.waiting_mail import WaitingMail
from cruddur.schema.audit_items import audit_item
from cruddur.schema.block_items import block_items
from cruddur.schema.digest_items import digest_item
from cruddur.schema.email_items import SentTo, address_owner_item, email_item, sent_to_item
from cruddur.schema.erasure_items import erased_login_item, left_item
from cruddur.schema.items import login_item, session_item
from cruddur.schema.mail_items import mail_item
from cruddur.schema.picture_items import picture_item
from cruddur.schema.pin_items import Pins, pins_item

FIRST_WORDS = "Hello! We met at the lake."
"""The message by which a stranger begins a conversation."""

_AT = "2026-11-23T09:00:00.000Z"
_UUID = "e0e0e0e0-0000-4000-8000-e0e0e0e0e0e0"
_PICTURE = b"RIFF....WEBPVP8 "
PICTURE_NAME = picture_name(_PICTURE)


def pins_of(user: User, message_group_uuid: str) -> Item:
    """Returns the list of the conversations that a person has pinned: this one."""
    return pins_item(Pins(user_uuid=user.user_uuid, groups=[message_group_uuid], version=1))


def blocked(user: User, other: User) -> Sequence[Item]:
    """Returns the items of a block, one in the partition of each of the two."""
    return block_items(user.user_uuid, other.user_uuid, "2026-11-23T10:00:00.000Z")


def left(user: User, message_group_uuid: str) -> Item:
    """Returns the item that says in which conversation a person was."""
    return left_item(
        LeftConversation(user_uuid=user.user_uuid, message_group_uuid=message_group_uuid)
    )


def as_request(member: Member, lines: Sequence[tuple[User, str]]) -> Member:
    """Returns the member of a conversation of these senders and texts.

    Where a stranger has begun it by FIRST_WORDS, the other one has not accepted it yet.
    """
    sender, text = lines[0]
    is_request = text == FIRST_WORDS and sender.handle != member.handle
    return msgspec.structs.replace(member, is_request=is_request)


def sessions_of(user: User, expires_at: int) -> Sequence[Item]:
    """Returns the sessions of a person on two devices; `expires_at` is in epoch seconds."""
    devices = (("Firefox on Linux", "192.0.2.7"), ("Safari on iPhone", "2001:db8:1:2::/64"))
    return [
        session_item(
            DeviceSession(
                user_uuid=user.user_uuid,
                session_id=f"{number:08}-0000-4000-8000-{number:012}",
                device=device,
                address=address,
                created_at="2026-11-23T08:00:00.000Z",
                last_used_at="2026-11-23T09:00:00.000Z",
                expires_at=expires_at,
            )
        )
        for number, (device, address) in enumerate(devices, 1)
    ]


def addresses_of(user: User, expires_at: int) -> Sequence[Item]:
    """Returns a person's e-mail address, whose it is, its count, and a mail that waits for it.

    `expires_at` is in epoch seconds.
    """
    address = f"{user.handle}@example.com"
    email = Email(user_uuid=user.user_uuid, address=address, confirmed_at=_AT, version=2)
    mail = WaitingMail(
        mail_id=_UUID,
        kind="password_forgotten",
        due_at=expires_at - 3600,
        expires_at=expires_at,
        who=user.handle,
    )
    return [
        email_item(email),
        address_owner_item(address, user.user_uuid),
        sent_to_item(address, SentTo(times=[expires_at - 86_400], expires_at=expires_at)),
        mail_item(mail),
        digest_item(DigestState(user_uuid=user.user_uuid, due_at=expires_at, told_until=_AT)),
    ]


def picture_of(user: User) -> Item:
    """Returns the picture of a person: the first bytes of one, since no tool shows more of it."""
    picture = PersonPicture(user_uuid=user.user_uuid, name=PICTURE_NAME, data=_PICTURE, made_at=_AT)
    return picture_item(picture)


def signed_in(user: User, expires_at: int) -> Item:
    """Returns the audit entry of a person who has signed in; `expires_at` is in epoch seconds."""
    entry = AuditEntry(
        entry_id=_UUID,
        at=_AT,
        act="signed_in",
        user_uuid=user.user_uuid,
        address="192.0.2.7",
        request_id="7f3c",
    )
    return audit_item(entry, expires_at)


def issuer_logins(user: User) -> Sequence[Item]:
    """Returns a person's login at an issuer, and what an erased one leaves."""
    issuer, subject = "https://id.example.com/realms/all", "5f0c1d5e-0000-4000-8000-5f0c1d5e0000"
    return [
        {**login_item(issuer, subject, user.user_uuid), "named_at": 1_795_341_600},
        erased_login_item("5f0c…", _UUID),
    ]
