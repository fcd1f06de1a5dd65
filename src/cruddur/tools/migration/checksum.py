"""A checksum over items that does not ask for their order, since no two engines scan in the same."""

import hashlib
from dataclasses import dataclass

import msgspec

from cruddur.messaging.ports import Item

_BYTES = 16
_MODULUS = 1 << 8 * _BYTES


@dataclass(frozen=True, slots=True)
class Checksum:
    """How many items, and the sum of their hashes: adding is the same in any order.

    A sum and not an exclusive or, under which an item that is there twice would vanish.
    """

    count: int = 0
    total: int = 0

    def __add__(self, other: "Checksum") -> "Checksum":
        return Checksum(self.count + other.count, (self.total + other.total) % _MODULUS)

    def __str__(self) -> str:
        return f"{self.total:0{2 * _BYTES}x}"


def checksum(item: Item) -> Checksum:
    """Of one item, by its canonical JSON: names in order, no spaces."""
    canonical = msgspec.json.encode(item, order="deterministic")
    digest = hashlib.blake2b(canonical, digest_size=_BYTES).digest()
    return Checksum(1, int.from_bytes(digest))
