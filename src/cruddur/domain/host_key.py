"""Keys of a host product: with one, its back end makes people here, and signs them in."""

import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from cruddur.domain.errors import Invalid, declare_code

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")

_NAME_INVALID = declare_code(
    "key_name_invalid", "A key's name has 1 to 32 small letters, digits and dashes."
)
_SCOPE_UNKNOWN = declare_code("scope_unknown", "There is no such scope.")

SCOPES: Mapping[str, str] = {
    "users": "make people, change, look up and erase them",
    "tokens": "sign people in",
    "messages": "write into conversations in the name of the service",
    "webhooks": "have everything that happens sent to webhooks",
    "moderation": "disable people and enable them, delete messages",
}
"""What a key may be for, with what it allows."""


class HostKey(Struct, frozen=True, kw_only=True):
    """One of the secrets of a key, of which it has two while it is being rolled.

    `number` counts the secrets of a key. The table holds the digest of the secret, and the secret itself
    is stored nowhere. `last_used_at` is None until it is used, and then noted once an hour.
    """

    name: str
    number: int
    secret_digest: str
    scopes: Sequence[str]
    created_at: str
    last_used_at: str | None = None

    def __repr__(self) -> str:
        return f"HostKey({self.name!r}, {self.number})"


def checked_key_name(name: str) -> str:
    """Returns the name of a key. Raises Invalid."""
    if not _NAME.fullmatch(name):
        raise Invalid(
            _NAME_INVALID,
            "A key's name has 1 to 32 characters: small letters, digits and dashes.",
            field="name",
        )
    return name


def checked_scopes(scopes: Iterable[str]) -> Sequence[str]:
    """Returns these scopes once each, in the order of SCOPES, or all for none. Raises Invalid."""
    wanted = set(scopes) or set(SCOPES)
    if wanted - set(SCOPES):
        raise Invalid(_SCOPE_UNKNOWN, f"A scope is one of {', '.join(SCOPES)}.", field="scope")
    return [scope for scope in SCOPES if scope in wanted]
