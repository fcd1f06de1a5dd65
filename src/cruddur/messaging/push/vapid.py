"""Signs push messages with the service's own key, so that push services know the sender.

It is called VAPID (RFC 8292). The key is derived from the secret that signs tokens, and a number. So all
processes have the same key, and no table, backup or feed holds it.
"""

from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from cruddur.domain.base64url import to_base64url
from cruddur.messaging.push.encryption import CURVE, point_of

LIFETIME_SECONDS = 12 * 3600
"""How long a signature counts. RFC 8292, 2 allows a day; half of it forgives a wrong clock."""

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of P-256 (SEC 2, 2.4.2)."""


class PushKey(NamedTuple):
    """A key pair of the service. `public` is what a browser takes as its `applicationServerKey`."""

    number: int
    private: ec.EllipticCurvePrivateKey
    public: str

    def __repr__(self) -> str:
        return f"PushKey({self.number})"


def push_key(derived: Callable[[str], bytes], number: int) -> PushKey:
    """Returns the key of this number. `derived` gives 32 bytes for a purpose, always the same ones."""
    # Of 64 bytes instead of 32: so no scalar is likelier than another (FIPS 186-5, A.2.1).
    wide = derived(f"push {number} a") + derived(f"push {number} b")
    scalar = int.from_bytes(wide, "big") % (_ORDER - 1) + 1
    private = ec.derive_private_key(scalar, CURVE)
    return PushKey(number, private, to_base64url(point_of(private.public_key())))


def authorization(key: PushKey, endpoint: str, contact: str, now: int) -> str:
    """Returns the header `Authorization` of a push message to this endpoint.

    `contact` is where the push service may reach the operator, `mailto:` or `https:`; it may be empty,
    but Apple's then refuses. `now` is in epoch seconds.
    """
    parts = urlsplit(endpoint)
    claims: dict[str, object] = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": now + LIFETIME_SECONDS,
    }
    if contact:
        claims["sub"] = contact
    token = jwt.encode(claims, key.private, algorithm="ES256")
    return f"vapid t={token}, k={key.public}"
