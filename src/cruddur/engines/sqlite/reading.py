"""What the readers do: each answer is one statement, so it shows one commit.

And one row: for each row, Python's interpreter lock goes to the event loop and has to come back.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from cruddur.errors import TableUnavailable
from cruddur.messaging.ports import Change, Item, Key, Page, Query
from cruddur.table import keys
from cruddur.table.checks import check_query
from cruddur.table.sqlite.lane import Job
from cruddur.table.sqlite.rows import checked_key, item_of

SCAN_PAGE = 500

_GET = "SELECT body FROM items WHERE pk = ? AND sk = ?"
_GET_MANY = """
    SELECT json_group_array(json(body)) FROM json_each(?) AS asked CROSS JOIN items
    ON pk = asked.value ->> 0 AND sk = asked.value ->> 1
"""
_SCAN = "SELECT pk, sk, body FROM items WHERE (pk, sk) > (?, ?) ORDER BY pk, sk LIMIT ?"
_COUNT = "SELECT count(*) FROM items"
_CHANGES = """
    SELECT json_group_array(json_array(sequence, kind, pk, sk, json(new), json(old)))
    FROM (SELECT * FROM changes WHERE sequence > ? ORDER BY sequence LIMIT ?)
"""
_INDEX_COLUMNS = "pk, sk, indexed_at"  # all of them are in the index: its items are not read
_INDEX_ENTRY = "json_object('pk', pk, 'sk', sk, 'indexed_at', indexed_at)"
_LAST_CHAR = "\U0010ffff"

_ChangeRow = tuple[int, Literal["insert", "modify", "remove"], str, str, Item | None, Item | None]
_decode_items = msgspec.json.Decoder(list[dict[str, Any]]).decode
_decode_changes = msgspec.json.Decoder(list[_ChangeRow]).decode


class Reader:
    """One thread's connection for reading."""

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
        except Exception as error:  # noqa: BLE001 - whatever it is, it is its caller's, not ours
            return error


Reading = Callable[[sqlite3.Connection], Any]


def get(key: Key) -> Callable[[sqlite3.Connection], Item | None]:
    checked_key(key)

    def read(connection: sqlite3.Connection) -> Item | None:
        found = connection.execute(_GET, key).fetchone()
        return item_of(found[0]) if found else None

    return read


def get_many(wanted: Sequence[Key]) -> Callable[[sqlite3.Connection], Mapping[Key, Item]]:
    asked = msgspec.json.encode([checked_key(key) for key in dict.fromkeys(wanted)]).decode()

    def read(connection: sqlite3.Connection) -> Mapping[Key, Item]:
        (found,) = connection.execute(_GET_MANY, (asked,)).fetchone()
        return {_key(item): item for item in _decode_items(found)}

    return read


def query(query: Query) -> Callable[[sqlite3.Connection], Page]:
    statement, values = _statement(query)

    def read(connection: sqlite3.Connection) -> Page:
        (found,) = connection.execute(statement, values).fetchone()
        items = _decode_items(found)
        more = len(items) > query.limit
        del items[query.limit :]
        return Page(items, _start(query, items[-1]) if more else None)

    return read


def scan(after: Key) -> Callable[[sqlite3.Connection], Sequence[tuple[Key, Item]]]:
    def read(connection: sqlite3.Connection) -> Sequence[tuple[Key, Item]]:
        rows = connection.execute(_SCAN, (*after, SCAN_PAGE)).fetchall()
        return [(Key(pk, sk), item_of(body)) for pk, sk, body in rows]

    return read


def count(connection: sqlite3.Connection) -> int:
    (found,) = connection.execute(_COUNT).fetchone()
    return int(found)


def changes(after: int, limit: int) -> Callable[[sqlite3.Connection], Sequence[Change]]:
    def read(connection: sqlite3.Connection) -> Sequence[Change]:
        (found,) = connection.execute(_CHANGES, (after, limit)).fetchone()
        return [
            Change(f"{sequence:020d}", kind, Key(pk, sk), new, old)
            for sequence, kind, pk, sk, new, old in _decode_changes(found)
        ]

    return read


def _statement(query: Query) -> tuple[str, Sequence[str | int]]:
    check_query(query)
    values: list[str | int] = [query.partition]
    if query.index is None:
        column, columns, entry, order = "sk", "body", "json(body)", "sk"
        where = "pk = ?"
    else:
        column, columns, entry, order = "indexed_at", _INDEX_COLUMNS, _INDEX_ENTRY, "indexed_at, sk"
        where = "pk = ? AND indexed_at IS NOT NULL"
    for comparison, bound in _bounds(query):
        where += f" AND {column} {comparison} ?"
        values.append(bound)
    direction, beyond = (" DESC", "<") if query.descending else ("", ">")
    if query.start is not None:
        names = order.split(", ")
        where += f" AND ({order}) {beyond} ({', '.join('?' * len(names))})"
        values += [query.start[name] for name in names]
    ordered = ", ".join(name + direction for name in order.split(", "))
    # One more than asked for: it says whether there is a next page.
    values.append(query.limit + 1)
    # Only names from above enter the text; everything that anyone sent is bound.
    rows = f"SELECT {columns} FROM items WHERE {where} ORDER BY {ordered} LIMIT ?"  # noqa: S608
    return f"SELECT json_group_array({entry}) FROM ({rows})", values  # noqa: S608


def _bounds(query: Query) -> Sequence[tuple[str, str]]:
    part = query.range
    if part.prefix is not None:
        end = _after_prefix(part.prefix)
        return [(">=", part.prefix), *([("<", end)] if end else [])]
    lower = [(">=", part.at_least)] if part.at_least is not None else []
    upper = [("<=", part.at_most)] if part.at_most is not None else []
    return [*lower, *upper]


def _after_prefix(prefix: str) -> str | None:
    """The first text after all those that begin so, or None if nothing comes after them."""
    stem = prefix.rstrip(_LAST_CHAR)
    if not stem:
        return None
    following = ord(stem[-1]) + 1
    # Between these two there are only halves of surrogate pairs, which no key can hold.
    return stem[:-1] + chr(0xE000 if following == 0xD800 else following)  # noqa: PLR2004


def _key(item: Item) -> Key:
    return Key(item[keys.PARTITION_KEY], item[keys.SORT_KEY])


def _start(query: Query, item: Item) -> Item:
    names = [keys.PARTITION_KEY, keys.SORT_KEY, *([keys.INDEX_SORT_KEY] if query.index else [])]
    return {name: item[name] for name in names}
