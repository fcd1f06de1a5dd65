"""The cache port. A cache may lose any entry at any time; the table has the truth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple, Protocol


class Lease(NamedTuple):
    """Permission to store what is read from the table after it was taken.

    `generation` is the name's generation when the read began. `since` is when that generation was
    first seen, in seconds since 1970.
    """

    generation: int
    since: float


@dataclass(frozen=True, slots=True)
class CacheAnswer:
    """What a cache holds under a name.

    `value` is current. `outgrown` was current, and since then items were only added to it. `strongly`
    says that the table must be read consistently: a write was recent, or an earlier answer was not
    consistent. The table's answer may be stored under `lease`; without a lease it may not.
    """

    value: bytes | None = None
    outgrown: bytes | None = None
    strongly: bool = False
    lease: Lease | None = None


class Cache(Protocol):
    """Stores values that were read from the table. No method raises: a call that fails does nothing."""

    is_on: bool

    def figures(self) -> Mapping[str, int]:
        """Returns the counts since the start, by name.

        `hit` and `miss` count reads, `error` counts calls that failed, and `forged` counts entries
        without a valid seal (not written by this service, or sealed with another secret).
        """
        ...

    async def get(self, name: str) -> CacheAnswer:
        """Returns what is stored under the name, and the lease to store a fresh value with."""
        ...

    async def put(
        self, name: str, lease: Lease, value: bytes, *, consistent: bool, seconds: float = inf
    ) -> None:
        """Stores a value read from the table. It is served only while the lease's generation is current.

        `consistent` says that the table was read with strong consistency. A value that was not is
        trusted for about a second first. `seconds` is the longest that the value may be served.
        """
        ...

    async def invalidate(self, changed: Sequence[str], added: Sequence[str] = ()) -> None:
        """Makes the values under these names unreachable, after a write.

        `changed` names the values in which something changed, `added` those in which items were only
        added. If the engine fails, the invalidation stays pending and is retried.
        """
        ...

    async def flush_pending(self) -> None:
        """Retries pending invalidations once.

        A process that may be frozen at any moment, like a Lambda function, calls it before it answers.
        """
        ...

    def invalidate_later(self, changed: Sequence[str]) -> None:
        """Invalidates in the background, for callers that cannot wait.

        Until it is done, this process does not serve the values under these names.
        """
        ...

    async def close(self) -> None:
        """Finishes what runs in the background and closes the connection."""
        ...


class NoCache:
    """Implements Cache without storing anything."""

    is_on = False

    def figures(self) -> Mapping[str, int]:
        return {}

    async def get(self, name: str) -> CacheAnswer:  # noqa: ARG002  required by the port
        return CacheAnswer()

    async def put(
        self, name: str, lease: Lease, value: bytes, *, consistent: bool, seconds: float = inf
    ) -> None: ...

    async def invalidate(self, changed: Sequence[str], added: Sequence[str] = ()) -> None: ...

    async def flush_pending(self) -> None: ...

    def invalidate_later(self, changed: Sequence[str]) -> None: ...

    async def close(self) -> None: ...
