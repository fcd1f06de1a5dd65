"""The cache port over any engine. A write increments a generation, which makes older entries invalid.

Each name has a counter, its generation, and an entry that names the generation it belongs to. A reader
fetches both at once and uses the entry only if the two agree. Otherwise it reads the table and stores
the answer under the generation that it fetched *before* that read: if a write came in between, the
counter has increased, and the entry is never used.

An increment that fails is pending. It is retried, and until it succeeds this process does not read that
name. The projector's own increment usually comes first. See docs/cache.md.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from math import inf
from typing import TypeVar

from cruddur.engines.cache.circuit_breaker import CALL_SECONDS, CircuitBreaker
from cruddur.engines.cache.counts import Counts
from cruddur.engines.cache.entries import (
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
from cruddur.engines.cache.store import CacheUnavailable, Store
from cruddur.engines.seal import Seal
from cruddur.ports.backoff import NO_JITTER, Backoff
from cruddur.ports.cache import CacheAnswer, Lease

T = TypeVar("T")

TTL_SECONDS = 600.0
PENDING_MAX = 10_000
"""The most pending increments. Beyond, deleting all entries is cheaper and safer."""

QUIET_SECONDS = 5.0
"""The seconds without a failure that end an outage. An earlier failure belongs to the same outage."""

_FLUSH_AT_ONCE = 50
"""The number of increments in one call, few enough for every engine to finish within its deadline."""

_FIRST_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 5.0
_RECONNECT_SECONDS = 2.0


class GenerationCache:
    """The cache port over any engine.

    Entries are sealed: another program that can write to the engine can make this service miss, but
    not serve wrong data. Without a seal, for which the secret is needed, the cache only invalidates.
    """

    is_on = True

    def __init__(
        self,
        store: Store,
        *,
        seal: Seal | None,
        prefix: str = "",
        ttl_seconds: float = TTL_SECONDS,
        call_seconds: float = CALL_SECONDS,
        quiet_seconds: float = QUIET_SECONDS,
        repairs_itself: bool = True,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.store = store
        self._seal = seal
        self.counts = Counts()
        self.circuit = CircuitBreaker(call_seconds)
        self._prefix = prefix
        self._ttl = ttl_seconds
        self._quiet_seconds = quiet_seconds
        self._repairs_itself = repairs_itself
        self._now = now
        # By name, the number of the latest write with a failed increment: if it fails while an
        # earlier one is being retried, the success of the earlier one must not clear it.
        self._pending: dict[str, int] = {}
        self._writes = 0
        self._all_pending_since = 0
        self._why = ""
        self._trouble = asyncio.Event()
        self._backoff = Backoff(_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS, jitter=NO_JITTER)
        self._repairing: asyncio.Task[None] | None = None

    def figures(self) -> Mapping[str, int]:
        return self.counts.figures()

    async def get(self, name: str) -> CacheAnswer:
        cached = await self._get(name)
        if cached.value is None:
            self.counts.misses += 1
        else:
            self.counts.hits += 1
        return cached

    async def put(
        self, name: str, lease: Lease, value: bytes, *, consistent: bool, seconds: float = inf
    ) -> None:
        if self.circuit.is_open or self._seal is None:
            return
        # Even consistent entries expire, since an attacker could put back an old one.
        seconds = min(seconds, self._ttl)
        until = trusted_until(self._now(), lease.since, consistent=consistent, seconds=seconds)
        entry, key = (
            Entry(lease.generation, lease.since, until, consistent, value),
            self.entry_key(name),
        )
        with suppress(CacheUnavailable):
            await self._call(self.store.put(key, pack(entry, key, self._seal), self._ttl))

    async def invalidate(self, changed: Sequence[str], added: Sequence[str] = ()) -> None:
        names = {*changed, *added}
        if self.circuit.is_open:
            self._add_pending(names)
            return
        amounts = {self.generation_key(name): ADDED for name in added}
        amounts |= {self.generation_key(name): CHANGED for name in changed}
        try:
            await self._call(self.store.increment_many(amounts, self._ttl))
        except CacheUnavailable:
            self._add_pending(names)
        except asyncio.CancelledError:
            self._add_pending(names)  # the write was done, although its caller was cancelled
            raise

    def invalidate_later(self, changed: Sequence[str]) -> None:
        self._add_pending(set(changed))

    async def flush_pending(self) -> None:
        if self._is_behind():
            await self.repair()

    async def repair(self) -> bool:
        """Reconnects, closes the circuit and retries pending increments. Returns whether that worked.

        Connecting may take longer than a call. But the engine must then answer as fast as a request
        needs it, since otherwise the next requests would open the circuit again.
        """
        try:
            async with asyncio.timeout(_RECONNECT_SECONDS):
                await self.store.reconnect()
            await self.circuit.attempt(self.store.get_many(self._keys("none")))
            self.circuit.close()
            await self._flush()
        except (CacheUnavailable, TimeoutError) as error:
            self._why = str(error) or "it does not answer"
            return False
        return True

    async def connect(self) -> None:
        """Connects at the start of the service, so that no request has to wait for it.

        An engine that does not answer is retried in the background.
        """
        if not await self.repair():
            self.circuit.open(self._why)
            self._notice_trouble()

    async def close(self) -> None:
        if self._repairing is not None:
            self._repairing.cancel()
            with suppress(asyncio.CancelledError):
                await self._repairing
        if self._pending or self._all_pending_since:
            await self.repair()
        await self.store.close()

    # A cluster places keys by the part in braces: both keys of a name are fetched from one node at once.

    def generation_key(self, name: str) -> str:
        """The engine's key of a name's counter."""
        return f"{self._prefix}generation/{{{name}}}"

    def entry_key(self, name: str) -> str:
        """The engine's key of a name's entry."""
        return f"{self._prefix}entry/{FORMAT}/{{{name}}}"

    async def _get(self, name: str) -> CacheAnswer:
        if self.circuit.is_open or self._is_pending(name) or self._seal is None:
            return CacheAnswer()
        try:
            counter, packed = await self._call(self.store.get_many(self._keys(name)))
            generation = generation_from(counter)
            if generation is None:
                return await self._begin(name, counter, packed)
        except CacheUnavailable:
            return CacheAnswer()
        if self._is_pending(name):  # a write came during the call, and its increment failed
            return CacheAnswer()
        entry = unpack(packed, self.entry_key(name), self._seal) if packed is not None else None
        self.counts.forged += packed is not None and entry is None
        return _answer(generation, entry, self._now())

    async def _begin(self, name: str, counter: bytes | None, packed: bytes | None) -> CacheAnswer:
        """Starts a generation for a name without one: it was never read, or its counter was evicted."""
        key, generation = self.generation_key(name), new_generation()
        if counter is not None:
            await self._call(self.store.delete_many([key]))
        is_new = await self._call(self.store.put_new(key, b"%d" % generation, self._ttl))
        # Otherwise another process has started a generation at the same moment.
        lease = Lease(generation, self._now()) if is_new else None
        # A counter that is no generation, or an entry without a counter, shows that writes were counted.
        return CacheAnswer(strongly=counter is not None or packed is not None, lease=lease)

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

    def _is_pending(self, name: str) -> bool:
        return bool(self._all_pending_since) or name in self._pending

    def _add_pending(self, names: set[str]) -> None:
        self._writes += 1
        self._pending |= dict.fromkeys(names, self._writes)
        if len(self._pending) > PENDING_MAX:  # later failures are added to `_pending` again
            self._all_pending_since = self._writes
            self._pending.clear()
        self._notice_trouble()

    def _notice_trouble(self) -> None:
        self._trouble.set()
        if self._repairs_itself and (self._repairing is None or self._repairing.done()):
            self._repairing = asyncio.create_task(self._repair_until_quiet())

    def _is_behind(self) -> bool:
        return self.circuit.is_open or bool(self._pending or self._all_pending_since)

    async def _repair_until_quiet(self) -> None:
        self._backoff.reset()
        while not await self._is_quiet():
            while self._is_behind():
                await self._repair_after_a_pause()
        self.circuit.end_outage()

    async def _repair_after_a_pause(self) -> None:
        was_open = self.circuit.is_open
        await self._backoff.pause()
        # An unstable engine is retried after ever longer pauses. A single failed increment is retried at
        # once, because until then other processes serve the outdated entry.
        if await self.repair() and not was_open:
            self._backoff.reset()

    async def _is_quiet(self) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._quiet_seconds):
                await self._trouble.wait()
        was_quiet = not self._trouble.is_set()
        self._trouble.clear()
        return was_quiet

    async def _flush(self) -> None:
        if since := self._all_pending_since:
            async with asyncio.timeout(_RECONNECT_SECONDS):
                await self.store.flush()
            if self._all_pending_since == since:
                self._all_pending_since = 0
        while self._pending:
            pending = dict(list(self._pending.items())[:_FLUSH_AT_ONCE])
            amounts = {self.generation_key(name): CHANGED for name in pending}
            await self.circuit.attempt(self.store.increment_many(amounts, self._ttl))
            self._pending = {n: w for n, w in self._pending.items() if pending.get(n) != w}


def _answer(generation: int, entry: Entry | None, now: float) -> CacheAnswer:
    if entry is None:
        # The entry was evicted, or another process is storing it. Recent writes are unknown, so the next
        # read must be consistent.
        return CacheAnswer(strongly=True, lease=Lease(generation, now))
    if entry.generation == generation:
        if now < entry.trusted_until:
            return CacheAnswer(entry.value, lease=Lease(generation, entry.since))
        return CacheAnswer(strongly=not entry.is_consistent, lease=Lease(generation, entry.since))
    grown = entry.is_consistent and only_added(entry.generation, generation)
    grown = grown and now < entry.trusted_until
    return CacheAnswer(
        outgrown=entry.value if grown else None,
        strongly=True,
        lease=Lease(generation, now),
    )
