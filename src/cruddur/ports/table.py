"""The table port: one table of items under the keys `pk` and `sk`.

Conditions and updates are plain data, so that each engine can translate them.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from msgspec import Struct

from cruddur.domain.item import Item, Key


@dataclass(frozen=True, slots=True)
class Exists:
    """The item has this attribute. `Exists("pk")` means that the item exists."""

    name: str


@dataclass(frozen=True, slots=True)
class Missing:
    """The item does not have this attribute. A missing item has none."""

    name: str


@dataclass(frozen=True, slots=True)
class Equals:
    """The item has this attribute, with this value and of its type."""

    name: str
    value: str | int | bool | list[str] | list[int] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Less:
    """The item has this attribute, and its value is of the same type and less than this one."""

    name: str
    value: str | int = field(repr=False)


@dataclass(frozen=True, slots=True)
class LessOrMissing:
    """The item lacks this attribute, or `Less` holds of it. A missing item lacks it."""

    name: str
    value: str | int = field(repr=False)


@dataclass(frozen=True, slots=True)
class Absent:
    """The item does not exist. So a put with this condition inserts an item, and replaces none."""


def unchanged(name: str, value: str | int | list[str] | list[int] | None) -> Equals | Missing:
    """The item still has this value, or still lacks the attribute if it was None when it was read."""
    return Missing(name) if value is None else Equals(name, value)


Demand = Exists | Missing | Equals | Less | LessOrMissing | Absent
Condition = Sequence[Demand]
"""A conjunction: every part must hold. An empty condition always holds."""

IF_NEW: Condition = (Absent(),)


@dataclass(frozen=True, slots=True)
class Put:
    """Writes a whole item and replaces one with the same key."""

    item: Item = field(repr=False)
    condition: Condition = ()


@dataclass(frozen=True, slots=True)
class Update:
    """Sets and removes attributes of an item, never those of its key; creates a missing item.

    With `wants_old`, `Table.update` returns the item as it was, if there was one. In a transaction it
    means nothing.
    """

    key: Key
    values: Mapping[str, Any] = field(repr=False)
    remove: Sequence[str] = ()
    condition: Condition = ()
    wants_old: bool = False


@dataclass(frozen=True, slots=True)
class Delete:
    """Removes an item. A missing item is no error."""

    key: Key
    condition: Condition = ()


@dataclass(frozen=True, slots=True)
class Check:
    """Writes nothing, but makes a transaction fail unless this item meets the condition."""

    key: Key
    condition: Condition


Write = Put | Update | Delete | Check


@dataclass(frozen=True, slots=True)
class Derive:
    """Replaces an item by what a function makes of it, within a commit that also inserts items.

    `derive` gets the item, or None if it is missing. It returns the new item, or None if it can make
    nothing of it. It runs in another thread, so it changes nothing but what it returns. Of what
    `is_optional` nothing has to be made.
    """

    key: Key
    derive: Callable[[Item | None], Item | None] = field(repr=False)
    is_optional: bool = False


InsertWithRows = Callable[[Sequence[Item], Sequence[Derive]], Awaitable[None]]
"""Inserts new items, and derives what follows from them in the same commit, all or nothing.

If each `derive` made an item, but those that are optional, the projector does not get the changes of the
inserted items: nothing is left for it to do. Otherwise none is derived, and it gets them. Raises
ConditionFailed if one of the items exists, TableUnavailable, and ValueError for an item that breaks a
rule of DynamoDB."""


TransactWithRows = Callable[[Sequence[Write], Sequence[Derive]], Awaitable[None]]
"""Executes writes as `Table.transact` does, and derives what follows from them in the same commit.

If each `derive` made an item, the projector does not get the changes of the written items. Otherwise
none is derived, and it gets them. Raises TransactionFailed, TableUnavailable, ValueError."""


class Range(Struct, frozen=True):
    """A range of sort keys: either those with `prefix`, or those within the bounds (inclusive)."""

    prefix: str | None = None
    at_least: str | None = None
    at_most: str | None = None


class Query(Struct, frozen=True):
    """The items of one partition, ordered by sort key.

    On the table (`index=None`) the sort key is `sk`; on `inbox-index` it is `indexed_at`, and the
    items contain only their keys. If the table's `index_is_exact`, `indexed_at` is there the row's
    `last_message_at`. `start` is the `next` of the previous page. An index cannot be
    read with `consistent`. `limit` is the most items that a page holds. `whole` asks an index for the
    items themselves, too: an engine gives them where they cost no further read.
    """

    partition: str
    range: Range = Range()
    index: str | None = None
    descending: bool = False
    limit: int = 100
    start: Item | None = None
    consistent: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Some items, and `next`, where the following page starts; None after the last page.

    `whole` are the items that entries of an index stand for, of none or of each, in the same order.
    """

    items: Sequence[Item] = field(repr=False)
    next: Item | None
    whole: Sequence[Item] = field(default=(), repr=False)


class Table(Protocol):
    """One table. Every method may raise TableUnavailable, and ValueError for an input that breaks a rule
    of DynamoDB.
    """

    @property
    def transactions_cost_more(self) -> bool:
        """Whether a transaction costs more than single writes. DynamoDB charges it twice."""
        ...

    @property
    def index_is_exact(self) -> bool:
        """Whether `inbox-index` is in the order of the rows' `last_message_at`, not of `indexed_at`."""
        ...

    async def get(self, key: Key, *, consistent: bool = False) -> Item | None:
        """Returns the item with this key, or None.

        Without `consistent` the answer may lack recent writes, at half the price on DynamoDB.
        """
        ...

    async def get_many(
        self, keys: Sequence[Key], *, consistent: bool = False
    ) -> Mapping[Key, Item]:
        """Returns those of the items that exist, by key.

        It takes any number of keys, and reads a key that is given twice only once.
        """
        ...

    async def query(self, query: Query) -> Page:
        """Returns one page of the query's items."""
        ...

    async def put(self, put: Put) -> None:
        """Writes the item. Raises ConditionFailed."""
        ...

    async def update(self, update: Update) -> Item | None:
        """Updates the item. Raises ConditionFailed.

        Returns the item as it was, if that is wanted. It costs no units.
        """
        ...

    async def delete(self, delete: Delete) -> None:
        """Removes the item. Raises ConditionFailed."""
        ...

    async def transact(self, writes: Sequence[Write]) -> None:
        """Executes 1 to 100 writes, all or none of them. Raises TransactionFailed.

        No two of the writes may have the same key.
        """
        ...

    def scan(self) -> AsyncIterator[Item]:
        """Yields every item, in no defined order. It reads the whole table."""
        ...

    async def count(self) -> int:
        """Returns roughly how many items there are, or 0 if unknown. It costs no units."""
        ...

    async def close(self) -> None:
        """Finishes what was begun and closes the connections."""
        ...
