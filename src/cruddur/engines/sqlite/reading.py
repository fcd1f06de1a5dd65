"""The readers' jobs. Each answer is one statement, so that it shows the state after one commit.

Each statement returns one row, with all items as JSON: for every row, SQLite's module for Python passes
the interpreter lock to the event loop and has to wait to get it back.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Literal, NamedTuple

import msgspec

from cruddur.domain.errors import TableUnavailable
from cruddur.domain.item import Item, Key
from cruddur.engines.checks import check_query
from cruddur.engines.sqlite.batch_executor import Job
from cruddur.engines.sqlite.consumers import place_text, removed
from cruddur.engines.sqlite.foreign import IN_JSON, unmarked
from cruddur.engines.sqlite.rows import checked_key, checked_keys, item_of
from cruddur.ports.change_feed import Change
from cruddur.ports.table import Page, Query
from cruddur.schema import keys

SCAN_PAGE = 500

_GET = "SELECT body FROM items WHERE pk = ? AND sk = ?"
_GET_MANY = """
    SELECT '[' || coalesce(group_concat(body, ','), '') || ']'
    FROM json_each(?) AS asked CROSS JOIN items
    ON pk = asked.value ->> 0 AND sk = asked.value ->> 1
"""
_SCAN = "SELECT pk, sk, body FROM items WHERE (pk, sk) > (?, ?) ORDER BY pk, sk LIMIT ?"
_COUNT = "SELECT count(*) FROM items"
_CONSUMER = "SELECT kinds, place FROM consumers WHERE name = ?"
_CHANGES = """
    SELECT json_group_array(json_array(sequence, kind, pk, sk, json(new), json(old), at))
        FILTER (WHERE ?1 = 'null' OR item_kind IN (SELECT value FROM json_each(?1))),
        coalesce(max(sequence), ?2)
    FROM (SELECT * FROM changes WHERE sequence > ?2 ORDER BY sequence LIMIT ?3)
"""
# The bodies are JSON already: json_group_array would read and write each of them again.
_BODIES = "'[' || coalesce(group_concat(body, ','), '') || ']'"
# Columns, and what is made of them. The index holds the first three, so that the items are not read.
_ENTRIES = (
    "pk, sk, indexed_at",
    "json_group_array(json_object('pk', pk, 'sk', sk, 'indexed_at', indexed_at))",
)
_ITEMS = ("body", _BODIES)
_WHOLE_ENTRIES = ("body, indexed_at", f"{_BODIES}, json_group_array(indexed_at)")
_LAST_CHAR = "\U0010ffff"

_ChangeRow = tuple[
    int, Literal["insert", "modify", "remove"], str, str, Item | None, Item | None, int
]
_decode_json = msgspec.json.Decoder(list[dict[str, Any]], float_hook=Decimal).decode
_decode_places = msgspec.json.Decoder(list[str]).decode
_decode_changes = msgspec.json.Decoder(list[_ChangeRow], float_hook=Decimal).decode


def _decode_items(found: str) -> list[dict[str, Any]]:
    items = _decode_json(found)
    return list(map(unmarked, items)) if IN_JSON in found else items


class Reader:
    """A thread's connection for reading."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def work(self, jobs: Sequence[Job]) -> Sequence[Any]:
        return [self._outcome(job) for job in jobs]

    def close(self) -> None:
        self._connection.close()

    def _outcome(self, job: Job) -> Any:
        try:
            return job(self._connection)
        except sqlite3.Error as error:
            return TableUnavailable(f"cannot read: {error}")
        except Exception as error:  # noqa: BLE001 - every exception is passed to the caller of the job
            return error


Reading = Callable[[sqlite3.Connection], Any]


def get(key: Key) -> Callable[[sqlite3.Connection], Item | None]:
    """A job that returns the item with this key, or None. Raises ValueError for an invalid key."""
    checked_key(key)

    def read(connection: sqlite3.Connection) -> Item | None:
        found = connection.execute(_GET, key).fetchone()
        return item_of(found[0]) if found else None

    return read


def get_many(wanted: Sequence[Key]) -> Callable[[sqlite3.Connection], Mapping[Key, Item]]:
    """A job that returns those of the items that exist. Raises ValueError for an invalid key."""
    asked = msgspec.json.encode(checked_keys(dict.fromkeys(wanted))).decode()

    def read(connection: sqlite3.Connection) -> Mapping[Key, Item]:
        (found,) = connection.execute(_GET_MANY, (asked,)).fetchone()
        return {keys.key_of(item): item for item in _decode_items(found)}

    return read


def query(query: Query) -> Callable[[sqlite3.Connection], Page]:
    """A job that returns one page. Raises ValueError for an invalid query."""
    check_query(query)
    bounds, start, order = _bounds(query), query.start, _order(query.index)
    values = [
        query.partition,
        *bounds.values(),
        *([start[name] for name in order] if start else []),
    ]
    statement = _statement(
        query.index,
        tuple(bounds),
        whole=query.whole,
        descending=query.descending,
        starts=bool(start),
    )

    def read(connection: sqlite3.Connection) -> Page:
        found, *places = connection.execute(statement, (*values, query.limit + 1)).fetchone()
        items = _decode_items(found)
        more = len(items) > query.limit
        del items[query.limit :]
        entries = _entries(items, places[0]) if places else items
        following = _start(query, entries[-1]) if more else None
        return Page(entries, following, items if places else ())

    return read


