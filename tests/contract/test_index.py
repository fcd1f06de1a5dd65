"""`inbox-index`: the items of a partition that carry `indexed_at`, in its order, keys only."""

import asyncio
import uuid

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cruddur.domain.item import Item, Key
from cruddur.ports.table import Delete, Put, Query, Range, Table, Update
from cruddur.schema.keys import INBOX_INDEX

# An index may follow its table a moment later.
PATIENCE_SECONDS = 10


async def listed(table: Table, query: Query) -> list[Item]:
    found: list[Item] = []
    while True:
        page = await table.query(query)
        found += page.items
        if page.next is None:
            return found
        query = Query(
            query.partition,
            query.range,
            query.index,
            query.descending,
            query.limit,
            page.next,
        )


async def settled(table: Table, pk: str, expected: dict[str, str]) -> list[Item]:
    """The index once it shows this: sort keys to `indexed_at`."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            items = await listed(table, Query(pk, index=INBOX_INDEX))
            if {item["sk"]: item["indexed_at"] for item in items} == expected:
                return items
            await asyncio.sleep(0)


async def test_the_index_holds_keys_of_items_with_the_attribute(table: Table, pk: str) -> None:
    await table.put(Put({"pk": pk, "sk": "b", "indexed_at": "2", "title": "not in the index"}))
    await table.put(Put({"pk": pk, "sk": "a", "indexed_at": "3"}))
    await table.put(Put({"pk": pk, "sk": "c"}))
    await table.put(Put({"pk": pk + "x", "sk": "d", "indexed_at": "1"}))
    items = await settled(table, pk, {"b": "2", "a": "3"})
    assert items == [
        {"pk": pk, "sk": "b", "indexed_at": "2"},
        {"pk": pk, "sk": "a", "indexed_at": "3"},
    ]


async def test_the_index_follows_updates_puts_and_deletes(table: Table, pk: str) -> None:
    for sk in "abcde":
        await table.put(Put({"pk": pk, "sk": sk, "indexed_at": sk}))
    await table.update(Update(Key(pk, "a"), {"indexed_at": "z"}))
    await table.update(Update(Key(pk, "b"), {"other": 1}))
    await table.update(Update(Key(pk, "c"), {}, ["indexed_at"]))
    await table.delete(Delete(Key(pk, "d")))
    await table.put(Put({"pk": pk, "sk": "e"}))
    await table.update(Update(Key(pk, "f"), {"indexed_at": "y"}))
    items = await settled(table, pk, {"b": "b", "f": "y", "a": "z"})
    assert [item["sk"] for item in items] == ["b", "f", "a"]


async def test_a_range_of_the_index_is_one_of_indexed_at(table: Table, pk: str) -> None:
    for sk, at in {"a": "4", "b": "3", "c": "2", "d": "1"}.items():
        await table.put(Put({"pk": pk, "sk": sk, "indexed_at": at}))
    await settled(table, pk, {"a": "4", "b": "3", "c": "2", "d": "1"})
    part = Range(at_least="2", at_most="3")
    up = await listed(table, Query(pk, part, index=INBOX_INDEX))
    assert [item["sk"] for item in up] == ["c", "b"]
    down = await listed(table, Query(pk, Range(at_most="3"), index=INBOX_INDEX, descending=True))
    assert [item["sk"] for item in down] == ["b", "c", "d"]


async def test_entries_come_with_their_items_where_the_index_is_exact(
    table: Table, pk: str
) -> None:
    stored = [{"pk": pk, "sk": sk, "indexed_at": sk, "text": f"[{sk}]"} for sk in "abc"]
    for item in stored:
        await table.put(Put(item))
    await settled(table, pk, {"a": "a", "b": "b", "c": "c"})
    asked = Query(pk, index=INBOX_INDEX, limit=2, descending=True)
    page, whole = await table.query(asked), await table.query(replace(asked, whole=True))
    assert (whole.items, whole.next) == (page.items, page.next)
    assert list(page.whole) == []
    assert list(whole.whole) == (stored[:0:-1] if table.index_is_exact else [])


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.dictionaries(st.sampled_from("abcdefghijklmnop"), st.sampled_from("123"), max_size=16),
    st.integers(1, 5),
    st.booleans(),
)
async def test_index_pages_together_are_the_index_even_among_equal_times(
    table: Table, times: dict[str, str], limit: int, descending: bool
) -> None:
    pk = f"TEST#{uuid.uuid4()}"
    for sk, at in times.items():
        await table.put(Put({"pk": pk, "sk": sk, "indexed_at": at}))
    await settled(table, pk, times)
    query = Query(pk, index=INBOX_INDEX, limit=limit, descending=descending)
    found = await listed(table, query)
    assert len(found) == len(times)
    assert {item["sk"]: item["indexed_at"] for item in found} == times
    order = [item["indexed_at"] for item in found]
    assert order == sorted(order, reverse=descending)
