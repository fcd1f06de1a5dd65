"""A group's new title reaches every row, whatever happens between the group and its rows."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.folders import temporary_folder
from tests.stage import (
    Counted,
    Dying,
    Interrupted,
    Stream,
    beside,
    kept_changes,
    person,
    rename_group,
)

from cruddur.domain.errors import TableUnavailable
from cruddur.domain.model import User
from cruddur.engines.bus.memory import MemoryBus
from cruddur.engines.sqlite import SqliteTable
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.edit_group import GroupEdit, edit_group
from cruddur.messaging.groups.leave_group import leave_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.is_projected import PROJECTOR_CONSUMER
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.inbox.project import project
from cruddur.messaging.inbox.rebuild_inboxes import rebuild_inboxes
from cruddur.messaging.inbox.retry_put_aside_rows import retry_put_aside_rows
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.change_feed import Change
from cruddur.ports.table import Table
from cruddur.schema import keys

PEOPLE = [person(name) for name in ("andrew", "bayko", "carla")]


async def titles(messaging: MessagingContext, people: Sequence[User]) -> list[str | None]:
    pages = [await list_inbox(messaging, user.user_uuid) for user in people]
    return [row.title for page in pages for row in page.rows]


async def differences(messaging: MessagingContext) -> list[str]:
    return [found.what async for found in verify_inboxes(messaging)]


async def lunch(messaging: MessagingContext, *people: User) -> str:
    return (await start_group(messaging, people[0], people[1:], "Lunch")).message_group_uuid


@pytest.mark.every_engine
async def test_of_two_renames_at_once_the_newest_title_is_in_every_row(
    messaging: MessagingContext, table: Table, stream: Stream, andrew: User, bayko: User
) -> None:
    group = await lunch(messaging, andrew, bayko)
    await rename_group(messaging, andrew.user_uuid, group, "Dinner")
    older = await stream.take()

    async def overtaken() -> None:
        await rename_group(messaging, bayko.user_uuid, group, "Supper")
        await stream.project(messaging)

    # The projector of the older title has read the group, and is slow to write the first row.
    slow = beside(messaging, Interrupted(table, "update", overtaken))
    assert not await project(slow, older)
    assert await titles(messaging, [andrew, bayko]) == ["Supper", "Supper"]
    assert await differences(messaging) == []


@pytest.mark.every_engine
@pytest.mark.parametrize("way", ["retry", "replay"])
async def test_a_failure_between_the_group_and_its_rows_heals(
    messaging: MessagingContext, table: Table, stream: Stream, way: str
) -> None:
    andrew, bayko = person("andrew"), person("bayko")
    group = await lunch(messaging, andrew, bayko)
    await rename_group(messaging, andrew.user_uuid, group, "Dinner")
    changes = await stream.take()

    async def die() -> None:
        raise TableUnavailable("killed")

    # What cannot be written is put aside, so the change counts as projected.
    assert not await project(beside(messaging, Interrupted(table, "update", die)), changes)
    assert sorted(map(str, await titles(messaging, [andrew, bayko]))) == ["Dinner", "Lunch"]
    if way == "retry":
        await retry_put_aside_rows(messaging)
    else:
        assert not await project(messaging, changes)
    assert await titles(messaging, [andrew, bayko]) == ["Dinner", "Dinner"]


@pytest.mark.every_engine
async def test_verify_finds_a_row_behind_the_group_and_rebuild_mends_it(
    messaging: MessagingContext, andrew: User, bayko: User
) -> None:
    group = await lunch(messaging, andrew, bayko)
    await rename_group(messaging, andrew.user_uuid, group, "Dinner")
    found = await differences(messaging)
    assert len(found) == 2
    assert all("title is 'Lunch' instead of 'Dinner'" in what for what in found)
    assert all("title_version is None instead of 2" in what for what in found)
    assert [one.is_mended async for one in rebuild_inboxes(messaging)] == [True, True]
    assert await differences(messaging) == []


async def test_who_has_left_gets_no_row_again(
    messaging: MessagingContext, table: Table, stream: Stream, andrew: User, bayko: User
) -> None:
    group = await lunch(messaging, andrew, bayko)
    await rename_group(messaging, andrew.user_uuid, group, "Dinner")

    async def leave() -> None:
        await leave_group(messaging, bayko.user_uuid, group)

    between = beside(messaging, Interrupted(table, "get_many", leave))
    assert not await project(between, await stream.take())
    assert await titles(messaging, [andrew, bayko]) == ["Dinner"]
    assert await table.get(keys.inbox_row_key(bayko.user_uuid, group)) is None


async def test_other_changes_of_a_group_only_look_at_names(
    messaging: MessagingContext, table: Table, stream: Stream, andrew: User, bayko: User
) -> None:
    group = await lunch(messaging, andrew)
    await stream.project(messaging)
    await rename_group(messaging, andrew.user_uuid, group, "Lunch")  # it has this title already
    await edit_group(messaging, andrew.user_uuid, group, GroupEdit(who_may_add="admins"))
    counted = Counted(table)
    assert not await project(beside(messaging, counted), await stream.take())
    assert "update" not in counted.calls


async def test_a_rename_writes_the_group_alone_and_each_row_once(
    messaging: MessagingContext, table: Table, stream: Stream, andrew: User, bayko: User
) -> None:
    group = await lunch(messaging, andrew, bayko)
    counted = Counted(table)
    await rename_group(beside(messaging, counted), andrew.user_uuid, group, "Dinner")
    assert counted.calls.count("transact") == 1
    assert "update" not in counted.calls
    counted.calls.clear()
    changes = await stream.take()
    for _ in range(2):
        assert not await project(beside(messaging, counted), changes)
    assert counted.calls.count("update") == 2


steps = st.lists(
    st.one_of(
        st.tuples(st.just("rename"), st.sampled_from(["Lunch", "Dinner", "Supper"])),
        st.tuples(st.just("say"), st.just("Hello")),
        st.tuples(st.just("project"), st.integers(0, 4)),
    ),
    max_size=12,
)


@given(steps, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_rows_end_with_the_last_title_in_every_order(plan: list[Any], random: Any) -> None:
    async def run() -> None:
        with temporary_folder() as folder:
            table = await SqliteTable.open(Path(folder), consumers=[PROJECTOR_CONSUMER])
            messaging = MessagingContext(table=table, bus=MemoryBus())
            await _act(messaging, table, plan, random)
            await table.close()

    async def _act(messaging: MessagingContext, table: SqliteTable, plan: Any, random: Any) -> None:
        group, title = await lunch(messaging, *PEOPLE), "Lunch"
        for name, what in plan:
            if name == "rename":
                title = what
                await rename_group(messaging, PEOPLE[0].user_uuid, group, title)
            elif name == "say":
                await send_message(messaging, PEOPLE[1], group, what)
            else:
                # Some changes, in any order, perhaps again, by a projector that dies after some writes.
                changes = await _some(table, random)
                await project(beside(messaging, Dying(table, what)), changes)
        late = await kept_changes(table)
        random.shuffle(late)
        assert not await project(messaging, late)
        assert await titles(messaging, PEOPLE) == [title] * len(PEOPLE)
        assert await differences(messaging) == []

    asyncio.run(run())


async def _some(table: SqliteTable, random: Any) -> list[Change]:
    changes = await kept_changes(table)
    return [random.choice(changes) for _ in range(random.randint(0, 6))] if changes else []
