"""The picture of a person: small, square, and nothing in it but pixels."""

import hashlib

from msgspec import Struct

from cruddur.domain.base64url import to_base64url
from cruddur.domain.errors import Invalid, declare_code
from cruddur.domain.jpeg import plain_jpeg
from cruddur.domain.webp import Unreadable, plain_webp

PICTURE_SIDE = 256
"""The width and the height of a picture, in pixels."""

PICTURE_MAX_BYTES = 32_000
"""The most that a picture has. With its key and its name it fits into 32 write units."""

WEBP, JPEG = "image/webp", "image/jpeg"
PICTURE_TYPES = (WEBP, JPEG)

_INVALID = declare_code(
    "picture_invalid",
    "The picture of a person is one WebP or JPEG picture of 256 by 256 pixels that does not move.",
)
_TOO_LARGE = declare_code("picture_too_large", "The picture of a person has at most 32,000 bytes.")
_NAME_BYTES = 16


class PersonPicture(Struct, frozen=True, kw_only=True):
    """A person's picture. `name` is the hash by which it is known, `data` the file."""

    user_uuid: str
    name: str
    data: bytes
    made_at: str

    @property
    def media_type(self) -> str:
        """What the file is."""
        return type_of(self.data)

    def __repr__(self) -> str:
        return f"PersonPicture({self.user_uuid!r}, {self.name!r})"


def type_of(data: bytes) -> str:
    """Returns the media type of a picture that was checked."""
    return WEBP if data.startswith(b"RIFF") else JPEG


def picture_name(data: bytes) -> str:
    """Returns the hash of a picture: 22 characters of base64url (RFC 4648, 5)."""
    return to_base64url(hashlib.blake2b(data, digest_size=_NAME_BYTES).digest())


def checked_picture(data: bytes, media_type: str) -> bytes:
    """Returns the picture without whatever is no pixel, such as the place where it was taken.

    Raises Invalid for what is no picture of this type and size.
    """
    if len(data) > PICTURE_MAX_BYTES:
        raise Invalid(
            _TOO_LARGE, f"The picture has at most {PICTURE_MAX_BYTES:,} bytes.", field="picture"
        )
    try:
        size, plain = plain_webp(data) if media_type == WEBP else plain_jpeg(data)
    except Unreadable:
        raise _invalid() from None
    if size != (PICTURE_SIDE, PICTURE_SIDE):
        raise _invalid()
    return plain


def _invalid() -> Invalid:
    sides = f"{PICTURE_SIDE} by {PICTURE_SIDE} pixels"
    detail = f"The picture is one WebP or JPEG picture of {sides} that does not move."
    return Invalid(_INVALID, detail, field="picture")
