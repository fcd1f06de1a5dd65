"""The token of a link that somebody is given: whose it is, and a number that nobody can guess."""

import base64
import binascii
import hashlib
import secrets
import uuid
from typing import NamedTuple

_SECRET_BYTES = 24
_UUID_BYTES = 16


class LinkToken(NamedTuple):
    """What a link carries behind its `#`."""

    user_uuid: str
    secret: bytes

    def __repr__(self) -> str:
        return f"LinkToken({self.user_uuid!r})"

    @property
    def text(self) -> str:
        """The token as the link has it: letters, digits, `-` and `_`."""
        return base64.urlsafe_b64encode(uuid.UUID(self.user_uuid).bytes + self.secret).decode()

    @property
    def digest(self) -> str:
        """What the table holds: from it nobody finds the secret, which has 192 random bits."""
        return hashlib.sha256(self.secret).hexdigest()


def password_digest(password_hash: str | None) -> str:
    """Returns what a link remembers of the password that it replaces; empty if there is none."""
    return hashlib.sha256(password_hash.encode()).hexdigest()[:32] if password_hash else ""


def new_token(user_uuid: str) -> LinkToken:
    """Returns a token of this person that was never given before."""
    return LinkToken(user_uuid, secrets.token_bytes(_SECRET_BYTES))


def token_from(text: str) -> LinkToken | None:
    """Returns the token of this text, or None if it is none."""
    try:
        token = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(token) != _UUID_BYTES + _SECRET_BYTES:
        return None
    return LinkToken(str(uuid.UUID(bytes=token[:_UUID_BYTES])), token[_UUID_BYTES:])
