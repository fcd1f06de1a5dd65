"""Reading through the cache: what is saved, what is shared, and who is let in."""

import pytest
from tests.cache.stores import Breakable
from tests.stage import SEAL, Stream

from cruddur.domain.errors import NotFound
from cruddur.domain.model import User
from cruddur.engines.bus.memory import MemoryBus
from cruddur.engines.cache.generations import GenerationCache
from cruddur.engines.cache.memory import MemoryStore
from cruddur.engines.sqlite import SqliteTable
from cruddur.messaging.cached.with_cache import with_cache
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.add_members import add_members
from cruddur.messaging.groups.leave_group import leave_group
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.inbox.project import project
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.messaging.messages.send_message import send_message
from cruddur.tools.recording_table import RecordingTable


class Process:
    """One of several processes over one cache; `reads` are those that reached the table."""

    def __init__(self, table: SqliteTable, store: MemoryStore) -> None:
        self.overheard = RecordingTable(table)
        self.store = Breakable(store)
        cache = GenerationCache(self.store, seal=SEAL, repairs_itself=False)
        self.cache = cache
        plain = MessagingContext(table=self.overheard, bus=MemoryBus())
        self.messaging = with_cache(plain, cache)

    @property
    def reads(self) -> list[str]:
        return [f"{reading.call}, {reading.how}" for reading in self.overheard.readings]


@pytest.fixture
def pair(table: SqliteTable) -> tuple[Process, Process]:
    store = MemoryStore()
    return Process(table, store), Process(table, store)


async def test_warm_reads_do_not_reach_the_table(
    pair: tuple[Process, Process], andrew: User, bayko: User
) -> None:
    here, there = pair
    uuid = (await start_direct_group(here.messaging, andrew, bayko, "Hi")).message_group_uuid
    for process in (here, there):
        await list_messages(process.messaging, andrew.user_uuid, uuid)
        await list_inbox(process.messaging, bayko.user_uuid)
    count = len(there.reads)
    await list_messages(there.messaging, bayko.user_uuid, uuid)
    await list_inbox(there.messaging, bayko.user_uuid)
    assert len(there.reads) == count == 1  # its one read was of the group, who its people are


async def test_after_a_send_only_what_is_new_is_read_and_strongly(
    pair: tuple[Process, Process], andrew: User, bayko: User
) -> None:
    here, there = pair
    uuid = (await start_direct_group(here.messaging, andrew, bayko, "Hi")).message_group_uuid
    await list_messages(there.messaging, bayko.user_uuid, uuid)
    # The first page was read eventually, which is no ground to build on; the second is consistent.
    await send_message(here.messaging, andrew, uuid, "two")
    await list_messages(there.messaging, bayko.user_uuid, uuid)
    await send_message(here.messaging, andrew, uuid, "three")
    page = await list_messages(there.messaging, bayko.user_uuid, uuid)
    assert [message.seq for message in page.messages] == [1, 2, 3]
    assert there.reads[-1] == "query, ascending, limit 20, strongly consistent"


async def test_who_came_late_sees_of_the_shared_page_only_what_came_after(
    pair: tuple[Process, Process], andrew: User, bayko: User, mallory: User
) -> None:
    here, there = pair
    group = await start_group(here.messaging, andrew, [bayko], "Plans")
    uuid = group.message_group_uuid
    await send_message(here.messaging, andrew, uuid, "not for Mallory")
    await list_messages(here.messaging, andrew.user_uuid, uuid)
    await add_members(here.messaging, andrew.user_uuid, uuid, [mallory])
    await send_message(here.messaging, andrew, uuid, "welcome")
    for process in (here, there):
        page = await list_messages(process.messaging, mallory.user_uuid, uuid)
        shown = [message.message for message in page.messages]
        assert shown == ["Andrew added Mallory", "welcome"]
        assert not page.has_more


async def test_who_left_is_out_at_once_in_every_process(
    pair: tuple[Process, Process], andrew: User, bayko: User
) -> None:
    here, there = pair
    uuid = (await start_group(here.messaging, andrew, [bayko], "Plans")).message_group_uuid
    for process in (here, there):
        await list_messages(process.messaging, bayko.user_uuid, uuid)
    await leave_group(here.messaging, bayko.user_uuid, uuid)
    for process in (here, there):
        with pytest.raises(NotFound):
            await list_messages(process.messaging, bayko.user_uuid, uuid)
        assert (await list_inbox(process.messaging, bayko.user_uuid)).rows == []


async def test_the_projector_heals_what_a_broken_off_sender_left_behind(
    pair: tuple[Process, Process], stream: Stream, andrew: User, bayko: User
) -> None:
    here, there = pair
    uuid = (await start_direct_group(here.messaging, andrew, bayko, "Hi")).message_group_uuid
    await list_messages(there.messaging, bayko.user_uuid, uuid)
    here.store.mode = "refuses"
    await send_message(here.messaging, andrew, uuid, "unheard")
    await stream.project(there.messaging)
    page = await list_messages(there.messaging, bayko.user_uuid, uuid)
    assert [message.seq for message in page.messages] == [1, 2]


async def test_a_projector_that_died_before_it_told_the_cache_does_so_when_it_comes_back(
    pair: tuple[Process, Process], stream: Stream, andrew: User, bayko: User
) -> None:
    here, there = pair
    uuid = (await start_direct_group(here.messaging, andrew, bayko, "Hi")).message_group_uuid
    await send_message(here.messaging, andrew, uuid, "two")
    await list_inbox(there.messaging, bayko.user_uuid)
    changes = await stream.take()
    here.store.mode = "refuses"
    assert not await project(here.messaging, changes)
    assert not await project(there.messaging, changes)
    assert (await list_inbox(there.messaging, bayko.user_uuid)).rows[0].last_seq == 2


async def test_a_process_that_has_shown_more_than_the_cache_knows_asks_the_table(
    pair: tuple[Process, Process], andrew: User, bayko: User
) -> None:
    here, there = pair
    uuid = (await start_direct_group(here.messaging, andrew, bayko, "Hi")).message_group_uuid
    await list_messages(there.messaging, bayko.user_uuid, uuid)
    here.store.mode = "refuses"
    await send_message(here.messaging, andrew, uuid, "two")
    await list_messages(there.messaging, bayko.user_uuid, uuid, after=1)
    page = await list_messages(there.messaging, bayko.user_uuid, uuid)
    assert page.messages[-1].seq == 2


async def test_a_page_that_grew_shows_no_older_text_than_this_process_has_shown(
    pair: tuple[Process, Process], andrew: User, bayko: User
) -> None:
    here, there = pair
    uuid = (await start_direct_group(here.messaging, andrew, bayko, "old")).message_group_uuid
    await list_messages(there.messaging, bayko.user_uuid, uuid)
    await send_message(here.messaging, andrew, uuid, "two")
    await list_messages(there.messaging, bayko.user_uuid, uuid)  # kept now, and consistent
    here.store.mode = "refuses"
    await edit_message(here.messaging, andrew.user_uuid, uuid, 1, "new")
    shown = await list_messages(there.messaging, bayko.user_uuid, uuid, after=0)
    assert shown.messages[0].message == "new"
    await send_message(there.messaging, bayko, uuid, "three")
    page = await list_messages(there.messaging, bayko.user_uuid, uuid)
    assert [message.message for message in page.messages] == ["new", "two", "three"]