def _entries(items: Sequence[Item], places: str) -> Sequence[Item]:
    """The entries of the index that stand for these items, from their places in it, as JSON."""
    pk, sk, place = keys.PARTITION_KEY, keys.SORT_KEY, keys.INDEX_SORT_KEY
    of_each = zip(items, _decode_places(places), strict=False)
    return [{pk: item[pk], sk: item[sk], place: indexed_at} for item, indexed_at in of_each]


def scan(after: Key) -> Callable[[sqlite3.Connection], Sequence[tuple[Key, Item]]]:
    """A job that returns the SCAN_PAGE items after this key, with their keys."""

    def read(connection: sqlite3.Connection) -> Sequence[tuple[Key, Item]]:
        rows = connection.execute(_SCAN, (*after, SCAN_PAGE)).fetchall()
        return [(Key(pk, sk), item_of(body)) for pk, sk, body in rows]

    return read


def count(connection: sqlite3.Connection) -> int:
    """Returns the number of items."""
    (found,) = connection.execute(_COUNT).fetchone()
    return int(found)


class ChangePage(NamedTuple):
    """Some changes, and the number up to which the file was looked at for them."""

    changes: Sequence[Change]
    last: int


def changes_of(
    name: str, after: int | None, limit: int
) -> Callable[[sqlite3.Connection], ChangePage]:
    """A job that looks at `limit` changes after this number, or after the consumer's place.

    It returns those that the consumer wants, oldest first. It raises ConsumerRemoved.
    """

    def read(connection: sqlite3.Connection) -> ChangePage:
        found = connection.execute(_CONSUMER, (name,)).fetchone()
        if found is None:
            raise removed(name)
        kinds, place = found
        values = (kinds, place if after is None else after, limit)
        text, last = connection.execute(_CHANGES, values).fetchone()
        changes = [_change(row) for row in _decode_changes(text)]
        return ChangePage(
            list(map(_unmarked_change, changes)) if IN_JSON in text else changes, last
        )

    return read


def _change(row: _ChangeRow) -> Change:
    sequence, kind, pk, sk, new, old, at = row
    made = datetime.fromtimestamp(at / 1000, UTC)
    return Change(place_text(sequence), kind, Key(pk, sk), new, old, made)


def _unmarked_change(change: Change) -> Change:
    new, old = (unmarked(item) if item else None for item in (change.new, change.old))
    return replace(change, new=new, old=old)


@cache  # there are some dozen, and it takes as long to write one as to execute it
def _statement(
    index: str | None,
    comparisons: Sequence[str],
    *,
    whole: bool,
    descending: bool,
    starts: bool,
) -> str:
    """The statement of a query that compares the sort key so, and starts behind an item or not."""
    order = _order(index)
    columns, answer = (_WHOLE_ENTRIES if whole else _ENTRIES) if index else _ITEMS
    where = "pk = ? AND indexed_at IS NOT NULL" if index else "pk = ?"
    for comparison in comparisons:
        where += f" AND {order[0]} {comparison} ?"
    direction, beyond = (" DESC", "<") if descending else ("", ">")
    if starts:
        where += f" AND ({', '.join(order)}) {beyond} ({', '.join('?' * len(order))})"
    ordered = ", ".join(name + direction for name in order)
    # The text contains only names from this file; every value from outside is bound.
    rows = f"SELECT {columns} FROM items WHERE {where} ORDER BY {ordered} LIMIT ?"  # noqa: S608
    return f"SELECT {answer} FROM ({rows})"  # noqa: S608


def _order(index: str | None) -> Sequence[str]:
    return ("indexed_at", "sk") if index else ("sk",)


def _bounds(query: Query) -> dict[str, str]:
    """What the sort key is compared with, by the comparison."""
    part = query.range
    if part.prefix is not None:
        end = _after_prefix(part.prefix)
        return {">=": part.prefix, **({"<": end} if end else {})}
    lower = {">=": part.at_least} if part.at_least is not None else {}
    upper = {"<=": part.at_most} if part.at_most is not None else {}
    return lower | upper


def _after_prefix(prefix: str) -> str | None:
    """Returns the first text after all texts with this prefix, or None if there is none."""
    stem = prefix.rstrip(_LAST_CHAR)
    if not stem:
        return None
    following = ord(stem[-1]) + 1
    # Between the two are only surrogates, which no key can contain.
    return stem[:-1] + chr(0xE000 if following == 0xD800 else following)  # noqa: PLR2004


def _start(query: Query, item: Item) -> Item:
    names = [keys.PARTITION_KEY, keys.SORT_KEY, *([keys.INDEX_SORT_KEY] if query.index else [])]
    return {name: item[name] for name in names}
