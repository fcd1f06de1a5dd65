"""Pushes that a push service would not take now, and devices that are left in peace meanwhile."""

import asyncio
from typing import Any, NamedTuple

from cruddur.ports.backoff import HALF_JITTER, Backoff
from cruddur.ports.remembered import Remembered

FIRST_REST_SECONDS = 5.0
LONGEST_REST_SECONDS = 600.0
FORGOTTEN_SECONDS = 2 * 3600.0
"""How long a device is remembered for what its push service answered last."""

WAITING_MAX = 2000
"""The most pushes that wait. Beyond, a push that fails is given up: its people see it when they look."""

_REMEMBERED_DEVICES = 50_000


class Waiting(NamedTuple):
    """What a device is to be told when it may be: the last message of a conversation that failed."""

    user_uuid: str
    device_id: str
    message_group_uuid: str


class WaitingPushes:
    """The pushes that wait, in this process alone. After a kill they are gone."""

    def __init__(self, first_rest: float = FIRST_REST_SECONDS) -> None:
        self._first_rest = first_rest
        self._seqs: dict[Waiting, int] = {}
        self._due: Remembered[str, float] = _remembered()
        self._backoffs: Remembered[str, Backoff] = _remembered()
        self._changed = asyncio.Event()

    def __len__(self) -> int:
        return len(self._seqs)

    def is_resting(self, device_id: str) -> bool:
        """Whether the push service of this device wants nothing yet."""
        return self._due_at(device_id) > _now()

    def put(self, waiting: Waiting, seq: int) -> bool:
        """Lets a message wait, in the place of an older one. Returns False if too many wait."""
        if waiting not in self._seqs and len(self._seqs) >= WAITING_MAX:
            return False
        self._seqs[waiting] = max(seq, self._seqs.get(waiting, 0))
        self._changed.set()
        return True

    def drop(self, waiting: Waiting, seq: int) -> None:
        """Lets a message wait no more, after this one or a later one was delivered."""
        if self._seqs.get(waiting, seq + 1) <= seq:
            del self._seqs[waiting]

    def rest(self, device_id: str, at_least: float) -> None:
        """Leaves a device in peace: for as long as its push service asked, and longer each time."""
        backoff = self._backoffs.get(device_id) or Backoff(
            self._first_rest, LONGEST_REST_SECONDS, jitter=HALF_JITTER
        )
        self._backoffs.remember(device_id, backoff)
        self._due.remember(device_id, _now() + max(at_least, backoff.next()))
        self._changed.set()

    def reset(self, device_id: str) -> None:
        """Forgets that its push service refused something, after it took something."""
        self._backoffs.forget(device_id)
        self._due.forget(device_id)

    async def take(self) -> tuple[Waiting, int]:
        """Returns what waited, and its message's number, once its device may be notified of it."""
        while True:
            due = min(((self._due_at(one.device_id), one) for one in self._seqs), default=None)
            if due is not None and due[0] <= _now():
                return due[1], self._seqs.pop(due[1])
            self._changed.clear()
            try:
                async with asyncio.timeout(None if due is None else due[0] - _now()):
                    await self._changed.wait()
            except TimeoutError:
                continue

    def _due_at(self, device_id: str) -> float:
        return self._due.get(device_id) or 0.0


def _remembered() -> Remembered[str, Any]:
    return Remembered(seconds=FORGOTTEN_SECONDS, most=_REMEMBERED_DEVICES)


def _now() -> float:
    return asyncio.get_running_loop().time()
