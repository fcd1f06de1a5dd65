"""Consumers of the change feed that the service runs itself: pushes, mails, webhooks."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from cruddur.ports.change_feed import Change, Consumer, Start

Handle = Callable[[Sequence[Change]], Awaitable[None]]
"""Does the work of some changes, all of it or none that matters: they come again until it returns.

An exception delays this consumer only; the same changes are given to it again after a pause.
"""


@dataclass(frozen=True, slots=True)
class NamedConsumer:
    """A consumer, and its work.

    Its name begins with `change_feed.OURS`. Its feed begins at `start` when the name is new. `beside`
    runs while this process, and no other, reads for the consumer: until it is cancelled. One that has
    another `version` than the running one of its name takes its place.
    """

    consumer: Consumer
    handle: Handle
    beside: Callable[[], Awaitable[None]] | None = None
    start: Start = "now"
    version: str = ""

    @property
    def name(self) -> str:
        """The name under which its place is kept."""
        return self.consumer.name


Wanted = Callable[[], Awaitable[Sequence[NamedConsumer]]]
"""Returns the consumers that are wanted now. It is asked every few seconds, so it costs little.

A consumer that nobody needs must not be among them: on SQLite each makes the file record what it wants.
"""


@dataclass(frozen=True, slots=True)
class ConsumerSource:
    """Consumers whose names are `names`, or begin with it and a dot, and which of them are wanted.

    The place of one that is not wanted is forgotten.
    """

    names: str
    wanted: Wanted

    def has(self, name: str) -> bool:
        """Whether a consumer of this name is one of these."""
        return name == self.names or name.startswith(f"{self.names}.")
