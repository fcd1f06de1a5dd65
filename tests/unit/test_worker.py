"""The projector at work: what fails stops nobody else, and nothing is let go before it is done."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest
from tests.stage import Clock, beside, kept_changes

from cruddur.domain.errors import TableUnavailable
from cruddur.domain.model import User
from cruddur.engines.sqlite import SqliteChangeFeed, SqliteTable
from cruddur.entrypoints.projector import RETRIES, project_surely, run_projector
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.inbox.is_projected import is_projected
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.inbox.project import Failed
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.change_feed import Change
from cruddur.ports.table import IF_NEW, Delete, Put, Table
from cruddur.schema import keys
from cruddur.schema.kinds import kind_of


async def project_until(messaging: MessagingContext, table: SqliteTable, count: int) -> None:
    """Runs the worker until it has acknowledged so many changes: a new group is one as well."""
    done = asyncio.Event()
    seen = 0

    def projected(changes: Sequence[Change], _: float) -> None:
        nonlocal seen
        seen += len(changes)
        if seen >= count:
            done.set()

    worker = asyncio.create_task(run_projector(messaging, SqliteChangeFeed(table), projected))
    async with asyncio.timeout(20):
        await done.wait()
    worker.cancel()


async def test_the_worker_brings_inboxes_forward_while_messages_come(
    messaging: MessagingContext, table: SqliteTable, andrew: User, bayko: User
) -> None:
    first = await start_direct_group(messaging, andrew, bayko, "1")
    sends = [send_message(messaging, andrew, first.message_group_uuid, f"{n}") for n in range(50)]
    await asyncio.gather(project_until(messaging, table, 52), *sends)
    (row,) = (await list_inbox(messaging, bayko.user_uuid)).rows
    assert (row.last_seq, row.unread) == (51, 51)


async def test_a_worker_that_died_before_letting_go_projects_again_without_harm(
    messaging: MessagingContext, table: SqliteTable, andrew: User, bayko: User
) -> None:
    first = await start_direct_group(messaging, andrew, bayko, "1")
    await send_message(messaging, bayko, first.message_group_uuid, "2")
    await project_surely(messaging, await kept_changes(table))
    await project_until(messaging, table, 3)
    assert await kept_changes(table) == []
    assert [d async for d in verify_inboxes(messaging)] == []


async def test_a_poisoned_change_is_set_aside_and_the_others_go_on(
    messaging: MessagingContext, table: SqliteTable, andrew: User, bayko: User
) -> None:
    poison = {"pk": "MSG#nowhere", "sk": "000000000001", "message": "no sender, no conversation"}
    await table.put(Put(poison, IF_NEW))
    group = (await start_direct_group(messaging, andrew, bayko, "1")).message_group_uuid
    await send_message(messaging, andrew, group, "2")
    await project_until(messaging, table, 4)
    (row,) = (await list_inbox(messaging, bayko.user_uuid)).rows
    assert row.last_seq == 2
    (problem,) = [d async for d in verify_inboxes(messaging)]
    assert problem.where == "MSG#nowhere"


class OddThenAway:
    """A real table whose first answer nobody can read, and that is away from then on."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.is_odd, self.is_away = True, False

    def __getattr__(self, name: str) -> Any:
        return self._fail if self.is_odd or self.is_away else getattr(self._table, name)

    async def _fail(self, *_: object, **__: object) -> None:
        was_odd, self.is_odd, self.is_away = self.is_odd, False, True
        raise ValueError("odd") if was_odd else TableUnavailable("away")


async def test_a_change_that_waits_at_a_later_try_is_given_back(
    messaging: MessagingContext, table: SqliteTable, andrew: User, bayko: User
) -> None:
    """At the first try it is broken, at the second its table is away: it is not acknowledged."""
    group = (await start_direct_group(messaging, andrew, bayko, "1")).message_group_uuid
    await send_message(messaging, andrew, group, "2")
    changes = [change for change in await kept_changes(table) if is_projected(change)]
    troubled = OddThenAway(table)
    beside_it = beside(messaging, troubled)
    assert (await project_surely(beside_it, changes)).waiting == list(changes)
    troubled.is_away = troubled.is_odd = False
    assert not (await project_surely(beside_it, changes)).waiting


class OddThenThrottled:
    """A real table whose first answer nobody can read, and that takes no row from then on."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._is_odd = True

    def __getattr__(self, name: str) -> Any:
        if self._is_odd:
            return self._answer_oddly
        return self._refuse if name == "update" else getattr(self._table, name)

    async def _answer_oddly(self, *_: object, **__: object) -> None:
        self._is_odd = False
        raise ValueError("odd")

    async def _refuse(self, *_: object) -> None:
        raise TableUnavailable("throttled")


async def test_a_row_that_is_put_aside_at_a_later_try_is_counted(
    messaging: MessagingContext, table: SqliteTable, andrew: User, bayko: User
) -> None:
    """So the projector comes back to it within seconds, and not within a minute."""
    group = (await start_direct_group(messaging, andrew, bayko, "1")).message_group_uuid
    await send_message(messaging, andrew, group, "2")
    changes = [change for change in await kept_changes(table) if is_projected(change)]
    troubled = OddThenThrottled(table)
    failed = await project_surely(beside(messaging, troubled), changes)
    assert (failed.waiting, failed.put_aside) == ([], 2)


class AlwaysOdd:
    """A real table that counts its answers about rows, which nobody can read."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.tries = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)

    async def get_many(self, *_: object, **__: object) -> None:
        self.tries += 1
        raise ValueError("odd")


