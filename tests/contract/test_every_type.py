"""What a table of others may hold is held as it is, and goes to the other engine and back."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import engines
from tests.cli.tutorial_tables import contents, empty_table, quiet

from cruddur.domain.item import Item, Key
from cruddur.ports.table import Put, Query, Table, Update
from cruddur.tools.migration.checksum import Checksum, checksum
from cruddur.tools.migration.copy_table import copy_table

VALUES: list[Any] = [
    None,
    b"\x00\xff",
    {b"a", b"\x00"},
    {"a", "ü"},
    {1, Decimal("2.5"), -3},
    10**37 + 1,
    -(10**37) - 1,
    Decimal("12345678901234567890.123456789012345678"),
    Decimal("9.9E+125"),
    Decimal("-1E-130"),
    0.5,
    {},
    [],
    "",
    {"$dynamodb": {"B": "AA=="}},
    {"$dynamodb": 1, "other": 2},
    {"m": [None, {"b": b"x", "s": {1}}]},
    '{"$dynamodb": {"S": "a text"}}',
]

_numbers = st.integers(-(10**38) + 1, 10**38 - 1) | st.decimals(
    min_value=Decimal("-1E20"), max_value=Decimal("1E20"), places=17
)
_scalars = st.none() | st.booleans() | st.text() | st.binary() | _numbers
_sets = (
    st.sets(st.text(), min_size=1)
    | st.sets(st.binary(), min_size=1)
    | st.sets(_numbers, min_size=1)
)
_names = st.text(min_size=1, max_size=20) | st.just("$dynamodb")
_values = st.recursive(
    _scalars | _sets, lambda inner: st.lists(inner) | st.dictionaries(_names, inner), max_leaves=8
)


def _name(value: object) -> str:
    """The same in each process: a set has another order in each."""
    return str(sorted(map(str, value)) if isinstance(value, set | frozenset) else value)


@pytest.mark.parametrize("value", VALUES, ids=_name)
async def test_each_value_is_there_as_it_was_put(table: Table, value: Any) -> None:
    if isinstance(value, float):
        value = Decimal(str(value))
    item: Item = {"pk": "a", "sk": "1", "value": value, "$dynamodb": value}
    await table.put(Put(item))
    assert await table.get(Key("a", "1"), consistent=True) == item
    assert (await table.query(Query("a", consistent=True))).items == [item]
    assert (await table.get_many([Key("a", "1")], consistent=True)) == {Key("a", "1"): item}
    assert [found async for found in table.scan()] == [item]
    await table.update(Update(Key("a", "1"), {"more": value}))
    assert await table.get(Key("a", "1"), consistent=True) == {**item, "more": value}


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(values=st.lists(_values, min_size=1, max_size=20))
async def test_what_goes_to_dynamodb_comes_back_the_same(values: list[Any]) -> None:
    items: list[Item] = [
        {"pk": f"OTHER#{number}", "sk": "1", "value": value} for number, value in enumerate(values)
    ]
    url = engines.shared("dynoxide").url
    async with empty_table() as home, engines.fresh_table(url) as far, empty_table() as back:
        for item in items:
            await home.put(Put(item))
        there, again = await copy_table(home, far, quiet), await copy_table(far, back, quiet)
        assert (there.refused, again.refused) == ([], [])
        assert there.is_whole
        assert again.is_whole
        assert there.source == again.target == sum(map(checksum, items), Checksum())
        assert await contents(back) == await contents(home)


def test_equal_values_have_one_checksum_and_others_another() -> None:
    def of(value: Any) -> Checksum:
        return checksum({"pk": "a", "sk": "1", "value": value})

    assert of({"b", "a"}) == of({"a", "b"})
    assert of(10) == of(Decimal("10.0")) == of(Decimal("1E+1"))
    assert of(10**40) == of(Decimal("1E+40"))
    assert of(0) == of(Decimal("-0.00"))
    different = [["a"], {"a"}, "a", b"a", {b"a"}, "YQ==", 1, "1", {1}, [1], Decimal("0.1"), True]
    assert len({str(of(value)) for value in different}) == len(different)
