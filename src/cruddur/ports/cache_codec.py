"""Encodes cached values, so that several versions of this service can share one cache."""

from typing import Any, Generic, TypeVar

import msgspec

T = TypeVar("T")


class CacheCodec(Generic[T]):
    """Encodes and decodes values of one type as MessagePack.

    A change that alters the bytes must also raise FORMAT in `engines/cache/entries.py`.
    """

    def __init__(self, kind: type[T]) -> None:
        self.encode = msgspec.msgpack.Encoder().encode
        self._decoder: Any = msgspec.msgpack.Decoder(kind)

    def decode(self, value: bytes | None) -> T | None:
        """Returns the value, or None if there is none or another version encoded it differently."""
        if value is None:
            return None
        try:
            known: T = self._decoder.decode(value)
        except (msgspec.ValidationError, msgspec.DecodeError):
            return None
        return known
