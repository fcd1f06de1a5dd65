"""What the use cases ask of the world: a table, its change feed, and a bus; and see cache_port.

Conditions and updates are plain data, so that every engine can say them in its own language.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol

Item = Mapping[str, Any]
"""A row of the table: strings, whole numbers, booleans, lists and maps. No None, no float."""


class Key(NamedTuple):
    """The primary key of an item."""

    pk: str
    sk: str


@dataclass(frozen=True, slots=True)
class Exists:
    """The attribute is there. `Exists("pk")` says: the item is there."""

    name: str


@dataclass(frozen=True, slots=True)
class Missing:
    """The attribute is not there. `Missing("pk")` says: there is no such item."""

    name: str


@dataclass(frozen=True, slots=True)
class Equals:
    """The attribute is there and has this value."""

    name: str
    value: str | int | bool


@dataclass(frozen=True, slots=True)
class Less:
    """The attribute is there and is less than this value."""

    name: str
    value: str | int


Condition = Sequence[Exists | Missing | Equals | Less]
"""All of them must hold; an empty one always does."""


@dataclass(frozen=True, slots=True)
class Put:
    """Write a whole item, in the place of one that was there."""

    item: Item
    condition: Condition = ()


@dataclass(frozen=True, slots=True)
class Update:
    """Set and remove some attributes, never of the key; an item that is not there is made."""

    key: Key
    values: Mapping[str, Any]
    remove: Sequence[str] = ()
    condition: Condition = ()


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove an item; one that is not there is no error."""

    key: Key
    condition: Condition = ()


@dataclass(frozen=True, slots=True)
class Check:
    """In a transaction: write nothing, but demand the condition of this item."""

    key: Key
    condition: Condition


Write = Put | Update | Delete | Check


@dataclass(frozen=True, slots=True)
class Range:
    """A part of a range key: at most one of `prefix`, or any of the bounds, which are inclusive."""

    prefix: str | None = None
    at_least: str | None = None
    at_most: str | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """The items of one partition in the order of a range key.

    On the table (`index=None`) the range key is `sk`; on `inbox-index` it is `indexed_at`, and the
    items hold their keys only. `start` is the `next` of the page before. `consistent` is refused on
    the index.
    """

    partition: str
    range: Range = Range()
    index: str | None = None
    descending: bool = False
    limit: int = 100
    start: Item | None = None
    consistent: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Some items, and where to go on, or None when there are no more."""

    items: Sequence[Item]
    next: Item | None


class Table(Protocol):
    """One table. Every method may raise TableUnavailable."""

    @property
    def transactions_cost_more(self) -> bool:
        """Whether the same writes are cheaper one by one, as on DynamoDB, which takes double."""
        ...

    async def get(self, key: Key, *, consistent: bool = False) -> Item | None: ...

    async def get_many(
        self, keys: Sequence[Key], *, consistent: bool = False
    ) -> Mapping[Key, Item]:
        """Those of the items that exist. Any number of keys; doubles are asked for once."""
        ...

    async def query(self, query: Query) -> Page: ...

    async def put(self, put: Put) -> None:
        """Raises ConditionFailed."""
        ...

    async def update(self, update: Update) -> None:
        """Raises ConditionFailed."""
        ...

    async def delete(self, delete: Delete) -> None:
        """Raises ConditionFailed."""
        ...

    async def transact(self, writes: Sequence[Write]) -> None:
        """All or nothing, 100 writes at most, no key twice. Raises TransactionFailed."""
        ...

    def scan(self) -> AsyncIterator[Item]:
        """Every item, in no order that can be relied on. For copy, verify and rebuild."""
        ...

    async def count(self) -> int:
        """About how many items there are, 0 if nobody knows: for a progress bar. Costs no units."""
        ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Change:
    """One item's change, as the stream tells it. `sequence` grows within one key."""

    sequence: str
    kind: Literal["insert", "modify", "remove"]
    key: Key
    new: Item | None
    old: Item | None


class ChangeFeed(Protocol):
    """The changes of a table, in order for each key, each at least once until acknowledged."""

    async def read(self, limit: int) -> Sequence[Change]:
        """Waits until there are any. Raises TableUnavailable."""
        ...

    async def acknowledge(self, changes: Sequence[Change]) -> None:
        """These are done with, and with them all that `read` gave before them."""
        ...

    async def close(self) -> None:
        """Keeps how far it has come, or the next feed begins earlier. Raises TableUnavailable."""
        ...


class Event(NamedTuple):
    """What goes to a person's devices: a type, its JSON, and for messages a place to resume from."""

    type: str
    data: bytes
    id: str = ""


class Subscription(Protocol):
    """One connected device's events."""

    async def next(self) -> Event:
        """The next event.

        Raises StopAsyncIteration when the bus closes, or when a reader lags so far behind that
        events were dropped: the device then comes back and fetches what it lacks.
        """
        ...


class Bus(Protocol):
    """Carries events to channels. It may lose or double them; the numbers make that harmless."""

    async def publish(self, channels: Sequence[str], event: Event) -> None:
        """Never raises: an event that cannot be carried is an event lost."""
        ...

    def subscribe(self, channel: str) -> AbstractAsyncContextManager[Subscription]: ...

    async def end_subscriptions(self) -> None:
        """Those there are, and those that come later; what is published still goes out."""
        ...

    async def close(self) -> None: ...
