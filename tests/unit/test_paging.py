"""The pages of a query are followed to the last one, and no further than they are asked for."""

from tests.stage import Counted

from cruddur.engines.sqlite import SqliteTable
from cruddur.ports.paging import all_items, pages
from cruddur.ports.table import Put, Query

ITEMS = 7


async def filled(table: SqliteTable) -> Query:
    for number in range(ITEMS):
        await table.put(Put({"pk": "A", "sk": f"{number}"}))
    return Query("A", limit=2)


async def test_all_pages_are_read_in_order(table: SqliteTable) -> None:
    query = await filled(table)
    assert [item["sk"] for item in await all_items(table, query)] == [*map(str, range(ITEMS))]
    assert await all_items(table, Query("B")) == []


async def test_pages_after_the_first_may_be_larger(table: SqliteTable) -> None:
    query = await filled(table)
    sizes = [len(page.items) async for page in pages(table, query, further=4)]
    assert [size for size in sizes if size] == [2, 4, 1]


async def test_a_reader_who_has_enough_reads_no_more(table: SqliteTable) -> None:
    query, counted = await filled(table), Counted(table)
    async for page in pages(counted, query):
        if page.items[-1]["sk"] == "3":
            break
    assert counted.calls == ["query"] * 2
