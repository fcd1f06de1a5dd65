"""Lists as JSON. Those that the cache answers are rendered once for all who read them."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

import msgspec
from cachetools import FIFOCache

T = TypeVar("T")

REMEMBERED = 64
"""How many lists are remembered; twenty rows of an inbox take about 14 KB as JSON."""

_encode = msgspec.json.Encoder().encode


class RenderedList(NamedTuple):
    """A list as JSON, and the digest of that for its ETag."""

    body: bytes
    digest: str


def rendered(items: Sequence[object]) -> RenderedList:
    """Returns the list as JSON."""
    body = _encode(items)
    return RenderedList(body, digest_of(body))


def digest_of(*parts: bytes) -> str:
    """Returns a digest of 96 bits in hexadecimal digits."""
    # Processors compute SHA-256 in hardware: it takes half of the time of BLAKE2b.
    digest = hashlib.sha256(usedforsecurity=False)
    for part in parts:
        digest.update(part)
    return digest.hexdigest()[:24]


class RenderedLists:
    """Remembers lists by the identity of their members, which are immutable.

    Only what a cache has decoded before is the same object once more. So without a cache, which is
    `is_on=False`, it would remember in vain.
    """

    def __init__(self, *, is_on: bool = False) -> None:
        self._is_on = is_on
        self._lists: FIFOCache[tuple[Any, ...], tuple[Sequence[object], RenderedList]]
        self._lists = FIFOCache(REMEMBERED)

    def of(
        self, members: Sequence[T], out: Callable[[T], object], *, is_first: bool
    ) -> RenderedList:
        """Returns the list of what `out` makes of each member.

        `is_first` says that it is a first page: a cache has no others.
        """
        if not (self._is_on and is_first):
            return rendered([out(member) for member in members])
        key = (out, *map(id, members))
        known = self._lists.get(key)
        if known is not None:
            return known[1]
        made = rendered([out(member) for member in members])
        # The members are kept, so that no other object can get the identity of one of them.
        self._lists[key] = members, made
        return made
