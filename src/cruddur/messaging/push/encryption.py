"""Encrypts what a browser is pushed, so that its push service cannot read it.

RFC 8291 says how, in the coding of RFC 8188.
"""

import secrets
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cruddur.domain.base64url import from_base64url

CURVE = ec.SECP256R1()
RECORD_BYTES = 4096
"""The one record that a message is: RFC 8291, 4 lets push services refuse a larger one."""

TEXT_MAX_BYTES = RECORD_BYTES - 86 - 17
"""The longest text: a record without its header, the mark at its end, and its tag."""

_POINT_BYTES, _AUTH_BYTES = 65, 16
_LAST_RECORD = b"\x02"


class Receiver(NamedTuple):
    """The keys of a browser's subscription: its public key, and what only the browser and we know."""

    public_key: ec.EllipticCurvePublicKey
    auth: bytes

    def __repr__(self) -> str:
        return "Receiver()"


def receiver_of(p256dh: str, auth: str) -> Receiver:
    """Returns the keys of a subscription, as `PushSubscription.getKey` gives them. Raises ValueError."""
    try:
        point, secret = (from_base64url(text.rstrip("=")) for text in (p256dh, auth))
        public_key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
    except ValueError:
        raise ValueError("these are no keys of a subscription") from None
    if len(point) != _POINT_BYTES or len(secret) != _AUTH_BYTES:
        raise ValueError("these are no keys of a subscription")
    return Receiver(public_key, secret)


def encrypt(
    text: bytes,
    receiver: Receiver,
    *,
    salt: bytes | None = None,
    sender: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """Returns the body of a push message, whose coding is `aes128gcm`.

    `salt` and `sender` are made anew for each message; RFC 8291's own example gives them. Raises
    ValueError for a text of more than TEXT_MAX_BYTES.
    """
    if len(text) > TEXT_MAX_BYTES:
        raise ValueError("a text that is longer than one record")
    salt = salt or secrets.token_bytes(_AUTH_BYTES)
    sender = sender or ec.generate_private_key(CURVE)
    point = point_of(sender.public_key())
    key, nonce = _keys(receiver, sender, point, salt)
    sealed = AESGCM(key).encrypt(nonce, text + _LAST_RECORD, None)
    header = salt + RECORD_BYTES.to_bytes(4, "big") + bytes([len(point)]) + point
    return header + sealed


def point_of(public_key: ec.EllipticCurvePublicKey) -> bytes:
    """Returns a public key as an uncompressed point, the form that Web Push uses everywhere."""
    return public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _keys(
    receiver: Receiver, sender: ec.EllipticCurvePrivateKey, point: bytes, salt: bytes
) -> tuple[bytes, bytes]:
    """The content encryption key and the nonce: RFC 8291, 3.4."""
    shared = sender.exchange(ec.ECDH(), receiver.public_key)
    info = b"WebPush: info\x00" + point_of(receiver.public_key) + point
    key_material = HKDF(SHA256(), 32, receiver.auth, info).derive(shared)
    pseudo_random = HKDF.extract(SHA256(), salt, key_material)
    key = HKDFExpand(SHA256(), 16, b"Content-Encoding: aes128gcm\x00").derive(pseudo_random)
    nonce = HKDFExpand(SHA256(), 12, b"Content-Encoding: nonce\x00").derive(pseudo_random)
    return key, nonce
