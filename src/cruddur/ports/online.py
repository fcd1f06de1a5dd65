"""The people who are online: a key for each, which ends by itself unless it is refreshed."""

import time
from collections.abc import Collection, Sequence
from typing import Protocol

ONLINE_SECONDS = 150.0
"""How long a person counts as online after a process that was killed has refreshed the key last."""


class Online(Protocol):
    """Remembers who is online. No method raises."""

    is_shared: bool
    """Whether other processes see the same keys."""

    async def arrive(self, user_uuid: str) -> bool:
        """Marks a person online. Returns whether they were offline.

        It is True as well if the engine does not answer.
        """
        ...

    async def refresh(self, user_uuids: Sequence[str]) -> None:
        """Lets these people be online for another ONLINE_SECONDS."""
        ...

    async def leave(self, user_uuid: str) -> None:
        """Marks a person offline."""
        ...

    async def find(self, user_uuids: Sequence[str]) -> Collection[str] | None:
        """Returns those of the people who are online. None if the engine does not answer."""
        ...

    async def close(self) -> None:
        """Closes the connection to the engine."""
        ...


class OnlineHere:
    """Remembers who is online in this process. Other processes have to be asked for their people."""

    is_shared = False

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    async def arrive(self, user_uuid: str) -> bool:
        is_new = not await self.find([user_uuid])
        await self.refresh([user_uuid])
        return is_new

    async def refresh(self, user_uuids: Sequence[str]) -> None:
        until = time.monotonic() + ONLINE_SECONDS
        self._until.update(dict.fromkeys(user_uuids, until))

    async def leave(self, user_uuid: str) -> None:
        self._until.pop(user_uuid, None)

    async def find(self, user_uuids: Sequence[str]) -> Collection[str]:
        now = time.monotonic()
        found = {uuid for uuid in user_uuids if self._until.get(uuid, now) > now}
        for uuid in set(user_uuids) - found:
            self._until.pop(uuid, None)
        return found

    async def close(self) -> None:
        """Does nothing."""
