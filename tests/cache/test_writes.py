"""What a write does to what is remembered, whatever becomes of the write."""

import pytest
from tests.stage import SEAL, Interrupted, person

from cruddur.domain.errors import OutcomeUnknown, TableUnavailable
from cruddur.engines.bus.memory import MemoryBus
from cruddur.engines.cache.generations import GenerationCache
from cruddur.engines.cache.memory import MemoryStore
from cruddur.engines.sqlite import SqliteTable
from cruddur.messaging.cached.with_cache import with_cache
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.table import IF_NEW, Delete, Put, Table, Update, Write
from cruddur.schema import keys

ANDREW, BAYKO = person("andrew"), person("bayko")


class Processes:
    """Two processes with one cache: the writer's table can be interrupted, the reader's is plain."""

    def __init__(self, table: SqliteTable) -> None:
        self.table = table
        store = MemoryStore()
        self.caches = [GenerationCache(store, seal=SEAL, repairs_itself=False) for _ in range(2)]
        self.reader = self._process(table, self.caches[0])

    def writer(self, table: Table | Interrupted) -> MessagingContext:
        return self._process(table, self.caches[1])

    async def shown(self, group: str) -> list[str]:
        page = await list_messages(self.reader, BAYKO.user_uuid, group)
        return [message.message for message in page.messages]

    def _process(self, table: Table | Interrupted, cache: GenerationCache) -> MessagingContext:
        return with_cache(MessagingContext(table=table, bus=MemoryBus()), cache)


@pytest.fixture
def two(table: SqliteTable) -> Processes:
    return Processes(table)


@pytest.fixture
async def group(two: Processes) -> str:
    first = await start_direct_group(two.reader, ANDREW, BAYKO, "Hello")
    return first.message_group_uuid


@pytest.mark.parametrize(
    ("name", "shown"), [("transact", ["Hello!"]), ("put", ["Hello", "More"])], ids=["edit", "send"]
)
async def test_a_page_read_while_a_write_goes_on_is_not_served_after_it(
    two: Processes, group: str, name: str, shown: list[str]
) -> None:
    async def read() -> None:
        assert await two.shown(group) == ["Hello"]

    writer = two.writer(Interrupted(two.table, name, read))
    if name == "transact":
        await edit_message(writer, ANDREW.user_uuid, group, 1, "Hello!")
    else:
        await send_message(writer, ANDREW, group, "More")
    assert await two.shown(group) == shown


async def test_a_write_of_unknown_fate_outdates_what_is_remembered(
    two: Processes, group: str
) -> None:
    assert await two.shown(group) == ["Hello"]

    async def be_stored_and_lose_the_answer() -> None:
        await edit_message(
            MessagingContext(two.table, MemoryBus()), ANDREW.user_uuid, group, 1, "Bye"
        )
        raise TableUnavailable("the answer was lost")

    writer = two.writer(Interrupted(two.table, "transact", be_stored_and_lose_the_answer))
    with pytest.raises(TableUnavailable):
        await edit_message(writer, ANDREW.user_uuid, group, 1, "Bye")
    await two.caches[1].flush_pending()
    assert await two.shown(group) == ["Bye"]


async def test_a_send_of_unknown_fate_outdates_what_is_remembered(
    two: Processes, group: str
) -> None:
    assert await two.shown(group) == ["Hello"]

    async def be_stored_and_lose_the_answer() -> None:
        await send_message(MessagingContext(two.table, MemoryBus()), ANDREW, group, "More")
        raise OutcomeUnknown("the answer was lost")

    writer = two.writer(Interrupted(two.table, "put", be_stored_and_lose_the_answer))
    key = keys.message_key(group, 2)
    with pytest.raises(OutcomeUnknown):
        await writer.table.put(Put({"pk": key.pk, "sk": key.sk}, IF_NEW))
    await two.caches[1].flush_pending()
    assert await two.shown(group) == ["Hello", "More"]


@pytest.mark.parametrize("way", ["put", "update", "delete", "transact"])
async def test_a_row_that_is_written_by_whatever_call_is_shown_as_it_is(
    two: Processes, group: str, way: str
) -> None:
    async def texts() -> list[str]:
        page = await list_inbox(two.reader, BAYKO.user_uuid)
        return [row.message for row in page.rows]

    assert await texts() == ["Hello"]
    key = keys.inbox_row_key(BAYKO.user_uuid, group)
    row = await two.table.get(key)
    assert row is not None
    writes: dict[str, Write] = {
        "put": Put({**row, "message": "Changed"}),
        "update": Update(key, {"message": "Changed"}),
        "delete": Delete(key),
    }
    table = two.writer(two.table).table
    write = writes.get(way)
    await (getattr(table, way)(write) if write else table.transact([writes["update"]]))
    assert await texts() == ([] if way == "delete" else ["Changed"])
