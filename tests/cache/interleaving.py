"""Any interleaving: every call of the table and of the cache waits at a gate until it is its turn."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from random import Random
from typing import Any

AT_ONCE = 4
_SETTLES_WITHIN_STEPS = 12


class Gate:
    """Calls queue up here, and one at a time is let through, chosen by chance."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._waiting: list[tuple[asyncio.Future[None], asyncio.Event]] = []
        self.is_open = False

    @property
    def is_waited_at(self) -> bool:
        return bool(self._waiting)

    async def passing(self, call: Callable[[], Awaitable[Any]]) -> Any:
        if self.is_open:
            return await call()
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        done = asyncio.Event()
        self._waiting.append((turn, done))
        try:
            await turn
            return await call()
        finally:
            done.set()

    async def let_one_through(self) -> None:
        chosen = self._random.randrange(len(self._waiting))
        turn, done = self._waiting.pop(chosen)
        if not turn.cancelled():
            turn.set_result(None)
            await done.wait()


class Gated:
    """An engine whose asynchronous calls pass a gate."""

    def __init__(self, engine: Any, gate: Gate) -> None:
        self._engine = engine
        self._gate = gate

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._engine, name)
        if not callable(method) or name in {"scan", "close"}:
            return method

        async def call(*given: Any, **named: Any) -> Any:
            return await self._gate.passing(lambda: method(*given, **named))

        return call


async def interleave(works: list[Coroutine[Any, Any, None]], gate: Gate, random: Random) -> None:
    """Runs all of them, a few at a time, in an order of calls that chance decides."""
    waiting, running = works[::-1], set[asyncio.Task[None]]()
    while waiting or running:
        await _settle()
        for task in [task for task in running if task.done()]:
            running.discard(task)
            task.result()
        can_start = bool(waiting) and len(running) < AT_ONCE
        if can_start and (not gate.is_waited_at or random.random() < 0.4):
            running.add(asyncio.create_task(waiting.pop()))
        elif gate.is_waited_at:
            await gate.let_one_through()
        elif running:
            await asyncio.wait(running, timeout=0.001)  # a sender pauses before its next try


async def _settle() -> None:
    for _ in range(_SETTLES_WITHIN_STEPS):
        await asyncio.sleep(0)