async def test_a_change_is_tried_six_times_before_it_becomes_a_dead_letter(
    messaging: MessagingContext, table: SqliteTable, andrew: User, bayko: User
) -> None:
    group = (await start_direct_group(messaging, andrew, bayko, "1")).message_group_uuid
    await send_message(messaging, andrew, group, "2")
    changes = [change for change in await kept_changes(table) if is_projected(change)]
    troubled = AlwaysOdd(table)
    assert await project_surely(beside(messaging, troubled), changes) == Failed([])
    assert troubled.tries == 1 + RETRIES
    letters = [item async for item in table.scan() if kind_of(item) == "dead-letter"]
    assert len(letters) == len(changes)


@pytest.mark.parametrize("created_at", ["12th of May", "2026-11-23T09:00:00", 7])
async def test_a_time_that_nobody_can_read_stops_nothing(
    messaging: MessagingContext,
    table: SqliteTable,
    andrew: User,
    bayko: User,
    created_at: str | int,
) -> None:
    await table.put(Put({"pk": "MSG#nowhere", "sk": "000000000001", "created_at": created_at}))
    await start_direct_group(messaging, andrew, bayko, "1")
    await project_until(messaging, table, 3)
    assert await kept_changes(table) == []


async def test_what_nobody_thought_of_stops_its_conversation_alone(
    messaging: MessagingContext, table: SqliteTable, andrew: User, bayko: User, mallory: User
) -> None:
    group = (await start_direct_group(messaging, andrew, bayko, "1")).message_group_uuid
    row = await table.get(keys.inbox_row_key(bayko.user_uuid, group))
    # An hour later is no time that the calendar has.
    await table.put(Put({**(row or {}), "indexed_at": "9999-12-31T23:59:59.999Z"}))
    await send_message(messaging, andrew, group, "2")
    await start_direct_group(messaging, andrew, mallory, "1")
    await project_until(messaging, table, 5)
    rows = (await list_inbox(messaging, andrew.user_uuid)).rows
    assert {row.user_handle: row.last_seq for row in rows} == {"bayko": 2, "mallory": 1}


async def test_a_lost_row_comes_back_with_the_next_message(
    messaging: MessagingContext, table: SqliteTable, andrew: User, bayko: User
) -> None:
    group = (await start_direct_group(messaging, andrew, bayko, "1")).message_group_uuid
    await table.delete(Delete(keys.inbox_row_key(bayko.user_uuid, group)))
    await send_message(messaging, andrew, group, "2")
    await project_until(messaging, table, 3)
    (row,) = (await list_inbox(messaging, bayko.user_uuid)).rows
    assert (row.message, row.unread) == ("2", 2)


async def test_how_far_inboxes_are_behind_is_told_by_the_oldest_message_of_a_batch(
    messaging: MessagingContext, clock: Clock, table: SqliteTable, andrew: User, bayko: User
) -> None:
    group = (await start_direct_group(messaging, andrew, bayko, "1")).message_group_uuid
    clock.turn(seconds=3)
    await send_message(messaging, andrew, group, "2")
    clock.turn(seconds=2)
    told: asyncio.Future[float] = asyncio.get_running_loop().create_future()
    feed = SqliteChangeFeed(table)
    worker = asyncio.create_task(
        run_projector(messaging, feed, lambda _, lag: told.set_result(lag))
    )
    assert await asyncio.wait_for(told, 20) == 5.0
    worker.cancel()


async def test_a_change_whose_table_is_away_at_the_first_try_is_given_back(
    messaging: MessagingContext, table: SqliteTable, andrew: User, bayko: User
) -> None:
    group = (await start_direct_group(messaging, andrew, bayko, "1")).message_group_uuid
    await send_message(messaging, andrew, group, "2")
    changes = [change for change in await kept_changes(table) if is_projected(change)]
    troubled = OddThenAway(table)
    troubled.is_odd, troubled.is_away = False, True
    assert (await project_surely(beside(messaging, troubled), changes)).waiting == list(changes)


async def test_an_edit_of_an_old_message_leaves_no_inbox_behind(
    messaging: MessagingContext, clock: Clock, table: SqliteTable, andrew: User, bayko: User
) -> None:
    group = (await start_direct_group(messaging, andrew, bayko, "1")).message_group_uuid
    await project_until(messaging, table, 2)
    clock.turn(hours=1)
    await edit_message(messaging, andrew.user_uuid, group, 1, "one")
    lags: asyncio.Queue[float] = asyncio.Queue()
    feed = SqliteChangeFeed(table)
    worker = asyncio.create_task(
        run_projector(messaging, feed, lambda _, lag: lags.put_nowait(lag))
    )
    assert await asyncio.wait_for(lags.get(), 20) == 0.0
    worker.cancel()


class WatchedFeed(SqliteChangeFeed):
    """A real feed that says when it is read, and when it is closed."""

    def __init__(self, table: SqliteTable) -> None:
        super().__init__(table)
        self.is_read, self.is_closed = asyncio.Event(), False

    async def read(self, limit: int) -> Sequence[Change]:
        self.is_read.set()
        return await super().read(limit)

    async def close(self) -> None:
        await super().close()
        self.is_closed = True


async def test_a_projector_that_is_stopped_closes_its_feed_and_leaves_nothing_running(
    messaging: MessagingContext, table: SqliteTable
) -> None:
    """The feed saves its place when it is closed, so that nothing is projected twice."""
    before, feed = asyncio.all_tasks(), WatchedFeed(table)
    worker = asyncio.create_task(run_projector(messaging, feed))
    await feed.is_read.wait()
    worker.cancel()
    with suppress(asyncio.CancelledError):
        await worker
    assert feed.is_closed
    assert asyncio.all_tasks() <= before
