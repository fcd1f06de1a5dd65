"""The statements about the consumers of the change feed, and about the changes kept for them."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from cruddur.engines.sqlite.batch import Batch
from cruddur.ports.change_feed import (
    PROJECTOR,
    Consumer,
    ConsumerRemoved,
    ConsumerState,
    Start,
)

COUNTED_MOST = 10_000
"""The most changes that are counted for a consumer's state. Beyond, the numbers of changes tell it."""

FORMAT_AND_WANTED = """
    SELECT user_version, (SELECT json_group_array(json_array(name, json(kinds))) FROM consumers)
    FROM pragma_user_version
"""
_CONSUMERS = "SELECT name, kinds, place, dropped FROM consumers ORDER BY name"
_PLACE = "SELECT place FROM consumers WHERE name = ?"
_NEWEST = "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'changes'), 0)"
_ADD = "INSERT INTO consumers (name, kinds, place) VALUES (?, ?, ?)"
_SET_KINDS = "UPDATE consumers SET kinds = ? WHERE name = ?"
_SET_PLACE = "UPDATE consumers SET place = ? WHERE name = ?"
_DROPPED = "UPDATE consumers SET dropped = dropped + ? WHERE name = ?"
_REMOVE = "DELETE FROM consumers WHERE name = ?"
# Only changes that the consumer has just passed can have become unwanted.
_FORGET = """
    DELETE FROM changes WHERE sequence > ? AND sequence <= ? AND NOT EXISTS (
        SELECT 1 FROM consumers WHERE place < sequence AND (
            kinds = 'null' OR EXISTS (SELECT 1 FROM json_each(kinds) WHERE value = item_kind)
        )
    )
"""
_OLDEST = "SELECT sequence, item_kind, at FROM changes WHERE sequence > ? ORDER BY sequence LIMIT ?"
_DELETE = "DELETE FROM changes WHERE sequence IN (SELECT value FROM json_each(?))"
_WAITING = "SELECT item_kind, at FROM changes WHERE sequence > ? ORDER BY sequence LIMIT ?"


class Known(NamedTuple):
    """A registered consumer: a row of the file's table `consumers`."""

    consumer: Consumer
    place: int
    dropped: int

    def waits_for(self, sequence: int, item_kind: str) -> bool:
        """Whether it wants this change and has not acknowledged it yet."""
        return self.place < sequence and self.consumer.wants(item_kind)


class Swept(NamedTuple):
    """What one sweep did: where the next one goes on (None at the end), and how many changes each lost.

    `is_old` says that all of the changes that it looked at were made before the given time.
    """

    next: int | None
    is_old: bool
    dropped: Counter[str]


class Wanted(NamedTuple):
    """The kinds that any consumer wants, and those that one beside the projector wants. None is all."""

    any: Collection[str] | None
    beside: Collection[str] | None


def wanted_kinds(text: str) -> Wanted:
    """Returns the kinds that are wanted, from the second column of FORMAT_AND_WANTED."""
    of_each: list[tuple[str, list[str] | None]] = json.loads(text)
    beside = [kinds for name, kinds in of_each if name != PROJECTOR]
    return Wanted(_together([kinds for _, kinds in of_each]), _together(beside))


def _together(of_each: Sequence[Collection[str] | None]) -> Collection[str] | None:
    if None in of_each:
        return None
    return frozenset(kind for wanted in of_each for kind in wanted or ())


def known_consumers(cursor: sqlite3.Cursor | sqlite3.Connection) -> Sequence[Known]:
    """Returns every registered consumer, by name."""
    return [
        Known(Consumer(name, _kinds(kinds)), place, dropped)
        for name, kinds, place, dropped in cursor.execute(_CONSUMERS)
    ]


def is_registered(connection: sqlite3.Connection, consumer: Consumer) -> bool:
    """Whether the file knows the consumer, with these kinds."""
    return any(known.consumer == consumer for known in known_consumers(connection))


