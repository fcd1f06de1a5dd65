"""What could not be sent to one webhook: in the table, and remembered by the process that sends.

An item says from which numbers on the events of one ordering key are to be sent. All that follows lies
in the table anyway, so an endpoint that is down for a day costs one write for each conversation, not one
for each message.
"""

import asyncio
from collections import defaultdict
from collections.abc import Collection

import msgspec

from cruddur.domain.errors import ConditionFailed
from cruddur.domain.webhook import HeldDelivery
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.webhooks.replay_webhook import least
from cruddur.messaging.webhooks.webhook_events import WebhookEvent
from cruddur.messaging.webhooks.webhooks import held_deliveries, new_mark
from cruddur.ports.table import IF_NEW, Delete, Equals, Put
from cruddur.schema import webhook_items
from cruddur.schema.readable import one_from


class HeldDeliveries:
    """What waits for one webhook, by ordering key. Each write has seen what was there before."""

    def __init__(self, messaging: MessagingContext, name: str) -> None:
        self.by_key: dict[str, HeldDelivery] = {}
        self.touched: defaultdict[str, int] = defaultdict(int)
        """How often something new was added to a key that waited already."""
        self._messaging = messaging
        self._name = name
        self._lock = asyncio.Lock()

    def but(self, trying: Collection[str]) -> list[HeldDelivery]:
        """Returns what waits of all keys but these."""
        return [held for held in self.by_key.values() if held.ordering_key not in trying]

    async def load(self) -> None:
        """Reads all of them, as after a restart or a replay. Raises TableUnavailable."""
        async with self._lock:
            found = await held_deliveries(self._messaging, self._name)
            self.by_key = {held.ordering_key: held for held in found}

    async def hold(self, event: WebhookEvent, next_at: float, why: str) -> None:
        """Notes that this event, and all that follows it with its key, is to be sent later.

        It returns when the table has it. Raises TableUnavailable.
        """
        async with self._lock:
            while True:
                held = self.by_key.get(event.ordering_key)
                wanted = _with(held, event, self._messaging.now(), next_at, why)
                if held is not None and wanted == held:
                    self.touched[event.ordering_key] += 1
                    return
                if await self._put(held, wanted):
                    self.touched[event.ordering_key] += 1
                    return

    async def replace(self, held: HeldDelivery, wanted: HeldDelivery) -> bool:
        """Stores what came of a try. Returns whether nothing else was added meanwhile."""
        async with self._lock:
            return self.by_key.get(held.ordering_key) is held and await self._put(held, wanted)

    async def finish(self, held: HeldDelivery, touched: int) -> bool:
        """Forgets a key of which all was sent, unless something was added meanwhile.

        Raises TableUnavailable.
        """
        async with self._lock:
            if (
                self.by_key.get(held.ordering_key) is not held
                or self.touched[held.ordering_key] != touched
            ):
                return False
            key = webhook_items.held_key(self._name, held.ordering_key)
            try:
                await self._messaging.table.delete(Delete(key, [Equals("mark", held.mark)]))
            except ConditionFailed:
                await self._read(held.ordering_key)
                return False
            del self.by_key[held.ordering_key]
            del self.touched[held.ordering_key]
            return True

    async def _put(self, held: HeldDelivery | None, wanted: HeldDelivery) -> bool:
        wanted = msgspec.structs.replace(wanted, mark=new_mark())
        unchanged = [Equals("mark", held.mark)] if held else IF_NEW
        item = webhook_items.held_item(self._name, wanted)
        try:
            await self._messaging.table.put(Put(item, unchanged))
        except ConditionFailed:
            await self._read(wanted.ordering_key)
            return False
        self.by_key[wanted.ordering_key] = wanted
        return True

    async def _read(self, ordering_key: str) -> None:
        key = webhook_items.held_key(self._name, ordering_key)
        item = await self._messaging.table.get(key, consistent=True)
        if (found := one_from(webhook_items.held_from, item)) is not None:
            self.by_key[ordering_key] = found
        else:
            self.by_key.pop(ordering_key, None)


def _with(
    held: HeldDelivery | None, event: WebhookEvent, now: str, next_at: float, why: str
) -> HeldDelivery:
    if held is None:
        held = HeldDelivery(
            ordering_key=event.ordering_key, since=now, mark="", next_at=next_at, tries=1, why=why
        )
    if event.type == "message":
        return msgspec.structs.replace(held, seq=least(held.seq, event.number))
    if event.type == "change":
        return msgspec.structs.replace(held, change_seq=least(held.change_seq, event.number))
    others = tuple(dict.fromkeys([*held.others, event.sort_key]))
    return msgspec.structs.replace(held, others=others)
