"""Seals: message authentication codes for data in stores that others may write to.

A value without a valid seal is ignored. The key is derived from the secret; the code is keyed BLAKE2b
(RFC 7693). It covers a value's place as well as the value, so that no value can be moved elsewhere.
"""

import hashlib
import hmac

_LENGTH_BYTES = 4


class Seal:
    """Makes and checks seals with one key of 32 bytes."""

    __slots__ = ("_key",)

    size = 16
    """The length of a seal in bytes."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, *parts: bytes) -> bytes:
        """Returns the seal of these parts in this order. The lengths of the parts are covered, too."""
        mac = hashlib.blake2b(key=self._key, digest_size=self.size)
        for part in parts:
            mac.update(len(part).to_bytes(_LENGTH_BYTES, "big"))
            mac.update(part)
        return mac.digest()

    def is_of(self, seal: bytes, *parts: bytes) -> bool:
        """Whether it is the seal of these parts. It is compared in constant time."""
        return hmac.compare_digest(seal, self.of(*parts))


class NoSeal(Seal):
    """Makes empty seals, for data that never leaves this process, where nobody else can write."""

    __slots__ = ()

    size = 0

    def __init__(self) -> None:
        super().__init__(b"")

    def of(self, *_: bytes) -> bytes:
        """Returns an empty seal."""
        return b""
