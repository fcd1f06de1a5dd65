"""A mail that was promised and is not sent yet, and one that is ready to be sent."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

FactorMail = Literal[
    "passkey_added",
    "passkey_removed",
    "second_factor_on",
    "second_factor_off",
    "recovery_code_used",
]
"""The kinds of mails that tell a person that something else than before lets them in."""

ToldMail = Literal["address_changed", "address_removed", "password_changed"] | FactorMail
"""The kinds of mails that tell of what was done, and hold no link."""

MailKind = Literal["confirm_address", "password_forgotten", "digest"] | ToldMail


class WaitingMail(Struct, frozen=True, kw_only=True):
    """A mail that waits until `due_at`, in epoch seconds. After `expires_at` nobody wants it any more.

    No secret is in it: a link is made at the moment at which the mail is sent. `user_uuid` is the person
    whom it is about. `to` is set only where the mail goes to an address that the account has no more.
    `who` is what somebody typed who has forgotten their password: a handle, an address, or anything.
    `after` is the time up to which an earlier mail has told of what is unread.
    """

    mail_id: str
    kind: MailKind
    due_at: int
    expires_at: int
    user_uuid: str = ""
    to: str = ""
    who: str = ""
    after: str = ""
    tries: int = 0

    def __repr__(self) -> str:
        return f"WaitingMail({self.mail_id!r}, {self.kind!r}, {self.user_uuid!r})"


class Mail(Struct, frozen=True, kw_only=True):
    """A mail that is ready to be sent: to one address, as plain text and as HTML.

    `mail_id` stays when it is sent once more, so that mailboxes can tell the two. `headers` are further
    ones. Neither the address nor the texts are in its repr: they hold links with secrets.
    """

    mail_id: str
    to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = {}

    def __repr__(self) -> str:
        return f"Mail({self.mail_id!r})"
