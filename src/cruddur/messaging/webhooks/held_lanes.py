"""What could not be sent to one webhook: in the table, and remembered by the process that sends.

An item says from which numbers on a lane is to be sent. All that follows lies in the table anyway, so an
endpoint that is down for a day costs one write for each conversation, not one for each message.
"""

import asyncio
from collections import defaultdict

import msgspec

from cruddur.domain.errors import ConditionFailed
from cruddur.domain.webhook import HeldLane
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.webhooks.replay_webhook import least
from cruddur.messaging.webhooks.webhook_events import WebhookEvent
from cruddur.messaging.webhooks.webhooks import held_lanes, new_mark
from cruddur.ports.table import IF_NEW, Delete, Equals, Put
from cruddur.schema import webhook_items
from cruddur.schema.readable import one_from


class HeldLanes:
    """The lanes of one webhook that wait. Each write has seen what was there before."""

    def __init__(self, messaging: MessagingContext, name: str) -> None:
        self.lanes: dict[str, HeldLane] = {}
        self.touched: defaultdict[str, int] = defaultdict(int)
        """How often something new was added to a lane that waited already."""
        self._messaging = messaging
        self._name = name
        self._lock = asyncio.Lock()

    async def load(self) -> None:
        """Reads all of them, as after a restart or a replay. Raises TableUnavailable."""
        async with self._lock:
            found = await held_lanes(self._messaging, self._name)
            self.lanes = {held.lane: held for held in found}

    async def hold(self, event: WebhookEvent, next_at: float, why: str) -> None:
        """Notes that this event, and all that follows it in its lane, is to be sent later.

        It returns when the table has it. Raises TableUnavailable.
        """
        async with self._lock:
            while True:
                held = self.lanes.get(event.lane)
                wanted = _with(held, event, self._messaging.now(), next_at, why)
                if held is not None and wanted == held:
                    self.touched[event.lane] += 1
                    return
                if await self._put(held, wanted):
                    self.touched[event.lane] += 1
                    return

    async def replace(self, held: HeldLane, wanted: HeldLane) -> bool:
        """Stores what came of a try. Returns whether nothing else was added meanwhile."""
        async with self._lock:
            return self.lanes.get(held.lane) is held and await self._put(held, wanted)

    async def finish(self, held: HeldLane, touched: int) -> bool:
        """Forgets a lane of which all was sent, unless something was added meanwhile.

        Raises TableUnavailable.
        """
        async with self._lock:
            if self.lanes.get(held.lane) is not held or self.touched[held.lane] != touched:
                return False
            key = webhook_items.held_key(self._name, held.lane)
            try:
                await self._messaging.table.delete(Delete(key, [Equals("mark", held.mark)]))
            except ConditionFailed:
                await self._read(held.lane)
                return False
            del self.lanes[held.lane]
            del self.touched[held.lane]
            return True

    async def _put(self, held: HeldLane | None, wanted: HeldLane) -> bool:
        wanted = msgspec.structs.replace(wanted, mark=new_mark())
        unchanged = [Equals("mark", held.mark)] if held else IF_NEW
        item = webhook_items.held_item(self._name, wanted)
        try:
            await self._messaging.table.put(Put(item, unchanged))
        except ConditionFailed:
            await self._read(wanted.lane)
            return False
        self.lanes[wanted.lane] = wanted
        return True

    async def _read(self, lane: str) -> None:
        key = webhook_items.held_key(self._name, lane)
        item = await self._messaging.table.get(key, consistent=True)
        if (found := one_from(webhook_items.held_from, item)) is not None:
            self.lanes[lane] = found
        else:
            self.lanes.pop(lane, None)


def _with(
    held: HeldLane | None, event: WebhookEvent, now: str, next_at: float, why: str
) -> HeldLane:
    if held is None:
        held = HeldLane(lane=event.lane, since=now, mark="", next_at=next_at, tries=1, why=why)
    if event.type == "message":
        return msgspec.structs.replace(held, seq=least(held.seq, event.number))
    if event.type == "change":
        return msgspec.structs.replace(held, change_seq=least(held.change_seq, event.number))
    others = tuple(dict.fromkeys([*held.others, event.sort_key]))
    return msgspec.structs.replace(held, others=others)
