"""What the use cases ask of a cache. It may forget anything, at any time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple, Protocol


class Ticket(NamedTuple):
    """Says which state of the world a read from the table began in, and when that was first seen."""

    generation: int
    since: float


@dataclass(frozen=True, slots=True)
class Recalled:
    """What a cache knows under a name.

    `value` is right as it is. `outgrown` was right, and since then something was only added to it.
    `strongly` says how the table is best read now: after a write not long ago, or where an earlier
    answer was not certain. With the `ticket` the table's answer can be kept; without one it cannot.
    """

    value: bytes | None = None
    outgrown: bytes | None = None
    strongly: bool = False
    ticket: Ticket | None = None


class Cache(Protocol):
    """Remembers reads of the table. No method ever raises: what it cannot do, it has not done."""

    is_on: bool

    def figures(self) -> Mapping[str, int]:
        """How many reads it answered (hit), could not (miss), and calls that failed (error)."""
        ...

    async def recall(self, name: str) -> Recalled: ...

    async def keep(
        self, name: str, ticket: Ticket, value: bytes, *, certain: bool, seconds: float = inf
    ) -> None:
        """Keeps what the table said, for who asks in the same state of the world.

        What was read with eventual consistency is not `certain` and is trusted a short while only.
        """
        ...

    async def outdate(self, changed: Sequence[str], added: Sequence[str] = ()) -> None:
        """After a write: what is kept under these names is no longer so, or has grown."""
        ...

    async def settle(self) -> None:
        """For who may be frozen at any moment: once more tries what could not be done yet."""
        ...

    def outdate_later(self, changed: Sequence[str]) -> None:
        """Likewise, for who cannot wait. This process does not read these names until it is done."""
        ...

    async def close(self) -> None: ...


class NoCache:
    """Remembers nothing."""

    is_on = False

    def figures(self) -> Mapping[str, int]:
        return {}

    async def recall(self, name: str) -> Recalled:  # noqa: ARG002  as the port has it
        return Recalled()

    async def keep(
        self, name: str, ticket: Ticket, value: bytes, *, certain: bool, seconds: float = inf
    ) -> None: ...

    async def outdate(self, changed: Sequence[str], added: Sequence[str] = ()) -> None: ...

    async def settle(self) -> None: ...

    def outdate_later(self, changed: Sequence[str]) -> None: ...

    async def close(self) -> None: ...
