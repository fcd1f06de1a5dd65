"""Base64 for URLs without padding (RFC 4648, 5; RFC 7515, 2), as Web Push and passkeys write bytes."""

import base64


def to_base64url(data: bytes) -> str:
    """Returns the text of these bytes."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Returns the bytes of a text, with padding or without. Raises ValueError."""
    plain = text.encode("ascii")
    # binascii.Error, which this may raise, is a ValueError.
    return base64.b64decode(plain + b"=" * (-len(plain) % 4), altchars=b"-_", validate=True)
