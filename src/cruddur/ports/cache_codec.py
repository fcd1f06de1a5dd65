"""Encodes cached values, so that several versions of this service can share one cache."""

from typing import Any, Generic, TypeVar

import msgspec
from cachetools import FIFOCache

T = TypeVar("T")


REMEMBERED = 64
"""How many values each codec remembers: a page of fifty messages takes about 60 KB."""


class CacheCodec(Generic[T]):
    """Encodes and decodes values of one type as MessagePack.

    A change that alters the bytes must also raise FORMAT in `engines/cache/entries.py`.

    It remembers the values that it decoded last. A page that many people open at once is decoded once,
    and they all get the same objects, which are immutable.
    """

    def __init__(self, kind: type[T]) -> None:
        self.encode = msgspec.msgpack.Encoder().encode
        self._decoder: Any = msgspec.msgpack.Decoder(kind)
        self._decoded: FIFOCache[str, tuple[bytes, T]] = FIFOCache(REMEMBERED)

    def decode(self, name: str, value: bytes | None) -> T | None:
        """Returns the value that the cache has under this name.

        None if there is none, or if another version encoded it differently.
        """
        if value is None:
            return None
        remembered = self._decoded.get(name)
        if remembered is not None and remembered[0] == value:
            return remembered[1]
        try:
            known: T = self._decoder.decode(value)
        except (msgspec.ValidationError, msgspec.DecodeError):
            return None
        self._decoded[name] = (value, known)
        return known
