"""The items of one partition: in order, in part, page by page."""

import string
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cruddur.domain.item import Item, Key
from cruddur.ports.table import Put, Query, Range, Table

TEXTS = ["a", "a#1", "a#2", "a#2x", "a$", "b", "b#1", "é", "ü", "\uffff", "👋"]  # in order

# No capitals: dynoxide 1.2.1 takes them for small letters in begins_with. AWS does not, SQLite's engine
# does not (test_sqlite.py), and no prefix that we ask for differs from another by them alone.
sort_keys = st.text(
    st.characters(
        min_codepoint=1, exclude_categories=["Cs"], exclude_characters=string.ascii_uppercase
    ),
    min_size=1,
    max_size=6,
)
once_on_each_engine = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


async def put_all(table: Table, pk: str, sort_keys: list[str]) -> None:
    for sk in sort_keys:
        await table.put(Put({"pk": pk, "sk": sk, "n": len(sk)}))


async def pages(table: Table, query: Query) -> list[list[Item]]:
    """All pages, at most as many as there can be."""
    found: list[list[Item]] = []
    start = query.start
    for _ in range(1000):
        page = await table.query(
            Query(
                query.partition,
                query.range,
                query.index,
                query.descending,
                query.limit,
                start,
                query.consistent,
            )
        )
        found.append(list(page.items))
        start = page.next
        if start is None:
            return found
    pytest.fail("the pages never end")


async def found_by(table: Table, query: Query) -> list[str]:
    return [item["sk"] for page in await pages(table, query) for item in page]


async def test_items_come_whole_and_in_the_order_of_their_sort_keys(table: Table, pk: str) -> None:
    await put_all(table, pk, TEXTS[::-1])
    await put_all(table, pk + "x", ["stranger"])
    page = await table.query(Query(pk, consistent=True))
    assert page.items == [{"pk": pk, "sk": sk, "n": len(sk)} for sk in TEXTS]
    assert page.next is None


async def test_descending_is_the_other_way_round(table: Table, pk: str) -> None:
    await put_all(table, pk, TEXTS)
    assert await found_by(table, Query(pk, descending=True, consistent=True)) == TEXTS[::-1]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (Range(prefix="a"), TEXTS[:5]),
        (Range(prefix="a#2"), ["a#2", "a#2x"]),
        (Range(prefix="\uffff"), ["\uffff"]),
        (Range(prefix="👋"), ["👋"]),
        (Range(prefix="c"), []),
        (Range(at_least="a$"), TEXTS[4:]),
        (Range(at_most="a$"), TEXTS[:5]),
        (Range(at_least="a#2", at_most="b"), ["a#2", "a#2x", "a$", "b"]),
        (Range(at_least="b", at_most="b"), ["b"]),
        (Range(at_least="c", at_most="d"), []),
        (Range(at_least="b", at_most="a"), []),
    ],
)
async def test_a_range_is_a_part_with_its_bounds(
    table: Table, pk: str, part: Range, expected: list[str], descending: bool
) -> None:
    await put_all(table, pk, TEXTS)
    found = await found_by(table, Query(pk, part, descending=descending, consistent=True))
    assert found == (expected[::-1] if descending else expected)


@pytest.mark.parametrize("prefix", ["\ud7ff", "\U0010ffff", "a\U0010ffff", "\x7f", "\uffff"])
async def test_a_prefix_may_end_where_the_alphabet_does(table: Table, pk: str, prefix: str) -> None:
    begins = [prefix, prefix + "a", prefix + "\U0010ffff" * 3]
    await put_all(table, pk, [*begins, "a", "b", "\ue000", "\U0010fffe"])
    assert await found_by(table, Query(pk, Range(prefix=prefix), consistent=True)) == begins


async def test_a_page_has_no_more_than_its_limit(table: Table, pk: str) -> None:
    await put_all(table, pk, TEXTS)
    found = await pages(table, Query(pk, Range(at_least="a#1"), limit=4, consistent=True))
    assert [len(page) for page in found if page] == [4, 4, 2]


async def test_a_page_may_start_after_any_item(table: Table, pk: str) -> None:
    await put_all(table, pk, TEXTS)
    start = {"pk": pk, "sk": "b"}
    assert await found_by(table, Query(pk, start=start, consistent=True)) == TEXTS[6:]
    down = Query(pk, start=start, descending=True, consistent=True)
    assert await found_by(table, down) == TEXTS[4::-1]


async def test_an_empty_partition_is_an_empty_page(table: Table, pk: str) -> None:
    page = await table.query(Query(pk, consistent=True))
    assert list(page.items) == []
    assert page.next is None


async def test_a_query_sees_what_was_written_before_it(table: Table, pk: str) -> None:
    for count in range(1, 30):
        await table.put(Put({"pk": pk, "sk": f"{count:012d}"}))
        newest = await table.query(Query(pk, descending=True, limit=1, consistent=True))
        assert newest.items[0]["sk"] == f"{count:012d}"
        assert await table.get(Key(pk, f"{count:012d}"), consistent=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"index": "no-such-index"},
        {"index": "inbox-index", "consistent": True},
        {"limit": 0},
        {"range": Range(prefix="a", at_least="b")},
    ],
)
async def test_a_query_that_makes_no_sense_is_refused(
    table: Table, pk: str, wrong: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match=r"index|limit|range"):
        await table.query(Query(pk, **wrong))  # type: ignore[arg-type]


@once_on_each_engine
@given(st.sets(sort_keys, max_size=25), st.integers(1, 9), st.booleans())
async def test_pages_together_are_the_sorted_partition(
    table: Table, texts: set[str], limit: int, descending: bool
) -> None:
    pk = f"TEST#{uuid.uuid4()}"
    await put_all(table, pk, list(texts))
    query = Query(pk, limit=limit, descending=descending, consistent=True)
    assert await found_by(table, query) == sorted(texts, reverse=descending)


@once_on_each_engine
@given(st.sets(sort_keys, max_size=20), sort_keys, sort_keys)
async def test_a_range_finds_what_a_look_at_every_item_finds(
    table: Table, texts: set[str], one: str, other: str
) -> None:
    pk = f"TEST#{uuid.uuid4()}"
    await put_all(table, pk, list(texts))
    low, high = sorted((one, other))
    between = Query(pk, Range(at_least=low, at_most=high), limit=7, consistent=True)
    assert await found_by(table, between) == sorted(sk for sk in texts if low <= sk <= high)
    prefix = one[0]
    begins = Query(pk, Range(prefix=prefix), limit=7, consistent=True)
    assert await found_by(table, begins) == sorted(sk for sk in texts if sk.startswith(prefix))
