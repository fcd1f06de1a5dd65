"""The projector's loop: reads the change feed, projects the changes and acknowledges them."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import datetime

from cruddur.bootstrap import Application, is_local
from cruddur.config import projects_itself
from cruddur.domain.errors import TableError, TableUnavailable
from cruddur.logs import Log
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.project import Failed, project_batch
from cruddur.messaging.inbox.retry_put_aside_rows import retry_put_aside_rows
from cruddur.ports.backoff import HALF_JITTER, NO_JITTER, Backoff
from cruddur.ports.beside import running
from cruddur.ports.change_feed import Change, ChangeFeed
from cruddur.ports.table import Put
from cruddur.schema.items import DeadLetter, dead_letter_item

BATCH = 2000
"""The most changes in a round. In a larger round more messages share one write of a row."""

GATHER_SECONDS = 0.1
"""The least time between rounds. A row is written at most ten times a second, for many messages each.

After a pause the first message is projected at once. Devices get every message as an event anyway.
"""

LONGEST_GATHER_SECONDS = 1.0
_REST = 4
"""After each round the projector sleeps this many times as long as the round took (at most
LONGEST_GATHER_SECONDS), which leaves 80 % of the CPU to requests."""

RETRIES = 5
"""The number of retries of a change that cannot be applied, before it becomes a dead letter."""

MOST_UNACKNOWLEDGED = 10_000
"""The most changes that are read while an earlier one waits for the table. Beyond, reading stops."""

QUIET_SECONDS = 10.0
"""The seconds between two reports of an idle projector."""

FIRST_RETRY_SECONDS = 2.0
LONGEST_RETRY_SECONDS = 60.0
"""The seconds between two passes over the rows that were put aside. With none, one pass a minute finds
those of a process that died: half a read unit."""

_PAUSE_SECONDS = 0.05
_OUTAGE_SECONDS = 1.5

_log = Log()


Projected = Callable[[Sequence[Change], float], None]
"""Called after each round with the changes that were acknowledged, and with the lag in seconds.

