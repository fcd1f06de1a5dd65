"""How a page is kept: with the generation that it belongs to, and until when it is trusted.

Time is the clock of the wall here, since processes share entries; a clock that is wrong by a second
shifts by a second how long an uncertain page is trusted, and nothing else.
"""

import secrets
import struct
import time
from math import inf
from typing import NamedTuple

FORMAT = 1
"""Of what is kept. It is part of an entry's key and of no counter's: while two versions of this
service run side by side, each reads its own pages, and every write outdates those of both."""

ADDED = 1
CHANGED = 1 << 20
"""A write that only adds raises a generation by one, any other by this: so the upper bits tell
whether something that was there has changed."""

_LOWEST = 1 << 50
"""No generation is lower: a counter that is was evicted, and then incremented from nothing."""

_ENVELOPE = struct.Struct(">qddd")
_LEAST_TRUST_SECONDS = 1.0


class Entry(NamedTuple):
    """What is kept under a name, and in which state of the world it was read from the table."""

    generation: int
    since: float
    trusted_until: float
    is_certain: bool
    value: bytes


def new_generation() -> int:
    """A generation that never was: the time, and chance, so that an evicted one cannot come back."""
    return int(time.time() * 1000) * CHANGED + secrets.randbelow(CHANGED // 2)


def generation_from(counter: bytes | None) -> int | None:
    generation = int(counter) if counter else 0
    return generation if generation >= _LOWEST else None


def pack(entry: Entry) -> bytes:
    certainty = 1.0 if entry.is_certain else 0.0
    head = _ENVELOPE.pack(entry.generation, entry.since, entry.trusted_until, certainty)
    return head + entry.value


def unpack(kept: bytes | None) -> Entry | None:
    if kept is None or len(kept) < _ENVELOPE.size:
        return None
    generation, since, trusted_until, certainty = _ENVELOPE.unpack_from(kept)
    return Entry(generation, since, trusted_until, certainty > 0, kept[_ENVELOPE.size :])


def trusted_until(now: float, since: float, *, certain: bool, seconds: float) -> float:
    """Until when an entry made now may be believed.

    A replica of the table may lag, and an entry would keep its old answer alive. So what is not
    certain is first trusted for a second. Messages are then read strongly, and are certain. A large
    inbox never is, since an index has no strong reads: it is trusted three times as long as it has
    been the same, so that, whatever the lag, an old one lives on for thrice the lag and a second.
    """
    if certain:
        return now + seconds if seconds < inf else inf
    return now + min(seconds, _LEAST_TRUST_SECONDS + 2 * max(0.0, now - since))


def only_added(before: int, after: int) -> bool:
    return before // CHANGED == after // CHANGED
