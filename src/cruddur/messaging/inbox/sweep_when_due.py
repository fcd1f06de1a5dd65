"""Sweep the table once a day, in one of any number of processes."""

from cruddur.domain.errors import ConditionFailed
from cruddur.logs import Log
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.sweep_messages import Swept, sweep_messages
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Equals, LessOrMissing, Update
from cruddur.schema.retention_items import sweep_key

EVERY_SECONDS = 86_400
TAKEN_FOR_SECONDS = 600
"""How long one process has the sweep for itself without a sign. Then another goes on with it."""

_log = Log()


@access_pattern("sweep_when_due", Ceiling("Y", "ask when a sweep is due", write=0, read=0.5))
async def due_at(messaging: MessagingContext) -> int:
    """Returns the epoch second at which the next sweep is due; 0 if there was none."""
    due = (await messaging.table.get(sweep_key()) or {}).get("due_at")
    return due if isinstance(due, int) else 0


async def sweep_when_due(messaging: MessagingContext) -> float:
    """Sweeps if that is due and no other process does it. Returns the seconds until the next one.

    Raises TableUnavailable; what was begun then goes on in ten minutes, here or elsewhere.
    """
    now, due = _now(messaging), await due_at(messaging)
    if due > now:
        return due - now
    lease = _Lease(messaging)
    if not await lease.take():
        return TAKEN_FOR_SECONDS
    swept = await sweep_messages(messaging, goes_on=lease.keep)
    if swept != Swept():
        _log.info("swept", **swept._asdict())
    await lease.give_up(TAKEN_FOR_SECONDS if swept.failed else EVERY_SECONDS)
    return max(0.0, lease.until - _now(messaging))


class _Lease:
    """The right to sweep. It ends by itself, so that a process that dies holds up no other."""

    def __init__(self, messaging: MessagingContext) -> None:
        self._messaging = messaging
        self._began = _now(messaging)
        self.until = 0

    async def take(self) -> bool:
        """Returns whether this process may sweep."""
        try:
            await self._move(
                self._began + TAKEN_FOR_SECONDS, LessOrMissing("due_at", self._began + 1)
            )
        except ConditionFailed:
            return False
        return True

    async def keep(self) -> None:
        """Takes more time once half of it is over. Raises ConditionFailed if another process sweeps."""
        now = _now(self._messaging)
        if self.until - now < TAKEN_FOR_SECONDS / 2:
            await self._move(now + TAKEN_FOR_SECONDS, Equals("due_at", self.until))

    async def give_up(self, seconds: int) -> None:
        """Says when the next sweep is due, counted from the beginning of this one."""
        await self._move(self._began + seconds, Equals("due_at", self.until))

    async def _move(self, until: int, demand: Equals | LessOrMissing) -> None:
        values = {"due_at": until}
        await self._messaging.table.update(Update(sweep_key(), values, condition=[demand]))
        self.until = until


def _now(messaging: MessagingContext) -> int:
    return int(messaging.clock().timestamp())
