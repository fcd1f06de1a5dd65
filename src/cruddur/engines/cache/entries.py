"""The form of a cached value: with its generation, and with the time until which it is trusted.

Times are seconds since 1970, since processes share entries. A clock that is wrong by a second changes
by a second how long an entry is trusted, and nothing else.
"""

import secrets
import struct
import time
from typing import NamedTuple

from cruddur.engines.seal import Seal

FORMAT = 10
"""The format of cached values. It is part of an entry's key but not of a counter's: while two versions
of this service run side by side, each reads its own entries, and a write invalidates those of both."""

ADDED = 1
CHANGED = 1 << 20
"""A write that only adds items raises a generation by ADDED, any other by CHANGED. So the upper bits
tell whether existing items have changed."""

_LOWEST = 1 << 50
"""The lowest valid generation. A lower counter was evicted and then incremented from zero."""

_ENVELOPE = struct.Struct(">qddd")
_LEAST_TRUST_SECONDS = 1.0


class Entry(NamedTuple):
    """A value under a name, with the generation that was current when the table was read.

    `since` is when that generation was first seen, `is_consistent` whether the read was consistent.
    """

    generation: int
    since: float
    trusted_until: float
    is_consistent: bool
    value: bytes


def new_generation() -> int:
    """Returns a generation that was never used: from the time and at random.

    An evicted generation therefore cannot come back.
    """
    return int(time.time() * 1000) * CHANGED + secrets.randbelow(CHANGED // 2)


def generation_from(counter: bytes | None) -> int | None:
    """Returns the generation of a counter, or None if there is none or it is too low to be one."""
    generation = int(counter) if counter else 0
    return generation if generation >= _LOWEST else None


def pack(entry: Entry, key: str, seal: Seal) -> bytes:
    """Returns the entry as sealed bytes, which are valid under this key only."""
    consistency = 1.0 if entry.is_consistent else 0.0
    head = _ENVELOPE.pack(entry.generation, entry.since, entry.trusted_until, consistency)
    content = head + entry.value
    return seal.of(key.encode(), content) + content


def unpack(sealed: bytes, key: str, seal: Seal) -> Entry | None:
    """Returns the entry, or None if the bytes were not sealed for this key with our secret."""
    content = sealed[seal.size :]
    if len(content) < _ENVELOPE.size or not seal.is_of(sealed[: seal.size], key.encode(), content):
        return None
    generation, since, trusted_until, consistency = _ENVELOPE.unpack_from(content)
    return Entry(generation, since, trusted_until, consistency > 0, content[_ENVELOPE.size :])


def trusted_until(now: float, since: float, *, consistent: bool, seconds: float) -> float:
    """Returns until when an entry that is made at `now` is trusted, at most `seconds`.

    A replica of the table may lag, and an entry would preserve its old answer. So an inconsistent
    answer is first trusted for one second. Messages are then read consistently. The index of a large
    inbox has no consistent reads: its entry is trusted for three times as long as its generation is
    unchanged, so that an old answer is served for at most three times the lag and one second.
    """
    if consistent:
        return now + seconds
    return now + min(seconds, _LEAST_TRUST_SECONDS + 2 * max(0.0, now - since))


def only_added(before: int, after: int) -> bool:
    """Whether the writes between two generations only added items."""
    return before // CHANGED == after // CHANGED
