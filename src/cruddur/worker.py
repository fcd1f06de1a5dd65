"""The projector at work: reads the change feed, projects, and lets go of what is done."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeVar, TypeVarTuple

import structlog

from cruddur.errors import TableError, TableUnavailable
from cruddur.messaging.ports import Change, ChangeFeed, Put
from cruddur.messaging.project import project
from cruddur.messaging.service import Messaging
from cruddur.table import keys

BATCH = 500
"""Changes taken at a time; the more there are, the more messages share one write of a row."""

GATHER_SECONDS = 0.1
"""A row is written ten times a second at most: under load each write then serves many messages.

After a quiet moment the first message is projected at once, and devices hear of all by events.
"""

RETRIES = 5
"""Further tries of a conversation that fails, before its changes are set aside."""

_PAUSE_SECONDS = 0.05
_OUTAGE_SECONDS = 1

T = TypeVar("T")
Given = TypeVarTuple("Given")

_log = structlog.get_logger()


Projected = Callable[[Sequence[Change], float], None]
"""Is told of each batch that is done, and how many seconds after its oldest message that was."""


async def run_projector(
    messaging: Messaging, feed: ChangeFeed, projected: Projected = lambda *_: None
) -> None:
    """Runs until it is cancelled.

    A crash at any moment loses nothing: what is not acknowledged comes again, and projecting twice
    is projecting once.
    """
    try:
        while True:
            changes = await _patiently(feed.read, BATCH)
            await _patiently(project_surely, messaging, changes)
            await _patiently(feed.acknowledge, changes)
            projected(changes, _lag_seconds(messaging, changes))
            if len(changes) < BATCH:
                await asyncio.sleep(GATHER_SECONDS)
    finally:
        await _close(feed)


async def _close(feed: ChangeFeed) -> None:
    try:
        await feed.close()
    except TableError as error:
        # The next projector finds the inboxes forward already, and writes nothing.
        _log.warning("some changes will be projected once more", error=str(error))


async def _patiently(step: Callable[[*Given], Awaitable[T]], *given: *Given) -> T:
    """Does a step again until the table is there: an outage is nobody's dead letter."""
    while True:
        try:
            return await step(*given)
        except TableUnavailable as error:
            _log.warning("the projector waits for the table", error=str(error))
            await asyncio.sleep(_OUTAGE_SECONDS)


def _lag_seconds(messaging: Messaging, changes: Sequence[Change]) -> float:
    """0 where there is no new message: an edit bears the time of what it edits."""
    sent = [
        str(change.new["created_at"])
        for change in changes
        if change.kind == "insert" and change.new and "created_at" in change.new
    ]
    if not sent:
        return 0.0
    return max(0.0, (messaging.clock() - datetime.fromisoformat(min(sent))).total_seconds())


async def project_surely(messaging: Messaging, changes: Sequence[Change]) -> None:
    """Projects, tries again what fails, and keeps what cannot be projected as dead letters."""
    failed = await project(messaging, changes)
    for attempt in range(RETRIES):
        if not failed:
            return
        await asyncio.sleep(_PAUSE_SECONDS * 2**attempt)
        failed = await project(messaging, failed)
    for change in failed:
        await _bury(messaging, change)


async def _bury(messaging: Messaging, change: Change) -> None:
    # If it is the table that is down, this raises, nothing is acknowledged, and all comes again.
    key = keys.dead_letter_key(change.sequence)
    letter = {"pk": key.pk, "sk": key.sk, "change_pk": change.key.pk, "change_sk": change.key.sk}
    await messaging.table.put(Put(letter))
    _log.error("set aside; `cruddur rebuild` repairs the inboxes", key=change.key)
