"""Writes audit entries into the table, behind the requests that they are about."""

import asyncio
import uuid
from collections import deque
from collections.abc import Mapping
from datetime import timedelta

from cruddur.domain.audit import AuditEntry
from cruddur.domain.errors import TableError
from cruddur.domain.model import timestamp
from cruddur.identity.context import IdentityContext
from cruddur.logs import Log
from cruddur.ports.backoff import HALF_JITTER, Backoff
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Put
from cruddur.schema.audit_items import audit_item

WAITING_MAX = 10_000
_LAST_TRY_SECONDS = 5.0
_log = Log()


def new_entry(
    identity: IdentityContext,
    act: str,
    user_uuid: str | None,
    details: Mapping[str, object],
    *,
    address: str | None = None,
    request_id: str | None = None,
) -> AuditEntry:
    """Returns an entry of this moment. A handle is not kept: it would outlive its account."""
    return AuditEntry(
        entry_id=str(uuid.uuid4()),
        at=timestamp(identity.clock()),
        act=act,
        user_uuid=user_uuid,
        address=address,
        request_id=request_id,
        details={name: value for name, value in details.items() if name != "handle"},
    )


@access_pattern("write_audit", Ceiling("Q", "note an act in the audit", write=1, read=0))
async def write_entry(identity: IdentityContext, entry: AuditEntry, days: int) -> None:
    """Puts one entry, which the table keeps for so many days. Raises TableError."""
    ends = identity.clock() + timedelta(days=days)
    await identity.table.put(Put(audit_item(entry, int(ends.timestamp()))))


class AuditTrail:
    """Entries that wait to be written, in the order in which they were added.

    A request does not wait for its entry, and none fails because of it: each act is a line of the log
    before its entry waits here. A table that is down holds entries up; beyond WAITING_MAX the oldest are
    dropped, and the log says how many.
    """

    def __init__(self, identity: IdentityContext, days: int) -> None:
        self._identity = identity
        self._days = days
        self._waiting: deque[AuditEntry] = deque()
        self._dropped = 0
        self._has_some = asyncio.Event()

    def add(self, entry: AuditEntry) -> None:
        """Notes an act. With `days` 0 it does nothing: the log alone has the audit."""
        if not self._days:
            return
        if len(self._waiting) == WAITING_MAX:
            self._waiting.popleft()
            self._dropped += 1
        self._waiting.append(entry)
        self._has_some.set()

    async def write_always(self) -> None:
        """Writes what is added, until it is cancelled. A table that fails is tried again."""
        backoff = Backoff(0.1, 30.0, jitter=HALF_JITTER)
        while True:
            await self._has_some.wait()
            try:
                await self._write_all()
                backoff.reset()
            except TableError:
                await backoff.pause()

    async def close(self) -> None:
        """Writes what still waits, as far as the table takes it within a few seconds."""
        try:
            async with asyncio.timeout(_LAST_TRY_SECONDS):
                await self._write_all()
        except (TableError, TimeoutError):
            _log.warning("audit entries are not in the table", entries=len(self._waiting))

    async def _write_all(self) -> None:
        while self._waiting:
            entry = self._waiting[0]
            await write_entry(self._identity, entry, self._days)
            if self._waiting and self._waiting[0] is entry:  # else it was dropped meanwhile
                self._waiting.popleft()
        self._has_some.clear()
        if self._dropped:
            _log.warning("audit entries are not in the table", entries=self._dropped)
            self._dropped = 0
