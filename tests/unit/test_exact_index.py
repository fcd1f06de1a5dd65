"""On SQLite the index of inboxes follows each message, so a busy inbox opens like a small one."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.folders import temporary_folder
from tests.stage import Clock, Counted, Stream, beside, person
from tests.unit.test_properties import a_row

from cruddur.domain.item import Key
from cruddur.domain.model import InboxRow, User
from cruddur.engines.bus.memory import MemoryBus
from cruddur.engines.sqlite import ReadOnlySqliteTable, SqliteTable
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.table import Put, Query, Table, Update
from cruddur.schema import items, keys
from cruddur.schema.table import FILE_NAME

MANY = 300
HOUR = 3600
_BEFORE = "UPDATE items SET indexed_at = json_extract(body, '$.indexed_at')"


def busy_inbox() -> list[InboxRow]:
    """All active within one hour, and the index, as DynamoDB has it, in the opposite order."""
    return [a_row(number, HOUR + 10 * number, 10 + 11 * number) for number in range(MANY)]


async def fill(table: Table, rows: list[InboxRow]) -> None:
    await table.transact([Put(items.inbox_row_item(row)) for row in rows[:100]])
    for row in rows[100:]:
        await table.put(Put(items.inbox_row_item(row)))


async def index_of(table: Table) -> list[str]:
    query = Query(keys.inbox_pk("me"), index=keys.INBOX_INDEX, descending=True, limit=1000)
    return [entry["sk"] for entry in (await table.query(query)).items]


def newest_first(rows: list[InboxRow]) -> list[str]:
    order = sorted(rows, key=lambda row: (row.last_message_at, row.message_group_uuid))
    return [row.message_group_uuid for row in reversed(order)]


async def test_a_page_of_a_busy_inbox_reads_its_own_rows_only(
    messaging: MessagingContext, table: Table
) -> None:
    rows = busy_inbox()
    await fill(table, rows)
    counted = Counted(table)
    page = await list_inbox(beside(messaging, counted), "me")
    assert [row.message_group_uuid for row in page.rows] == newest_first(rows)[:20]
    reads = [call for call in counted.calls if call in {"query", "get_many"}]
    assert reads == ["query"]


async def test_each_message_moves_the_entry(
    messaging: MessagingContext, clock: Clock, stream: Stream, andrew: User, bayko: User
) -> None:
    first, second = [
        (await start_direct_group(messaging, andrew, other, "1")).message_group_uuid
        for other in (bayko, person("mallory"))
    ]
    for group in (first, second, first):
        clock.turn(seconds=1)
        await send_message(messaging, andrew, group, "2")
        await stream.project(messaging)
        query = Query(keys.inbox_pk(andrew.user_uuid), index=keys.INBOX_INDEX, descending=True)
        assert (await messaging.table.query(query)).items[0]["sk"] == group


async def test_an_item_is_as_on_dynamodb_whatever_the_index_says(table: Table) -> None:
    row = a_row(1, HOUR, 600)
    await table.put(Put(items.inbox_row_item(row)))
    key = Key(keys.inbox_pk("me"), row.message_group_uuid)
    later = msgspec.structs.replace(row, last_message_at="2026-11-23T11:00:00.000Z")
    await table.update(Update(key, {"last_message_at": later.last_message_at}))
    assert await table.get(key) == items.inbox_row_item(later)
    page = await table.query(Query(key.pk, index=keys.INBOX_INDEX))
    assert [entry["indexed_at"] for entry in page.items] == [later.last_message_at]


async def test_a_row_of_another_program_is_where_it_says(table: Table) -> None:
    for sk, at in (("a", 5), ("b", None), ("c", ""), ("d", "x" * 2000)):
        await table.put(Put({"pk": "p", "sk": sk, "indexed_at": "1", "last_message_at": at}))
    page = await table.query(Query("p", index=keys.INBOX_INDEX))
    assert [entry["indexed_at"] for entry in page.items] == ["1"] * 4


def make_older(folder: Path) -> None:
    """As if the version before had written the file: its index lags."""
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection, connection:
        connection.execute(_BEFORE)
        connection.execute("PRAGMA user_version = 4")


async def test_a_file_of_an_earlier_version_is_made_exact_when_it_is_opened(
    tmp_path: Path,
) -> None:
    rows = busy_inbox()
    table = await SqliteTable.open(tmp_path)
    await fill(table, rows)
    await table.close()
    make_older(tmp_path)
    older = await ReadOnlySqliteTable.open_to_read(tmp_path)
    reading = MessagingContext(table=older, bus=MemoryBus())
    page = await list_inbox(reading, "me")
    lagging = await index_of(older)
    await older.close()
    newer = await SqliteTable.open(tmp_path)
    found = await index_of(newer)
    await newer.close()
    assert [row.message_group_uuid for row in page.rows] == newest_first(rows)[:20]
    assert lagging != newest_first(rows)
    assert found == newest_first(rows)


times = st.none() | st.integers() | st.text(max_size=50) | st.just("2026-11-23T09:00:00.000Z")


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(times, max_size=8))
def test_the_step_puts_each_entry_where_a_write_does(times: list[object]) -> None:
    asyncio.run(_write_and_step(times))


async def _write_and_step(times: list[object]) -> None:
    query = Query("p", index=keys.INBOX_INDEX)
    with temporary_folder() as folder:
        table = await SqliteTable.open(Path(folder))
        rows = [
            {"pk": "p", "sk": f"{number}", "indexed_at": "1", "last_message_at": at}
            for number, at in enumerate(times)
        ]
        await asyncio.gather(*(table.put(Put(row)) for row in rows))
        written = (await table.query(query)).items
        await table.close()
        make_older(Path(folder))
        again = await SqliteTable.open(Path(folder))
        assert (await again.query(query)).items == written
        await again.close()