def register(
    cursor: sqlite3.Cursor | sqlite3.Connection, consumer: Consumer, start: Start = "start"
) -> None:
    """Adds the consumer, or gives a known one these kinds. A transaction must be open."""
    kinds = json.dumps(None if consumer.kinds is None else sorted(consumer.kinds))
    if cursor.execute(_PLACE, (consumer.name,)).fetchone():
        cursor.execute(_SET_KINDS, (kinds, consumer.name))
        return
    place = cursor.execute(_NEWEST).fetchone()[0] if start == "now" else 0
    cursor.execute(_ADD, (consumer.name, kinds, place))


def registering(consumer: Consumer, start: Start) -> Callable[[Batch], bool]:
    """A writer's job that registers the consumer."""

    def job(batch: Batch) -> bool:
        register(batch.cursor, consumer, start)
        return False

    return job


def acknowledging(name: str, place: int) -> Callable[[Batch], bool]:
    """A writer's job that moves a consumer's place forward and deletes what nobody waits for any more.

    It raises ConsumerRemoved.
    """

    def job(batch: Batch) -> bool:
        found = batch.cursor.execute(_PLACE, (name,)).fetchone()
        if found is None:
            raise removed(name)
        if place > found[0]:
            batch.cursor.execute(_SET_PLACE, (place, name))
            batch.cursor.execute(_FORGET, (found[0], place))
        return False

    return job


def removing(name: str) -> Callable[[Batch], bool]:
    """A writer's job that forgets a consumer. It returns whether there was one."""

    def job(batch: Batch) -> bool:
        return batch.cursor.execute(_REMOVE, (name,)).rowcount > 0

    return job


def sweeping(after: int, most: int, before: int) -> Callable[[Batch], Swept]:
    """A writer's job that looks at the oldest changes after this number, and deletes some of them.

    Deleted are those that no consumer waits for, and those made `before` this time (milliseconds since
    1970), unless the projector waits for them: without them the inboxes would be wrong for good.
    """

    def job(batch: Batch) -> Swept:
        rows = batch.cursor.execute(_OLDEST, (after, most)).fetchall()
        known = known_consumers(batch.cursor)
        gone, dropped = [], Counter[str]()
        for sequence, item_kind, at in rows:
            names = [one.consumer.name for one in known if one.waits_for(sequence, item_kind)]
            if not names or (at < before and PROJECTOR not in names):
                gone.append(sequence)
                dropped.update(names)
        batch.cursor.execute(_DELETE, (json.dumps(gone),))
        batch.cursor.executemany(_DROPPED, [(count, name) for name, count in dropped.items()])
        is_old = all(at < before for _, _, at in rows)
        return Swept(rows[-1][0] if len(rows) == most else None, is_old, dropped)

    return job


def states(now: int) -> Callable[[sqlite3.Connection], Sequence[ConsumerState]]:
    """A reader's job that returns each consumer's state. `now` is in milliseconds since 1970."""

    def job(connection: sqlite3.Connection) -> Sequence[ConsumerState]:
        (newest,) = connection.execute(_NEWEST).fetchone()
        return [_state(connection, known, newest, now) for known in known_consumers(connection)]

    return job


def removed(name: str) -> ConsumerRemoved:
    """The error for a consumer that was removed while it was reading."""
    return ConsumerRemoved(f"the consumer {name} was removed")


def _state(connection: sqlite3.Connection, known: Known, newest: int, now: int) -> ConsumerState:
    rows = connection.execute(_WAITING, (known.place, COUNTED_MOST)).fetchall()
    times = [at for item_kind, at in rows if known.consumer.wants(item_kind)]
    count = len(times) if len(rows) < COUNTED_MOST else max(len(times), newest - known.place)
    return ConsumerState(
        name=known.consumer.name,
        kinds=known.consumer.kinds,
        place=place_text(known.place),
        behind_records=count,
        behind_seconds=max(0, now - times[0]) / 1000 if times else 0.0,
        dropped=known.dropped,
    )


def place_text(sequence: int) -> str:
    """Returns a change's number as a text of fixed width, so that texts sort like numbers."""
    return f"{sequence:020d}"


def _kinds(text: str) -> frozenset[str] | None:
    kinds: list[str] | None = json.loads(text)
    return None if kinds is None else frozenset(kinds)
