"""Pages under generations: a write increments the generation, and with it all older pages are gone.

Each name has a counter, its generation, and an entry that says which generation it belongs to. Who
reads takes both at once and believes the entry only if they agree. Who finds no such entry reads the
table and keeps the answer under the generation that they saw *before*: if a write came in between,
the counter has moved on, and the old page is under a generation that nobody asks for again.

An increment that fails is owed. Until it is paid this process does not read that name, and it is
tried again and again; the projector's own increment usually comes first. See docs/cache.md.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from typing import TypeVar

from cruddur.cache.circuit import CALL_SECONDS, Circuit
from cruddur.cache.entries import (
    ADDED,
    CHANGED,
    FORMAT,
    Entry,
    generation_from,
    new_generation,
    only_added,
    pack,
    trusted_until,
    unpack,
)
from cruddur.cache.store import CacheUnavailable, Store
from cruddur.messaging.cache_port import Recalled, Ticket

T = TypeVar("T")

TTL_SECONDS = 600.0
OWED_MAX = 10_000
"""Increments owed before it is cheaper, and surer, to forget all pages."""

QUIET_SECONDS = 5.0
"""An outage is over when no call has failed for so long. What comes before that is still the same."""

_PAY_AT_ONCE = 50
"""What any engine does within the deadline of a call, so that each portion is done with."""

_FIRST_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 5.0
_RECONNECT_SECONDS = 2.0


@dataclass(slots=True)
class Counts:
    """What the cache did, for the metrics."""

    hits: int = 0
    misses: int = 0
    errors: int = 0


class GenerationCache:
    """Implements ports.Cache over any engine."""

    is_on = True

    def __init__(
        self,
        store: Store,
        *,
        prefix: str = "",
        ttl_seconds: float = TTL_SECONDS,
        call_seconds: float = CALL_SECONDS,
        quiet_seconds: float = QUIET_SECONDS,
        repairs_itself: bool = True,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.store = store
        self.counts = Counts()
        self.circuit = Circuit(call_seconds)
        self._prefix = prefix
        self._ttl = ttl_seconds
        self._quiet_seconds = quiet_seconds
        self._repairs_itself = repairs_itself
        self._now = now
        # By name, the number of the latest write that owes: one that fails while an earlier one is
        # being paid for must not be taken as paid.
        self._owed: dict[str, int] = {}
        self._writes = 0
        self._owes_all_since = 0
        self._trouble = asyncio.Event()
        self._pause = _FIRST_PAUSE_SECONDS
        self._repairing: asyncio.Task[None] | None = None

    def figures(self) -> Mapping[str, int]:
        return {"hit": self.counts.hits, "miss": self.counts.misses, "error": self.counts.errors}

    async def recall(self, name: str) -> Recalled:
        recalled = await self._recall(name)
        if recalled.value is None:
            self.counts.misses += 1
        else:
            self.counts.hits += 1
        return recalled

    async def keep(
        self, name: str, ticket: Ticket, value: bytes, *, certain: bool, seconds: float = inf
    ) -> None:
        if self.circuit.is_open:
            return
        until = trusted_until(self._now(), ticket.since, certain=certain, seconds=seconds)
        entry = pack(Entry(ticket.generation, ticket.since, until, certain, value))
        with suppress(CacheUnavailable):
            await self._call(self.store.put(self.entry_key(name), entry, self._ttl))

    async def outdate(self, changed: Sequence[str], added: Sequence[str] = ()) -> None:
        names = {*changed, *added}
        if self.circuit.is_open:
            self._owe(names)
            return
        amounts = {self.generation_key(name): ADDED for name in added}
        amounts |= {self.generation_key(name): CHANGED for name in changed}
        try:
            await self._call(self.store.increment_many(amounts, self._ttl))
        except CacheUnavailable:
            self._owe(names)
        except asyncio.CancelledError:
            self._owe(names)  # the write is done, whoever waited for it
            raise

    def outdate_later(self, changed: Sequence[str]) -> None:
        self._owe(set(changed))

    async def settle(self) -> None:
        if self._is_behind():
            await self.repair()

    async def repair(self) -> bool:
        """Lets calls pass again and pays what is owed; says whether that worked.

        Connecting may take its time. But the engine is back only if it answers as fast as a request
        needs it: else the next ones would open the circuit again.
        """
        try:
            async with asyncio.timeout(_RECONNECT_SECONDS):
                await self.store.reconnect()
            await self.circuit.attempt(self.store.get_many(self._keys("none")))
            self.circuit.close()
            await self._pay()
        except (CacheUnavailable, TimeoutError):
            return False
        return True

    async def connect(self) -> None:
        """At the start, so that no request has to. One that is not there is tried again later."""
        if not await self.repair():
            self.circuit.open()
            self._notice_trouble()

    async def close(self) -> None:
        if self._repairing is not None:
            self._repairing.cancel()
            with suppress(asyncio.CancelledError):
                await self._repairing
        if self._owed or self._owes_all_since:
            await self.repair()
        await self.store.close()

    # In braces is what decides where a cluster keeps a key: both of a name are asked for at once.

    def generation_key(self, name: str) -> str:
        return f"{self._prefix}generation/{{{name}}}"

    def entry_key(self, name: str) -> str:
        return f"{self._prefix}entry/{FORMAT}/{{{name}}}"

    async def _recall(self, name: str) -> Recalled:
        if self.circuit.is_open or self._is_owed(name):
            return Recalled()
        try:
            counter, kept = await self._call(self.store.get_many(self._keys(name)))
            generation = generation_from(counter)
            if generation is None:
                return await self._begin(name, counter, kept)
        except CacheUnavailable:
            return Recalled()
        if self._is_owed(name):  # a write came while we asked, and its increment failed
            return Recalled()
        return _recalled(generation, unpack(kept), self._now())

    async def _begin(self, name: str, counter: bytes | None, kept: bytes | None) -> Recalled:
        """There is no generation: nobody has asked yet, or it was evicted."""
        key, generation = self.generation_key(name), new_generation()
        if counter is not None:
            await self._call(self.store.delete_many([key]))
        is_new = await self._call(self.store.put_new(key, b"%d" % generation, self._ttl))
        # Else somebody has begun at the same moment, with a generation of theirs.
        ticket = Ticket(generation, self._now()) if is_new else None
        # A counter without a generation has counted writes, and a page without one outlived it.
        return Recalled(strongly=counter is not None or kept is not None, ticket=ticket)

    async def _call(self, work: Awaitable[T]) -> T:
        try:
            return await self.circuit.call(work)
        except CacheUnavailable:
            self.counts.errors += 1
            if self.circuit.is_in_outage:
                self._notice_trouble()
            raise

    def _keys(self, name: str) -> Sequence[str]:
        return self.generation_key(name), self.entry_key(name)

    def _is_owed(self, name: str) -> bool:
        return self._owes_all_since > 0 or name in self._owed

    def _owe(self, names: set[str]) -> None:
        self._writes += 1
        self._owed |= dict.fromkeys(names, self._writes)
        if len(self._owed) > OWED_MAX:  # what is owed later stands in `_owed` again
            self._owes_all_since = self._writes
            self._owed.clear()
        self._notice_trouble()

    def _notice_trouble(self) -> None:
        self._trouble.set()
        if self._repairs_itself and (self._repairing is None or self._repairing.done()):
            self._repairing = asyncio.create_task(self._repair_until_quiet())

    def _is_behind(self) -> bool:
        return self.circuit.is_open or bool(self._owed) or self._owes_all_since > 0

    async def _repair_until_quiet(self) -> None:
        self._pause = _FIRST_PAUSE_SECONDS
        while not await self._is_quiet():
            while self._is_behind():
                await self._repair_after_a_pause()
        self.circuit.end_outage()

    async def _repair_after_a_pause(self) -> None:
        was_open = self.circuit.is_open
        await asyncio.sleep(self._pause)
        # An engine that comes and goes is tried ever more seldom. But to pay for a single increment
        # that failed cannot wait: meanwhile other processes show what it should have outdated.
        if await self.repair() and not was_open:
            self._pause = _FIRST_PAUSE_SECONDS
        else:
            self._pause = min(2 * self._pause, _LONGEST_PAUSE_SECONDS)

    async def _is_quiet(self) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._quiet_seconds):
                await self._trouble.wait()
        was_quiet = not self._trouble.is_set()
        self._trouble.clear()
        return was_quiet

    async def _pay(self) -> None:
        if since := self._owes_all_since:
            async with asyncio.timeout(_RECONNECT_SECONDS):
                await self.store.flush()
            if self._owes_all_since == since:
                self._owes_all_since = 0
        while self._owed:
            owed = dict(list(self._owed.items())[:_PAY_AT_ONCE])
            amounts = {self.generation_key(name): CHANGED for name in owed}
            await self.circuit.attempt(self.store.increment_many(amounts, self._ttl))
            self._owed = {n: w for n, w in self._owed.items() if owed.get(n) != w}


def _recalled(generation: int, entry: Entry | None, now: float) -> Recalled:
    if entry is None:
        # A page was evicted, or is on its way: what it would have told of writes, nobody knows.
        return Recalled(strongly=True, ticket=Ticket(generation, now))
    if entry.generation == generation:
        if now < entry.trusted_until:
            return Recalled(entry.value, ticket=Ticket(generation, entry.since))
        return Recalled(strongly=not entry.is_certain, ticket=Ticket(generation, entry.since))
    grown = entry.is_certain and only_added(entry.generation, generation)
    return Recalled(
        outgrown=entry.value if grown else None,
        strongly=True,
        ticket=Ticket(generation, now),
    )
