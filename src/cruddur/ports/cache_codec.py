"""How what the cache keeps is written down and read again, by whichever version of this service."""

from typing import Any, Generic, TypeVar

import msgspec

T = TypeVar("T")


class Kept(Generic[T]):
    """Values of one kind as bytes. Who changes what is written raises FORMAT in cache/entries.py."""

    def __init__(self, kind: type[T]) -> None:
        self.encode = msgspec.msgpack.Encoder().encode
        self._decoder: Any = msgspec.msgpack.Decoder(kind)

    def decode(self, value: bytes | None) -> T | None:
        """None for nothing, and for what another version wrote: then the table knows."""
        if value is None:
            return None
        try:
            known: T = self._decoder.decode(value)
        except (msgspec.ValidationError, msgspec.DecodeError):
            return None
        return known
