"""A new display name reaches every conversation and every search, whatever happens on its way."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.folders import temporary_folder
from tests.stage import Counted, Dying, Interrupted, Stream, beside, kept_changes, person

from cruddur.domain.errors import TableUnavailable
from cruddur.domain.model import User, direct_group_uuid
from cruddur.engines.bus.memory import MemoryBus
from cruddur.engines.sqlite import SqliteTable
from cruddur.identity.context import IdentityContext
from cruddur.identity.find_user import find_user, find_user_by_handle
from cruddur.identity.rename_user import rename_user
from cruddur.identity.search_people import search_people
from cruddur.messaging.access import find_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.add_members import add_members
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox import carry_name as carrying
from cruddur.messaging.inbox.carry_name import find_renaming
from cruddur.messaging.inbox.is_projected import PROJECTOR_CONSUMER
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.inbox.project import project
from cruddur.messaging.inbox.rebuild_inboxes import rebuild_inboxes
from cruddur.messaging.inbox.retry_put_aside_rows import retry_put_aside_rows
from cruddur.messaging.inbox.verify_inboxes import verify_inboxes
from cruddur.ports.table import Put, Table, Update
from cruddur.schema import items, keys

SECRET = bytes(32)
ANDREW, BAYKO = person("andrew"), person("bayko")


@pytest.fixture
async def identity(
    table: Table,
) -> IdentityContext:
    await join(table, ANDREW, BAYKO)
    return IdentityContext(table, SECRET)


async def join(table: Table, *people: User) -> None:
    for user in people:
        for item in items.person_items(user):
            await table.put(Put(item))


async def project_all(messaging: MessagingContext, stream: Stream) -> None:
    while changes := await stream.take():
        assert not await project(messaging, changes)


async def shown(messaging: MessagingContext, user: User) -> list[str | None]:
    rows = (await list_inbox(messaging, user.user_uuid)).rows
    return [row.user_display_name for row in rows if row.kind == "direct"]


async def members(messaging: MessagingContext, group: str) -> set[str]:
    found = await find_group(beside(messaging), group)
    return {member.display_name for member in found.members.values()} if found else set()


async def differences(messaging: MessagingContext) -> list[str]:
    return [found.what async for found in verify_inboxes(messaging)]


@pytest.mark.every_engine
async def test_a_new_name_is_found_and_shown_everywhere_and_the_old_one_nowhere(
    messaging: MessagingContext,
    identity: IdentityContext,
    stream: Stream,
) -> None:
    first = await start_direct_group(messaging, ANDREW, BAYKO, "Hello")
    many = await start_group(messaging, BAYKO, [ANDREW], "Lunch")
    renamed = await rename_user(identity, ANDREW.user_uuid, "  Inês   Maré ")
    assert (renamed.display_name, renamed.name_version) == ("Inês Maré", 1)
    await project_all(messaging, stream)
    assert await shown(messaging, BAYKO) == ["Inês Maré"]
    for group in (first.message_group_uuid, many.message_group_uuid):
        assert await members(messaging, group) == {"Inês Maré", "Bayko"}
    for text, found in (
        ("ines", ["Inês Maré"]),
        ("mare", ["Inês Maré"]),
        ("Andrew", ["Inês Maré"]),
    ):
        assert [one.display_name for one in await search_people(identity, text)] == found
    assert await identity.table.get(keys.name_key("andrew", ANDREW.user_uuid)) is None
    elsewhere = IdentityContext(identity.table, SECRET)
    assert (await find_user_by_handle(elsewhere, "andrew")).display_name == "Inês Maré"
    assert (await find_user(elsewhere, ANDREW.user_uuid)).display_name == "Inês Maré"
    assert await differences(messaging) == []


@pytest.mark.every_engine
async def test_of_two_names_at_once_the_newest_is_everywhere(
    messaging: MessagingContext,
    identity: IdentityContext,
    table: Table,
    stream: Stream,
) -> None:
    await start_direct_group(messaging, ANDREW, BAYKO, "Hello")

    async def overtake() -> None:
        await rename_user(IdentityContext(table, SECRET), ANDREW.user_uuid, "Anna One")

    slow = IdentityContext(Interrupted(table, "transact", overtake), SECRET)
    assert (await rename_user(slow, ANDREW.user_uuid, "Anna Two")).name_version == 2
    await project_all(messaging, stream)
    assert await shown(messaging, BAYKO) == ["Anna Two"]
    assert [one.display_name for one in await search_people(identity, "anna")] == ["Anna Two"]
    assert await search_people(identity, "one") == []
    assert await differences(messaging) == []


@pytest.mark.every_engine
async def test_an_older_name_that_is_late_changes_nothing(
    messaging: MessagingContext,
    identity: IdentityContext,
    table: Table,
    stream: Stream,
) -> None:
    message = await start_direct_group(messaging, ANDREW, BAYKO, "Hello")
    await rename_user(identity, ANDREW.user_uuid, "First")
    older = await stream.take()

    async def overtaken() -> None:
        await rename_user(identity, ANDREW.user_uuid, "Second")
        await project_all(messaging, stream)

    # The projector of the older name has read the group, and is slow to write it.
    slow = beside(messaging, Interrupted(table, "update", overtaken))
    assert not await project(slow, older)
    assert await shown(messaging, BAYKO) == ["Second"]
    assert await members(messaging, message.message_group_uuid) == {"Second", "Bayko"}
    assert not await project(messaging, await stream.all())
    assert await shown(messaging, BAYKO) == ["Second"]
    assert await differences(messaging) == []


async def test_a_name_goes_its_way_in_steps_that_are_bounded(
    messaging: MessagingContext,
    identity: IdentityContext,
    table: Table,
    stream: Stream,
) -> None:
    people = [person(f"friend{number}") for number in range(carrying.CONVERSATIONS_OF_A_STEP + 5)]
    await join(table, *people)
    for friend in people:
        await start_direct_group(messaging, ANDREW, friend, "Hello")
    await project_all(messaging, stream)
    await rename_user(identity, ANDREW.user_uuid, "Anna")
    changes = await stream.take()
    for _ in range(2):  # a replay of the first step is none
        assert not await project(messaging, changes)
        names = [await shown(messaging, friend) for friend in people]
        assert names.count(["Anna"]) == carrying.CONVERSATIONS_OF_A_STEP
    await project_all(messaging, stream)
    assert all([await shown(messaging, friend) == ["Anna"] for friend in people])
    assert await find_renaming(messaging, ANDREW.user_uuid) is None


@pytest.mark.every_engine
async def test_who_starts_a_conversation_by_an_old_name_gets_the_new_one(
    messaging: MessagingContext,
    identity: IdentityContext,
    stream: Stream,
) -> None:
    await rename_user(identity, ANDREW.user_uuid, "Anna")
    await project_all(messaging, stream)
    elsewhere = beside(messaging)  # another process, which remembers Andrew for a minute
    await start_direct_group(elsewhere, BAYKO, ANDREW, "Hello")
    group = await start_group(elsewhere, BAYKO, [], "Lunch")
    await project_all(beside(messaging), stream)
    await add_members(elsewhere, BAYKO.user_uuid, group.message_group_uuid, [ANDREW])
    await project_all(beside(messaging), stream)
    assert await shown(messaging, BAYKO) == ["Anna"]
    assert await members(messaging, group.message_group_uuid) == {"Anna", "Bayko"}
    assert await differences(messaging) == []


@pytest.mark.every_engine
async def test_a_throttled_conversation_is_put_aside_and_gets_the_name_later(
    messaging: MessagingContext,
    identity: IdentityContext,
    table: Table,
    stream: Stream,
) -> None:
    await start_direct_group(messaging, ANDREW, BAYKO, "Hello")
    await project_all(messaging, stream)
    await rename_user(identity, ANDREW.user_uuid, "Anna")

    async def throttle() -> None:
        raise TableUnavailable("throttled")

    throttled = beside(messaging, Interrupted(table, "update", throttle))
    assert not await project(throttled, await stream.take())
    assert await shown(messaging, BAYKO) == ["Andrew"]
    assert (await retry_put_aside_rows(messaging)).done == 1
    assert await shown(messaging, BAYKO) == ["Anna"]
    assert await find_renaming(messaging, ANDREW.user_uuid) is None


async def test_a_name_that_stays_writes_nothing(
    identity: IdentityContext,
    table: Table,
) -> None:
    counted = Counted(table)
    same = await rename_user(IdentityContext(counted, SECRET), ANDREW.user_uuid, " Andrew ")
    assert same.name_version is None
    assert counted.calls == ["get"]


async def test_one_may_write_to_oneself_under_a_new_name(
    messaging: MessagingContext,
    identity: IdentityContext,
    stream: Stream,
) -> None:
    await start_direct_group(messaging, ANDREW, ANDREW, "Milk")
    await rename_user(identity, ANDREW.user_uuid, "Anna")
    await project_all(messaging, stream)
    assert await shown(messaging, ANDREW) == ["Anna"]
    assert await differences(messaging) == []


async def test_a_process_that_heard_of_a_name_does_not_send_an_older_one(
    messaging: MessagingContext,
    identity: IdentityContext,
) -> None:
    message = await start_direct_group(messaging, ANDREW, BAYKO, "Hello")
    renamed = await rename_user(identity, ANDREW.user_uuid, "Anna")
    messaging.newest_names.note(carrying_of(renamed))
    group = await find_group(messaging, message.message_group_uuid)
    assert group is not None
    assert group.members[ANDREW.user_uuid].display_name == "Anna"


def carrying_of(user: User) -> Any:
    return items.renaming_from(
        {
            "pk": keys.rename_key(user.user_uuid).pk,
            "handle": user.handle,
            "display_name": user.display_name,
            "name_version": user.name_version,
        }
    )


async def _garble_words(table: Table, user: User) -> None:
    old = person("andrew", "Old Andrew")
    for item in items.name_items(old):
        await table.put(Put(item))


async def _garble_handle(table: Table, user: User) -> None:
    values = {"display_name": "Old"}
    await table.update(Update(keys.handle_key(user.handle), values))


async def _garble_group(table: Table, user: User) -> None:
    values = {"display_name": "Newer", "name_version": 7}
    await table.update(Update(keys.user_key(user.user_uuid), values))
    await table.update(Update(keys.handle_key(user.handle), values))
    for item in items.name_items(person("andrew", "Newer")):
        await table.put(Put(item))


@pytest.mark.every_engine
@pytest.mark.parametrize(
    ("garble", "said"),
    [
        (_garble_words, "found under another name or picture by andrew; still found by old"),
        (_garble_handle, "found under another name or picture by andrew"),
        (_garble_group, "called 'Andrew' instead of 'Newer'; still found by andrew"),
    ],
    ids=["words", "handle", "group"],
)
async def test_verify_finds_an_older_name_and_rebuild_mends_it(
    messaging: MessagingContext,
    identity: IdentityContext,
    stream: Stream,
    garble: Any,
    said: str,
) -> None:
    await start_direct_group(messaging, ANDREW, BAYKO, "Hello")
    await project_all(messaging, stream)
    await garble(identity.table, ANDREW)
    found = "; ".join(sorted(await differences(messaging)))
    assert found.replace("@andrew is ", "") == said
    assert all([one.is_mended async for one in rebuild_inboxes(beside(messaging))])
    assert await differences(messaging) == []


async def test_verify_says_that_a_name_does_not_get_on_and_rebuild_carries_it(
    messaging: MessagingContext,
    identity: IdentityContext,
) -> None:
    await start_direct_group(messaging, ANDREW, BAYKO, "Hello")
    await rename_user(identity, ANDREW.user_uuid, "Anna")
    assert await differences(messaging) == [
        "the new name of @andrew has not come to all conversations"
    ]
    assert all([one.is_mended async for one in rebuild_inboxes(beside(messaging))])
    assert await shown(messaging, BAYKO) == ["Anna"]
    assert await differences(messaging) == []


PEOPLE = [person(name) for name in ("andrew", "bayko", "carla")]
steps = st.lists(
    st.one_of(
        st.tuples(
            st.just("rename"), st.sampled_from([0, 1]), st.sampled_from(["Ann", "Bob", "Cy"])
        ),
        st.tuples(st.just("start"), st.sampled_from([0, 1]), st.just("Hi")),
        st.tuples(st.just("project"), st.integers(0, 6), st.just("")),
    ),
    max_size=10,
)


@given(steps, st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_all_end_with_the_last_name_in_every_order(plan: list[Any], random: Any) -> None:
    async def run() -> None:
        with temporary_folder() as folder:
            table = await SqliteTable.open(Path(folder), consumers=[PROJECTOR_CONSUMER])
            await join(table, *PEOPLE)
            await _act(MessagingContext(table=table, bus=MemoryBus()), table, plan, random)
            await table.close()

    asyncio.run(run())


async def _act(
    messaging: MessagingContext, table: SqliteTable, plan: Sequence[Any], random: Any
) -> None:
    names = {user.user_uuid: user.display_name for user in PEOPLE}
    for act, who, what in plan:
        if act == "rename":
            await rename_user(IdentityContext(table, SECRET), PEOPLE[who].user_uuid, what)
            names[PEOPLE[who].user_uuid] = what
        elif act == "start":  # under the names of the beginning, by another process
            await start_direct_group(beside(messaging), PEOPLE[who], PEOPLE[who + 1], what)
        else:
            changes = await kept_changes(table)
            some = [random.choice(changes) for _ in range(3)] if changes else []
            await project(beside(messaging, Dying(table, who)), some)
    await _project_the_rest(messaging, table)
    for one, other in ((0, 1), (1, 2)):
        await _check(messaging, PEOPLE[one], PEOPLE[other], names)


async def _project_the_rest(messaging: MessagingContext, table: SqliteTable) -> None:
    before = -1
    while len(changes := await kept_changes(table)) != before:
        before = len(changes)
        assert not await project(messaging, changes)
        await retry_put_aside_rows(messaging)


async def _check(
    messaging: MessagingContext, one: User, other: User, names: dict[str, str]
) -> None:
    uuid = direct_group_uuid(one.user_uuid, other.user_uuid)
    for owner, shown_there in ((one, other), (other, one)):
        item = await messaging.table.get(keys.inbox_row_key(owner.user_uuid, uuid))
        if item is not None:
            assert item["user_display_name"] == names[shown_there.user_uuid]
    if found := await members(messaging, uuid):
        assert found == {names[one.user_uuid], names[other.user_uuid]}
