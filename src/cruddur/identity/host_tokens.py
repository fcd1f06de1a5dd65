"""The text of a host's key: which secret it is, and a number that nobody can guess."""

import hashlib
import re
import secrets
from typing import NamedTuple

PREFIX = "crk_"
"""What each key begins with, so that tools find one that was published by mistake."""

_SECRET_BYTES = 24
_FORM = re.compile(
    PREFIX + r"([a-z0-9][a-z0-9-]{0,31})_([1-9][0-9]{0,8})_([A-Za-z0-9_-]{32})", re.ASCII
)


class HostToken(NamedTuple):
    """What a back end sends as its bearer token."""

    name: str
    number: int
    secret: str

    def __repr__(self) -> str:
        return f"HostToken({self.name!r}, {self.number})"

    @property
    def text(self) -> str:
        """The token as it is sent."""
        return f"{PREFIX}{self.name}_{self.number}_{self.secret}"

    @property
    def digest(self) -> str:
        """What the table holds: from it nobody finds the secret, which has 192 random bits."""
        return hashlib.sha256(self.secret.encode()).hexdigest()


def new_host_token(name: str, number: int) -> HostToken:
    """Returns a token that was never given before."""
    return HostToken(name, number, secrets.token_urlsafe(_SECRET_BYTES))


def is_host_token(text: str) -> bool:
    """Whether the text looks like a host's key, right or wrong."""
    return text.startswith(PREFIX)


def host_token_from(text: str) -> HostToken | None:
    """Returns the token of this text, or None if it is none."""
    found = _FORM.fullmatch(text)
    return HostToken(found[1], int(found[2]), found[3]) if found else None
