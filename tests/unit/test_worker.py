"""The projector at work: what fails stops nobody else, and nothing is let go before it is done."""

import asyncio
from collections.abc import Sequence

import pytest
from tests.stage import Clock

from cruddur.messaging.list_inbox import list_inbox
from cruddur.messaging.ports import Change, Delete, Missing, Put
from cruddur.messaging.send_message import send_message
from cruddur.messaging.service import Messaging
from cruddur.messaging.start_direct_group import start_direct_group
from cruddur.messaging.verify_inboxes import verify_inboxes
from cruddur.model import User
from cruddur.table import keys
from cruddur.table.sqlite import SqliteChangeFeed, SqliteTable
from cruddur.worker import project_surely, run_projector


async def project_until(messaging: Messaging, table: SqliteTable, count: int) -> None:
    """Runs the worker until it has let go of so many changes."""
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
    messaging: Messaging, table: SqliteTable, andrew: User, bayko: User
) -> None:
    first = await start_direct_group(messaging, andrew, bayko, "1")
    sends = [send_message(messaging, andrew, first.message_group_uuid, f"{n}") for n in range(50)]
    await asyncio.gather(project_until(messaging, table, 51), *sends)
    (row,) = (await list_inbox(messaging, bayko.user_uuid)).rows
    assert (row.last_seq, row.unread) == (51, 51)


async def test_a_worker_that_died_before_letting_go_projects_again_without_harm(
    messaging: Messaging, table: SqliteTable, andrew: User, bayko: User
) -> None:
    first = await start_direct_group(messaging, andrew, bayko, "1")
    await send_message(messaging, bayko, first.message_group_uuid, "2")
    await project_surely(messaging, await table.changes(0, 100))
    await project_until(messaging, table, 2)
    assert await table.changes(0, 100) == []
    assert [d async for d in verify_inboxes(messaging)] == []


async def test_a_poisoned_change_is_set_aside_and_the_others_go_on(
    messaging: Messaging, table: SqliteTable, andrew: User, bayko: User
) -> None:
    poison = {"pk": "MSG#nowhere", "sk": "000000000001", "message": "no sender, no conversation"}
    await table.put(Put(poison, [Missing("pk")]))
    group = (await start_direct_group(messaging, andrew, bayko, "1")).message_group_uuid
    await send_message(messaging, andrew, group, "2")
    await project_until(messaging, table, 3)
    (row,) = (await list_inbox(messaging, bayko.user_uuid)).rows
    assert row.last_seq == 2
    (problem,) = [d async for d in verify_inboxes(messaging)]
    assert problem.where == "MSG#nowhere"


@pytest.mark.parametrize("created_at", ["12th of May", "2026-11-23T09:00:00", 7])
async def test_a_time_that_nobody_can_read_stops_nothing(
    messaging: Messaging, table: SqliteTable, andrew: User, bayko: User, created_at: str | int
) -> None:
    await table.put(Put({"pk": "MSG#nowhere", "sk": "000000000001", "created_at": created_at}))
    await start_direct_group(messaging, andrew, bayko, "1")
    await project_until(messaging, table, 2)
    assert await table.changes(0, 100) == []


async def test_what_nobody_thought_of_stops_its_conversation_alone(
    messaging: Messaging, table: SqliteTable, andrew: User, bayko: User, mallory: User
) -> None:
    group = (await start_direct_group(messaging, andrew, bayko, "1")).message_group_uuid
    row = await table.get(keys.inbox_row_key(bayko.user_uuid, group))
    # An hour later is no time that the calendar has.
    await table.put(Put({**(row or {}), "indexed_at": "9999-12-31T23:59:59.999Z"}))
    await send_message(messaging, andrew, group, "2")
    await start_direct_group(messaging, andrew, mallory, "1")
    await project_until(messaging, table, 3)
    rows = (await list_inbox(messaging, andrew.user_uuid)).rows
    assert {row.user_handle: row.last_seq for row in rows} == {"bayko": 2, "mallory": 1}


async def test_a_lost_row_comes_back_with_the_next_message(
    messaging: Messaging, table: SqliteTable, andrew: User, bayko: User
) -> None:
    group = (await start_direct_group(messaging, andrew, bayko, "1")).message_group_uuid
    await table.delete(Delete(keys.inbox_row_key(bayko.user_uuid, group)))
    await send_message(messaging, andrew, group, "2")
    await project_until(messaging, table, 2)
    (row,) = (await list_inbox(messaging, bayko.user_uuid)).rows
    assert (row.message, row.unread) == ("2", 2)


async def test_how_far_inboxes_are_behind_is_told_by_the_oldest_message_of_a_batch(
    messaging: Messaging, clock: Clock, table: SqliteTable, andrew: User, bayko: User
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
