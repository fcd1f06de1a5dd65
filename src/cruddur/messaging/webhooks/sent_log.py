"""The log of what was sent to a webhook: bounded in the table, and written now and then."""

from collections import deque

from cruddur.domain.webhook import SentWebhook
from cruddur.messaging.context import MessagingContext
from cruddur.ports.paging import all_items
from cruddur.ports.table import Put, Query, Range
from cruddur.schema import webhook_items
from cruddur.schema.readable import one_from

SLOTS = 20
MOST_OF_A_SLOT = 50
WRITE_SECONDS = 10.0
"""The least time between two writes. Of what is sent within it, the last ones are kept."""

_KEPT_SECONDS = 24 * 3600


class SentLog:
    """The last attempts that are not written yet."""

    def __init__(self, messaging: MessagingContext, name: str) -> None:
        self._messaging = messaging
        self._name = name
        self._sent: deque[SentWebhook] = deque(maxlen=MOST_OF_A_SLOT)
        self._slot: int | None = None
        self._written = 0.0

    def add(self, sent: SentWebhook) -> None:
        """Notes one attempt."""
        self._sent.append(sent)

    def seconds_until_written(self) -> float | None:
        """Returns when there is something to write; None if there is nothing."""
        if not self._sent:
            return None
        return max(0.0, self._written + WRITE_SECONDS - self._now())

    async def write(self) -> None:
        """Writes what was noted, which is lost if the table is down. Raises TableUnavailable."""
        sent, self._written = [*self._sent], self._now()
        self._sent.clear()
        if self._slot is None:
            self._slot = await self._next_slot()
        until = int(self._now()) + _KEPT_SECONDS
        item = webhook_items.sent_item(self._name, self._slot, sent, until)
        await self._messaging.table.put(Put(item))
        self._slot = (self._slot + 1) % SLOTS

    async def _next_slot(self) -> int:
        """Returns the slot after the one that was written last, before this process began."""
        among = Range(prefix=webhook_items.SENT_PREFIX)
        query = Query(webhook_items.deliveries_pk(self._name), among, limit=SLOTS)
        newest: tuple[str, int] = ("", -1)
        for item in await all_items(self._messaging.table, query):
            for one in one_from(webhook_items.sent_from, item) or []:
                slot = int(item["sk"].removeprefix(webhook_items.SENT_PREFIX))
                newest = max(newest, (one.at, slot))
        return (newest[1] + 1) % SLOTS

    def _now(self) -> float:
        return self._messaging.clock().timestamp()
