"""People whom a host product made here: known by the product's own id, and with what it says of them."""

import json
import unicodedata
from collections.abc import Mapping
from urllib.parse import urlsplit

from msgspec import Struct

from cruddur.domain.errors import Invalid, declare_code

EXTERNAL_PREFIX = "ext:"
"""What stands before a product's own id wherever a handle may stand. No handle has a colon."""

EXTERNAL_ID_MAX_CHARS = 200
AVATAR_URL_MAX_CHARS = 500
METADATA_MAX_BYTES = 1024
METADATA_MAX_KEYS = 20

_ID_INVALID = declare_code(
    "external_id_invalid",
    "An external id has 1 to 200 characters, none of them a control character.",
)
_AVATAR_INVALID = declare_code(
    "avatar_url_invalid",
    "The address of a picture begins with https:// and has at most 500 characters.",
)
_METADATA_TOO_LARGE = declare_code(
    "metadata_too_large", "Metadata has at most 20 entries, and 1,024 bytes as JSON."
)

_DOTS = {".", ".."}  # browsers and proxies take them out of paths, also where they are encoded
_NOT_IN_AN_ID = {"Cc", "Cs", "Cn"}
_REPLACEMENT = "\ufffd"  # what servers make of bytes that are not UTF-8: two ids would become one


class ExternalUser(Struct, frozen=True, kw_only=True):
    """What a host says of one of its people, beside their profile.

    `metadata` is the host's own, of texts; nobody but hosts gets to see it. `named_at` is when the token
    was made from which the person has their name, in epoch seconds; 0 if it came from no token.
    """

    external_id: str
    user_uuid: str
    avatar_url: str | None = None
    metadata: Mapping[str, str] = {}
    named_at: int = 0

    def __repr__(self) -> str:
        return f"ExternalUser({self.user_uuid!r})"


def external_id_in(name: str) -> str | None:
    """Returns the product's own id in `ext:42`, or None if the name is a handle."""
    is_external = name.startswith(EXTERNAL_PREFIX)
    return name.removeprefix(EXTERNAL_PREFIX) if is_external else None


def checked_external_id(external_id: str) -> str:
    """Returns the id as it is: upper and lower case differ. Raises Invalid."""
    is_valid = (
        0 < len(external_id) <= EXTERNAL_ID_MAX_CHARS
        and external_id not in _DOTS
        and _REPLACEMENT not in external_id
        and not any(unicodedata.category(char) in _NOT_IN_AN_ID for char in external_id)
    )
    if not is_valid:
        raise Invalid(
            _ID_INVALID,
            f"An id of your own has 1 to {EXTERNAL_ID_MAX_CHARS} characters, none of them a control "
            "character.",
            field="external_id",
        )
    return external_id


def checked_avatar_url(url: str) -> str:
    """Returns the address of a picture. Raises Invalid."""
    try:
        parts = urlsplit(url)
        is_valid = parts.scheme == "https" and bool(parts.hostname) and parts.username is None
    except ValueError:
        is_valid = False
    is_plain = url.isascii() and url.isprintable() and " " not in url
    if not is_valid or not is_plain or len(url) > AVATAR_URL_MAX_CHARS:
        raise Invalid(
            _AVATAR_INVALID,
            f"The address of a picture begins with https:// and has at most {AVATAR_URL_MAX_CHARS} "
            "characters.",
            field="avatar_url",
        )
    return url


def checked_metadata(metadata: Mapping[str, str]) -> Mapping[str, str]:
    """Returns the metadata. Raises Invalid."""
    size = len(json.dumps(metadata, ensure_ascii=False, separators=(",", ":")).encode())
    if size > METADATA_MAX_BYTES or len(metadata) > METADATA_MAX_KEYS:
        # It lies beside the profile, and each kilobyte of it is a write unit more.
        raise Invalid(
            _METADATA_TOO_LARGE,
            f"Metadata has at most {METADATA_MAX_KEYS} entries, and {METADATA_MAX_BYTES:,} bytes as "
            "JSON.",
            field="metadata",
        )
    return metadata
