"""The projector at work: reads the change feed, projects, and lets go of what is done."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import structlog

from cruddur.errors import TableError, TableUnavailable
from cruddur.messaging.ports import Change, ChangeFeed, Put
from cruddur.messaging.project import project_batch
from cruddur.messaging.service import Messaging
from cruddur.table import keys

BATCH = 2000
"""Changes taken at a time; the more there are, the more messages share one write of a row."""

GATHER_SECONDS = 0.1
"""A row is written ten times a second at most: under load each write then serves many messages.

After a quiet moment the first message is projected at once, and devices hear of all by events.
"""

LONGEST_GATHER_SECONDS = 1.0
_REST = 4
"""A round that took long is followed by a longer rest: four parts of five belong to who sends."""

RETRIES = 5
"""Further tries of a change that cannot be applied, before it is set aside."""

MOST_IN_HAND = 10_000
"""Changes behind one that waits for the table; with more of them, the others wait as well."""

QUIET_SECONDS = 10.0
"""How often a projector that has nothing to do says that it lives."""

_PAUSE_SECONDS = 0.05
_OUTAGE_SECONDS = 1.0

_log = structlog.get_logger()


Projected = Callable[[Sequence[Change], float], None]
"""Is told of each round: which changes are done, and how many seconds the inboxes are behind.

That is the age of the oldest message that waits, or of the oldest that has just been projected.
A round that failed is not told.
"""


async def run_projector(
    messaging: Messaging, feed: ChangeFeed, projected: Projected = lambda *_: None
) -> None:
    """Runs until it is cancelled. Whatever else happens is logged, and tried again after a pause.

    A crash at any moment loses nothing: what is not acknowledged comes again, and projecting twice
    is projecting once.
    """
    rounds = _Rounds(messaging, feed, projected)
    try:
        while True:
            await _try(rounds.read)
            await _try(rounds.project)
    finally:
        await rounds.end()


async def _try(step: Callable[[], Awaitable[None]]) -> None:
    try:
        await step()
    except TableUnavailable as error:
        _log.warning("the projector waits for the table", error=str(error))
        await _pause()
    except Exception:  # noqa: BLE001  nobody else would hear of it, and inboxes would stand still
        _log.exception("the projector failed, and will try again")
        await _pause()


class _Rounds:
    """What the projector has in hand: read and not let go of, and what of that is still undone."""

    def __init__(self, messaging: Messaging, feed: ChangeFeed, projected: Projected) -> None:
        self._messaging = messaging
        self._feed = feed
        self._projected = projected
        self._in_hand: list[Change] = []
        self._undone: list[Change] = []
        self._reading: asyncio.Task[Sequence[Change]] | None = None
        self._has_read = False

    async def read(self) -> None:
        """Adds what is new, after a pause if something waits for the table."""
        self._has_read = False
        if self._undone:
            await _pause()
        if len(self._in_hand) < MOST_IN_HAND:
            changes = await self._read(0 if self._undone else QUIET_SECONDS)
            self._in_hand += changes
            self._undone += changes
        self._has_read = True

    async def project(self) -> None:
        """Lets go of all in hand as soon as all is done; what raises leaves it in hand."""
        count, started = len(self._undone), time.perf_counter()
        self._undone = await project_surely(self._messaging, self._undone)
        behind = _seconds_behind(self._messaging, self._undone or self._in_hand)
        done: Sequence[Change] = ()
        if self._in_hand and not self._undone:
            await self._feed.acknowledge(self._in_hand)
            done, self._in_hand = self._in_hand, []
        if done or self._has_read:
            self._projected(done, behind)
        if 0 < count < BATCH:
            rest = _REST * (time.perf_counter() - started)
            await asyncio.sleep(min(max(rest, GATHER_SECONDS), LONGEST_GATHER_SECONDS))

    async def end(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        try:
            await self._feed.close()
        except TableError as error:
            # The next projector finds the inboxes forward already, and writes nothing.
            _log.warning("some changes will be projected once more", error=str(error))

    async def _read(self, seconds: float) -> Sequence[Change]:
        """What is new, or nothing after so many seconds: then the reading itself goes on."""
        if self._reading is None:
            self._reading = asyncio.create_task(self._feed.read(BATCH))
        done, _ = await asyncio.wait([self._reading], timeout=seconds)
        if not done:
            return ()
        reading, self._reading = self._reading, None
        return await reading


async def project_surely(messaging: Messaging, changes: Sequence[Change]) -> list[Change]:
    """Projects, tries again what fails, and keeps what cannot be projected as dead letters.

    Returns what the table was not available for. It is to be given again, however often: an outage
    is nobody's dead letter.
    """
    failed = await project_batch(messaging, changes)
    waiting = [*failed.waiting]
    for attempt in range(RETRIES):
        if not failed.broken:
            break
        await asyncio.sleep(_PAUSE_SECONDS * 2**attempt)
        failed = await project_batch(messaging, failed.broken)
        waiting += failed.waiting
    for change in failed.broken:
        await _bury(messaging, change)
    return waiting


async def _bury(messaging: Messaging, change: Change) -> None:
    # If it is the table that is down, this raises, nothing is acknowledged, and all comes again.
    key = keys.dead_letter_key(change.sequence)
    letter = {"pk": key.pk, "sk": key.sk, "change_pk": change.key.pk, "change_sk": change.key.sk}
    await messaging.table.put(Put(letter))
    _log.error("set aside; `cruddur rebuild` repairs the inboxes", key=change.key)


def _seconds_behind(messaging: Messaging, changes: Sequence[Change]) -> float:
    """0 where there is no new message: an edit bears the time of what it edits."""
    inserted = (change.new for change in changes if change.kind == "insert" and change.new)
    sent = [at for item in inserted if (at := _moment(item.get("created_at")))]
    if not sent:
        return 0.0
    return max(0.0, (messaging.clock() - min(sent)).total_seconds())


def _moment(created_at: object) -> datetime | None:
    """None for what another program may have written there."""
    try:
        moment = datetime.fromisoformat(str(created_at))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


async def _pause() -> None:
    # Of a different length each time: several that were throttled must not come back together.
    await asyncio.sleep(_OUTAGE_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311