The lag is the age of the oldest message that waits, or of the oldest one just projected. A round that
failed is not reported.
"""


async def run_projector(
    messaging: MessagingContext, feed: ChangeFeed, projected: Projected = lambda *_: None
) -> None:
    """Runs until it is cancelled. Exceptions are logged, and the round is retried after a pause.

    A crash at any moment loses nothing: unacknowledged changes are delivered again, and projecting a
    change twice has no further effect.
    """
    rounds = _Rounds(messaging, feed, projected)
    try:
        while True:
            rounds.come_back()
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
    except Exception:  # noqa: BLE001  the task would end unnoticed, and inboxes would not be updated any more
        _log.exception("the projector failed, and will try again")
        await _pause()


class _Rounds:
    """The rounds of a projector: the unacknowledged changes, and those of them not yet projected."""

    def __init__(self, messaging: MessagingContext, feed: ChangeFeed, projected: Projected) -> None:
        self._messaging = messaging
        self._feed = feed
        self._projected = projected
        self._unacknowledged: list[Change] = []
        self._undone: list[Change] = []
        self._reading: asyncio.Task[Sequence[Change]] | None = None
        self._has_read = False
        self._retries = Backoff(FIRST_RETRY_SECONDS, LONGEST_RETRY_SECONDS, jitter=HALF_JITTER)
        self._retry_at = 0.0
        self._retrying: asyncio.Task[None] | None = None

    async def read(self) -> None:
        """Adds the next changes, after a pause if any change waits for the table."""
        self._has_read = False
        if self._undone:
            await _pause()
        if len(self._unacknowledged) < MOST_UNACKNOWLEDGED:
            changes = await self._read(0 if self._undone else self._quiet_seconds())
            self._unacknowledged += changes
            self._undone += changes
        self._has_read = True

    async def project(self) -> None:
        """Projects the changes, and acknowledges all of them once none is left to be projected."""
        count, started = len(self._undone), time.perf_counter()
        failed = await project_surely(self._messaging, self._undone)
        self._undone = [*failed.waiting]
        if failed.put_aside:
            self._retry_at = min(self._retry_at, _now() + self._retries.next())
        behind = _seconds_behind(self._messaging, self._undone or self._unacknowledged)
        done: Sequence[Change] = ()
        if self._unacknowledged and not self._undone:
            await self._feed.acknowledge(self._unacknowledged)
            done, self._unacknowledged = self._unacknowledged, []
        if done or self._has_read:
            self._projected(done, behind)
        if 0 < count < BATCH:
            rest = _REST * (time.perf_counter() - started)
            await asyncio.sleep(min(max(rest, GATHER_SECONDS), LONGEST_GATHER_SECONDS))

    def come_back(self) -> None:
        """Begins a pass over the rows that were put aside, if it is time. The rounds go on meanwhile."""
        if _now() >= self._retry_at and (self._retrying is None or self._retrying.done()):
            self._retry_at = _now() + LONGEST_RETRY_SECONDS
            self._retrying = asyncio.create_task(_try(self._retry_put_aside))

    async def _retry_put_aside(self) -> None:
        retried = await retry_put_aside_rows(self._messaging)
        self._messaging.rows_put_aside = retried.waiting
        if retried.waiting:
            self._retry_at = _now() + self._retries.next()
        else:
            self._retries.reset()

    def _quiet_seconds(self) -> float:
        return min(QUIET_SECONDS, max(0.0, self._retry_at - _now()))

    async def end(self) -> None:
        """Stops reading and closes the feed."""
        running = [task for task in (self._reading, self._retrying) if task is not None]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        try:
            await self._feed.close()
        except TableError as error:
            # The next projector finds the inboxes up to date and writes nothing.
            _log.warning("some changes will be projected once more", error=str(error))

    async def _read(self, seconds: float) -> Sequence[Change]:
        """Returns the next changes, or none after this time, while reading goes on in the background."""
        if self._reading is None:
            self._reading = asyncio.create_task(self._feed.read(BATCH))
        done, _ = await asyncio.wait([self._reading], timeout=seconds)
        if not done:
            return ()
        reading, self._reading = self._reading, None
        return await reading


async def project_surely(messaging: MessagingContext, changes: Sequence[Change]) -> Failed:
    """Projects the changes, retries those that fail, and stores those that keep failing as dead letters.

    Those returned as `waiting` found no table. They are retried without a limit, since an outage is no
    reason for a dead letter.
    """
    failed = await project_batch(messaging, changes)
    waiting, put_aside = [*failed.waiting], failed.put_aside
    backoff = Backoff(_PAUSE_SECONDS, jitter=NO_JITTER)
    for _ in range(RETRIES):
        if not failed.broken:
            break
        await backoff.pause()
        failed = await project_batch(messaging, failed.broken)
        waiting += failed.waiting
        put_aside += failed.put_aside
    for change in failed.broken:
        await _write_dead_letter(messaging, change)
    return Failed(waiting, put_aside=put_aside)


async def _write_dead_letter(messaging: MessagingContext, change: Change) -> None:
    # If the table is down, this raises: nothing is acknowledged, and all changes are delivered again.
    letter = DeadLetter(sequence=change.sequence, changed=change.key)
    await messaging.table.put(Put(dead_letter_item(letter)))
    _log.error("set aside; `cruddur rebuild` repairs the inboxes", key=change.key)


def _seconds_behind(messaging: MessagingContext, changes: Sequence[Change]) -> float:
    """Returns 0 without a new message, since an edit has the time of the message that it edits."""
    inserted = (change.new for change in changes if change.kind == "insert" and change.new)
    sent = [at for item in inserted if (at := _moment(item.get("created_at")))]
    if not sent:
        return 0.0
    return max(0.0, (messaging.clock() - min(sent)).total_seconds())


def _moment(created_at: object) -> datetime | None:
    """Returns the time, or None for another text, which only another program can have written."""
    try:
        moment = datetime.fromisoformat(str(created_at))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _pause() -> None:
    # Projectors that were throttled together must not retry together.
    await Backoff(_OUTAGE_SECONDS, jitter=HALF_JITTER).pause()


def projecting(
    application: Application, projected: Projected = lambda *_: None
) -> AbstractAsyncContextManager[None]:
    """Runs the projector in this process while the context lasts.

    It does nothing on AWS, where the Lambda or `cruddur worker` reads the stream: a shard serves only
    two readers at once.
    """
    if projects_itself(application.settings, is_local=is_local(application.settings)):
        return _projecting(application, projected)
    return nullcontext()


@asynccontextmanager
async def _projecting(application: Application, projected: Projected) -> AsyncIterator[None]:
    async with running(run_projector(application.messaging, application.feed, projected)):
        yield
