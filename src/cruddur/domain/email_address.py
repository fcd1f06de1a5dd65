"""The rules of e-mail addresses, and what is known of the address of an account."""

import re

from msgspec import Struct

from cruddur.domain.errors import Invalid, declare_code

ADDRESS_MAX_CHARS = 254
"""The longest address that mail can be sent to (RFC 5321, 4.5.3.1.3, without the angle brackets)."""

_LOCAL_MAX_CHARS = 64  # RFC 5321, 4.5.3.1.1
# What browsers take in <input type=email> (HTML Living Standard, "valid e-mail address"). It has no
# blank, line break, quote or bracket, so that an address cannot end a header or begin another one.
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})*")

_INVALID = declare_code("email_invalid", "This is no e-mail address, or one that is too long.")


class Email(Struct, frozen=True, kw_only=True):
    """The e-mail address of an account: only `address`, which was confirmed, counts.

    `pending` is one that waits for its confirmation, and `pending_digest` that of the secret of its
    newest link, which works until `pending_until`, in epoch seconds. `version` counts the changes; it is
    0 where nothing was ever set.
    """

    user_uuid: str
    address: str | None = None
    confirmed_at: str | None = None
    pending: str | None = None
    pending_digest: str | None = None
    pending_until: int = 0
    version: int = 0

    def __repr__(self) -> str:
        return f"Email({self.user_uuid!r})"


def checked_email_address(text: str, *, field: str = "email") -> str:
    """Returns the address in the form that is stored: as it was typed, without blanks around it.

    Raises Invalid, which names the field.
    """
    address = text[: 2 * ADDRESS_MAX_CHARS].strip()
    if not is_email_address(address):
        words = "This is no e-mail address. One looks like maya@example.com."
        raise Invalid(_INVALID, words, field=field)
    return address


def is_email_address(text: str) -> bool:
    """Whether mail can be sent to this text. Letters of other scripts are not among them."""
    if len(text) > ADDRESS_MAX_CHARS or not _ADDRESS.fullmatch(text):
        return False
    local = text.rpartition("@")[0]
    return len(local) <= _LOCAL_MAX_CHARS and not _has_odd_dots(local)


def _has_odd_dots(local: str) -> bool:
    """Whether dots stand where RFC 5321, 4.1.2, has none; servers refuse such addresses."""
    return local.startswith(".") or local.endswith(".") or ".." in local


def fold_address(address: str) -> str:
    """Returns the form in which addresses are compared. No server in use tells capitals apart."""
    return address.lower()
