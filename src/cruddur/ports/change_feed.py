"""The change feed: the table's changes, delivered after they were committed, to consumers with names."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from cruddur.domain.errors import TableError
from cruddur.domain.item import Item, Key

KEPT_SECONDS = 24 * 3600
"""How long a change is kept for a consumer that does not read it: a day, as in DynamoDB Streams."""

PROJECTOR = "projector"
"""The name of the projector. What it waits for is kept longer than a day if need be: without these
changes the inboxes would be wrong for good, while another consumer can read the table anew."""

OURS = "cruddur."
"""The names of the service's own consumers beside the projector begin so: `cruddur.push`."""

Start = Literal["start", "now"]
"""Where a new consumer begins: with the oldest change that is still kept, or with the next one."""


@dataclass(frozen=True, slots=True)
class Change:
    """One item's change, with the item after (`new`) and before (`old`) it.

    `sequence` grows within one key. `new` is None for a removal, `old` for an insertion. `at` is when
    the change was made, as exactly as the engine knows it; None if it does not.
    """

    sequence: str
    kind: Literal["insert", "modify", "remove"]
    key: Key
    new: Item | None = field(repr=False)
    old: Item | None = field(repr=False)
    at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Consumer:
    """A reader of the feed. Its place is kept under its name.

    It gets the changes of items of these kinds (`schema.kinds`); None means of every kind.
    """

    name: str
    kinds: frozenset[str] | None = None

    def wants(self, kind: str) -> bool:
        """Whether it gets the changes of items of this kind."""
        return self.kinds is None or kind in self.kinds


@dataclass(frozen=True, slots=True)
class ConsumerState:
    """How far a consumer has come. `place` is for people to compare; only the engine can read it.

    `behind_records` counts the changes that it has still to get, as far as the engine knows them.
    `behind_seconds` is the age of the oldest of them. `dropped` counts those that were too old to be
    kept any longer, so that it never gets them.
    """

    name: str
    kinds: frozenset[str] | None
    place: str
    behind_records: int
    behind_seconds: float
    dropped: int = 0


class ConsumerRemoved(TableError):
    """The consumer of this feed was removed while it was reading."""


class ReaderElsewhere(TableError):
    """Another process reads the stream already, and a shard of the stream serves no third one."""


class ChangeFeed(Protocol):
    """The changes that a consumer wants, in order for each key. Each comes until it is acknowledged."""

    async def read(self, limit: int) -> Sequence[Change]:
        """Returns at most `limit` changes, after waiting until there is one.

        Raises TableUnavailable, ConsumerRemoved, ReaderElsewhere.
        """
        ...

    async def acknowledge(self, changes: Sequence[Change]) -> None:
        """Marks these changes, and all that `read` returned before them, as processed by this consumer.

        An acknowledged change is not delivered to it again. Raises TableUnavailable, ConsumerRemoved.
        """
        ...

    async def close(self) -> None:
        """Saves the position of the last acknowledged change. Raises TableUnavailable.

        Without it the next feed starts at an earlier position and delivers some changes again.
        """
        ...


class ServiceReader(Protocol):
    """The right to read the feed for the service's own consumers. One process has it at a time."""

    async def take(self) -> bool:
        """Takes the right. Returns whether this process has it now. Raises TableUnavailable."""
        ...

    async def keep(self) -> None:
        """Keeps the right; to be called every few seconds. It is lost if the table is down for long.

        Raises ReaderElsewhere when this process has it no more.
        """
        ...

    async def open(self, consumer: Consumer, start: Start = "start") -> ChangeFeed:
        """Returns the consumer's feed, as `ChangeFeeds.open` does. Any number may be open at once."""
        ...

    async def release(self) -> None:
        """Gives the right back, so that another process need not wait. Raises TableUnavailable."""
        ...


class ChangeFeeds(Protocol):
    """All consumers of a table's change feed."""

    async def open(self, consumer: Consumer, start: Start = "start") -> ChangeFeed:
        """Returns the consumer's feed, and registers the consumer if its name is new.

        A consumer that is known goes on at its place, with the kinds that are given now. Raises
        TableUnavailable, and ReaderElsewhere if the engine can serve no other reader now.
        """
        ...

    async def register(self, consumer: Consumer, start: Start = "start") -> None:
        """Gives the consumer a place without reading: from then on it misses nothing.

        One that is known keeps its place, and gets these kinds. Raises TableUnavailable.
        """
        ...

    def for_service(self) -> ServiceReader:
        """Returns what reads for the service's own consumers, once it has taken the right to."""
        ...

    async def states(self) -> Sequence[ConsumerState]:
        """Returns how far each registered consumer has come, by name. Raises TableUnavailable."""
        ...

    async def remove(self, name: str) -> bool:
        """Forgets a consumer and its place. Returns whether there was one. Raises TableUnavailable."""
        ...
