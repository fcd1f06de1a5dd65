"""The conversations whose messages are to be removed soon, since their group has got a shorter rule."""

import asyncio


class WantedSweeps:
    """What this process is to sweep before the next one is due. A crash leaves it to that one."""

    def __init__(self) -> None:
        self._wanted: set[str] = set()
        self.has_some = asyncio.Event()

    def want(self, message_group_uuid: str) -> None:
        """Asks for a conversation."""
        self._wanted.add(message_group_uuid)
        self.has_some.set()

    def take(self) -> set[str]:
        """Returns the conversations that were asked for, and forgets them."""
        wanted, self._wanted = self._wanted, set()
        self.has_some.clear()
        return wanted
