"""A browser's side of Web Push: its keys, and how it reads what it is pushed (RFC 8291, RFC 8188).

It is written from the RFCs with the plain steps of HKDF (RFC 5869), and shares no code with the sender.
"""

import hmac
import secrets
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cruddur.domain.base64url import to_base64url
from cruddur.messaging.push.put_push_device import Subscription


class Browser:
    """A subscription as its browser holds it."""

    def __init__(self) -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())
        self._auth = secrets.token_bytes(16)

    @property
    def _point(self) -> bytes:
        public = self._private.public_key()
        return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def p256dh(self) -> str:
        return to_base64url(self._point)

    @property
    def auth_text(self) -> str:
        return to_base64url(self._auth)

    def subscription(
        self, key: str, endpoint: str = "https://push.example.net/1", time_zone: str = "UTC"
    ) -> Subscription:
        """What this browser says of itself when it has subscribed with a key of the service."""
        return Subscription(
            endpoint, self.p256dh, self.auth_text, key, time_zone, "Firefox on Linux"
        )

    def decrypt(self, body: bytes) -> bytes:
        """Returns the text. Raises InvalidTag if it is not for this browser, or was changed."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, record = body[21 : 21 + length], body[21 + length :]
        assert len(record) <= size
        key, nonce = self._keys(sender, salt)
        padded = AESGCM(key).decrypt(nonce, record, None)
        text, mark, padding = padded.rpartition(b"\x02")
        assert mark
        assert not padding.strip(b"\x00")
        return text

    def _keys(self, sender: bytes, salt: bytes) -> tuple[bytes, bytes]:
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        shared = self._private.exchange(ec.ECDH(), public)
        material = _hmac(
            _hmac(self._auth, shared), b"WebPush: info\x00" + self._point + sender + b"\x01"
        )
        pseudo_random = _hmac(salt, material)
        key = _hmac(pseudo_random, b"Content-Encoding: aes128gcm\x00\x01")[:16]
        return key, _hmac(pseudo_random, b"Content-Encoding: nonce\x00\x01")[:12]


def _hmac(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, sha256)
