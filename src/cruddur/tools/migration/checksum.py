"""A checksum over items in any order, since engines scan in different orders."""

import hashlib
from dataclasses import dataclass

import msgspec

from cruddur.domain.item import Item
from cruddur.schema.attribute_values import item_to_attribute_values

_BYTES = 16
_MODULUS = 1 << 8 * _BYTES


@dataclass(frozen=True, slots=True)
class Checksum:
    """The number of items and the sum of their hashes, which does not depend on their order.

    It is a sum and not an exclusive or, in which an item that occurs twice would cancel itself.
    """

    count: int = 0
    total: int = 0

    def __add__(self, other: "Checksum") -> "Checksum":
        return Checksum(self.count + other.count, (self.total + other.total) % _MODULUS)

    def __str__(self) -> str:
        return f"{self.total:0{2 * _BYTES}x}"


def checksum(item: Item) -> Checksum:
    """Returns the checksum of one item, by its DynamoDB JSON in canonical form."""
    canonical = msgspec.json.encode(item_to_attribute_values(item), order="deterministic")
    digest = hashlib.blake2b(canonical, digest_size=_BYTES).digest()
    return Checksum(1, int.from_bytes(digest))
