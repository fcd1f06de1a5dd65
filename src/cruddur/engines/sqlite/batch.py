"""The items that a batch of operations touches: all read at once, all written at once.

Each statement has Python's interpreter lock handed to the event loop and back, and the loop is in
no hurry to return it. So a batch takes the same few statements, however many operations it holds
(measured through HTTP: docs/performance.md).
"""

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from cruddur.messaging.ports import Key
from cruddur.table.sqlite.rows import Row

# JSON carries any number of rows in one value. All of an item's text is in `body`, escaped twice.
_FIND = """
    SELECT json_group_array(json_array(items.pk, items.sk, body))
    FROM json_each(?) AS asked CROSS JOIN items ON pk = asked.value ->> 0 AND sk = asked.value ->> 1
"""
_INSERT = """
    INSERT INTO items (pk, sk, indexed_at, expires_at, body)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?)
    WHERE true ON CONFLICT DO UPDATE SET body = excluded.body
"""
# Leaving their columns out of the statement above leaves the indexes alone.
_REINDEX = _INSERT + ", indexed_at = excluded.indexed_at, expires_at = excluded.expires_at"
_DELETE = """
    DELETE FROM items
    WHERE (pk, sk) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))
"""
_RECORD = """
    INSERT INTO changes (kind, pk, sk, new, old)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?)
"""

_encode = msgspec.json.Encoder().encode
_decode_found = msgspec.json.Decoder(list[tuple[str, str, str]]).decode


class Record(NamedTuple):
    """A change as the feed will tell it; the order is that of the columns."""

    kind: str
    pk: str
    sk: str
    new: str | None
    old: str | None


class Batch:
    """The items as they stand after what was decided so far; the file learns of it in `write`."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self.cursor = cursor
        self._bodies: dict[Key, str | None] = {}
        self._rows: dict[Key, Row] = {}
        self._removed: set[Key] = set()
        self._reindexed: set[Key] = set()
        self._records: list[Record] = []

    def look_up(self, keys: Iterable[Key]) -> None:
        """Reads these items now, for `body` to know."""
        new = dict.fromkeys(key for key in keys if key not in self._bodies)
        if new:
            found = self.cursor.execute(_FIND, (_encode(list(new)).decode(),)).fetchone()[0]
            self._bodies |= new
            self._bodies |= {Key(pk, sk): body for pk, sk, body in _decode_found(found)}

    def body(self, key: Key) -> str | None:
        """None: there is no such item."""
        self.look_up((key,))
        return self._bodies[key]

    def put(self, key: Key, row: Row, *, reindexed: bool) -> None:
        self._bodies[key] = row.body
        self._rows[key] = row
        if reindexed:
            self._reindexed.add(key)

    def remove(self, key: Key) -> None:
        self._bodies[key] = None
        self._rows.pop(key, None)
        self._removed.add(key)

    def record(self, record: Record) -> None:
        self._records.append(record)

    def write(self) -> None:
        rows = self._rows
        # First what was removed: some of it may have been put again.
        self._execute(_DELETE, list(self._removed))
        self._execute(_REINDEX, [rows[key] for key in self._reindexed if key in rows])
        self._execute(_INSERT, [row for key, row in rows.items() if key not in self._reindexed])
        self._execute(_RECORD, self._records)

    def _execute(self, statement: str, rows: list[Key] | list[Row] | list[Record]) -> None:
        if rows:
            self.cursor.execute(statement, (_encode(rows).decode(),))
