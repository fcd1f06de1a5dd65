"""Texts that only the holder of a key can make: JSON Web Signatures (RFC 7515) by HS256 alone.

Python's own HMAC makes and checks them. PyJWT does the same, but imports what other algorithms need,
which every start would wait for; it checks what issuers sign.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from cruddur.domain.base64url import from_base64url, to_base64url

_ALGORITHM = "HS256"
_NOT_READABLE = (ValueError, RecursionError)


class Signed(NamedTuple):
    """What a text says whose signature holds."""

    header: Mapping[str, Any]
    payload: Mapping[str, Any]


def sign(payload: Mapping[str, object], key: bytes, *, kid: str | None = None) -> str:
    """Returns the payload as a signed text. `kid` names the key (RFC 7515, 4.1.4)."""
    header = {"alg": _ALGORITHM, "typ": "JWT"} | ({} if kid is None else {"kid": kid})
    signing_input = f"{_encoded(header)}.{_encoded(payload)}"
    return f"{signing_input}.{to_base64url(_mac(signing_input, key))}"


def read_signed(text: str, key: bytes) -> Signed | None:
    """Returns what the text says; None unless this key signed it."""
    signing_input, _, signature = text.rpartition(".")
    header_part, _, payload_part = signing_input.partition(".")
    try:
        # First of all, so that nothing of a stranger's text is read.
        if not hmac.compare_digest(_decoded(signature), _mac(signing_input, key)):
            return None
        header, payload = (json.loads(_decoded(part)) for part in (header_part, payload_part))
    except _NOT_READABLE:
        return None
    if not isinstance(header, dict) or not isinstance(payload, dict):
        return None
    # The text must not choose its algorithm (RFC 8725, 3.1), and we know no extension that it could
    # demand (RFC 7515, 4.1.11).
    is_ours = header.get("alg") == _ALGORITHM and "crit" not in header
    return Signed(header, payload) if is_ours else None


def _mac(signing_input: str, key: bytes) -> bytes:
    return hmac.digest(key, signing_input.encode(), hashlib.sha256)


def _encoded(value: Mapping[str, object]) -> str:
    return to_base64url(json.dumps(value, separators=(",", ":")).encode())


def _decoded(part: str) -> bytes:
    """Returns the bytes of a part. Raises ValueError, also for one that is written in another way.

    The last character has spare bits, so that else one signature could be written in several ways.
    """
    found = from_base64url(part)
    if to_base64url(found) != part.rstrip("="):
        raise ValueError("not written as it must be")
    return found
