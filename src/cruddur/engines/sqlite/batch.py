"""The items that a batch of operations touches, read by one statement and written by few.

Each statement passes Python's interpreter lock to the event loop and has to wait to get it back. So a
batch takes the same few statements, however many operations it holds (measured: docs/performance.md).
"""

import sqlite3
import time
from collections.abc import Collection, Iterable
from typing import NamedTuple

import msgspec

from cruddur.domain.item import Key
from cruddur.engines.sqlite.rows import Row

# JSON carries any number of rows in one bound value. `body` holds the whole item, escaped twice.
_FIND = """
    SELECT json_group_array(json_array(items.pk, items.sk, body))
    FROM json_each(?) AS asked CROSS JOIN items ON pk = asked.value ->> 0 AND sk = asked.value ->> 1
"""
_INSERT = """
    INSERT INTO items (pk, sk, indexed_at, expires_at, body)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?)
    WHERE true ON CONFLICT DO UPDATE SET body = excluded.body
"""
# Updates that leave out these two columns, as above, do not write to the indexes.
_REINDEX = _INSERT + ", indexed_at = excluded.indexed_at, expires_at = excluded.expires_at"
_DELETE = """
    DELETE FROM items
    WHERE (pk, sk) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))
"""
_RECORD = """
    INSERT INTO changes (kind, pk, sk, new, old, item_kind, at)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, ?
    FROM json_each(?)
"""

_encode = msgspec.json.Encoder().encode
_decode_found = msgspec.json.Decoder(list[tuple[str, str, str]]).decode


class Record(NamedTuple):
    """A change as the feed stores it. The fields are in the order of the columns."""

    kind: str
    pk: str
    sk: str
    new: str | None
    old: str | None
    item_kind: str


class Batch:
    """The items as the operations so far leave them. Nothing is in the file before `write`.

    `wanted` are the kinds of items whose changes some consumer of the feed wants, and `beside` those
    that one beside the projector wants; None means all.
    """

    def __init__(
        self,
        cursor: sqlite3.Cursor,
        wanted: Collection[str] | None = None,
        beside: Collection[str] | None = None,
    ) -> None:
        self.cursor = cursor
        self._wanted = wanted
        self._beside = beside
        self._bodies: dict[Key, str | None] = {}
        self._rows: dict[Key, Row] = {}
        self._removed: set[Key] = set()
        self._reindexed: set[Key] = set()
        self._records: list[Record] = []

    def look_up(self, keys: Iterable[Key]) -> None:
        """Reads these items from the file, so that `body` can return them without a statement each."""
        new = dict.fromkeys(key for key in keys if key not in self._bodies)
        if new:
            found = self.cursor.execute(_FIND, (_encode(list(new)).decode(),)).fetchone()[0]
            self._bodies |= new
            self._bodies |= {Key(pk, sk): body for pk, sk, body in _decode_found(found)}

    def body(self, key: Key) -> str | None:
        """Returns the item's body, or None if there is no such item."""
        self.look_up((key,))
        return self._bodies[key]

    def put(self, key: Key, row: Row, *, reindexed: bool) -> None:
        self._bodies[key] = row.body
        self._rows[key] = row
        if reindexed:
            self._reindexed.add(key)

    def remove(self, key: Key) -> None:
        """Removes the item, if it exists."""
        self._bodies[key] = None
        self._rows.pop(key, None)
        self._removed.add(key)

    def record(self, record: Record, *, is_projected: bool = False) -> bool:
        """Adds a change to the feed if a consumer wants it. Returns whether one does.

        The projector wants no change that `is_projected`. It gets it all the same if another does.
        """
        wanted = self._beside if is_projected else self._wanted
        is_wanted = wanted is None or record.item_kind in wanted
        if is_wanted:
            self._records.append(record)
        return is_wanted

    def write(self) -> None:
        """Writes everything to the file, in the transaction that is open. Raises sqlite3.Error."""
        rows = self._rows
        # Removals come first, since a later operation of the batch may have put the item again.
        self._execute(_DELETE, list(self._removed))
        self._execute(_REINDEX, [rows[key] for key in self._reindexed if key in rows])
        self._execute(_INSERT, [row for key, row in rows.items() if key not in self._reindexed])
        if self._records:
            now = round(time.time() * 1000)
            self.cursor.execute(_RECORD, (now, _encode(self._records).decode()))

    def _execute(self, statement: str, rows: list[Key] | list[Row]) -> None:
        if rows:
            self.cursor.execute(statement, (_encode(rows).decode(),))
