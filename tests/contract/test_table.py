"""Items as they go in and come out."""

import json
import uuid

import pytest

from cruddur.domain.errors import ConditionFailed, TableUnavailable
from cruddur.domain.item import Item, Key
from cruddur.ports.table import Delete, Less, Put, Table, Update


@pytest.mark.parametrize(
    "value",
    [
        "text",
        "",
        "Grüße 👋 \u4f60\u597d \U0001f469\u200d\U0001f680 \x00 \u2028",
        "\"quoted\" \\ 'and' slashed/",
        0,
        -7,
        2**53 - 1,
        True,
        False,
        [],
        {},
        ["a", 1, True, {"b": ["c"]}],
        {"deep": {"er": {"list": [0, {"n": 1}], "empty": ""}}},
    ],
    ids=repr,
)
async def test_a_value_comes_back_as_it_went_in(table: Table, pk: str, value: object) -> None:
    await table.put(Put({"pk": pk, "sk": "1", "value": value}))
    item = await table.get(Key(pk, "1"), consistent=True)
    assert item == {"pk": pk, "sk": "1", "value": value}
    # 1 equals True and 1.0 in Python, but not as text.
    assert json.dumps(item["value"], sort_keys=True) == json.dumps(value, sort_keys=True)


async def test_an_item_that_is_not_there_is_none(table: Table, pk: str) -> None:
    assert await table.get(Key(pk, "1"), consistent=True) is None


async def test_a_put_replaces_the_whole_item(table: Table, pk: str) -> None:
    await table.put(Put({"pk": pk, "sk": "1", "old": 1, "kept": "no"}))
    await table.put(Put({"pk": pk, "sk": "1", "new": 2}))
    assert await table.get(Key(pk, "1"), consistent=True) == {"pk": pk, "sk": "1", "new": 2}


async def test_items_differ_by_either_part_of_their_key(table: Table, pk: str) -> None:
    places = [Key(pk, "1"), Key(pk, "2"), Key(pk + "x", "1")]
    for number, key in enumerate(places):
        await table.put(Put({"pk": key.pk, "sk": key.sk, "n": number}))
    found = [await table.get(key, consistent=True) for key in places]
    assert [item["n"] for item in found if item] == [0, 1, 2]


async def test_an_update_sets_and_removes_and_leaves_the_rest(table: Table, pk: str) -> None:
    await table.put(Put({"pk": pk, "sk": "1", "set": 1, "removed": 2, "rest": {"a": 3}}))
    await table.update(Update(Key(pk, "1"), {"set": 4, "added": [5]}, ["removed", "never there"]))
    assert await table.get(Key(pk, "1"), consistent=True) == {
        "pk": pk,
        "sk": "1",
        "set": 4,
        "added": [5],
        "rest": {"a": 3},
    }


async def test_an_update_may_only_remove(table: Table, pk: str) -> None:
    await table.put(Put({"pk": pk, "sk": "1", "a": 1, "b": 2}))
    await table.update(Update(Key(pk, "1"), {}, ["a"]))
    assert await table.get(Key(pk, "1"), consistent=True) == {"pk": pk, "sk": "1", "b": 2}


async def test_an_update_makes_the_item_that_is_missing(table: Table, pk: str) -> None:
    await table.update(Update(Key(pk, "1"), {"n": 1}, ["m"]))
    assert await table.get(Key(pk, "1"), consistent=True) == {"pk": pk, "sk": "1", "n": 1}


async def test_an_update_gives_the_item_as_it_was_where_that_is_wanted(
    table: Table, pk: str
) -> None:
    key, before = Key(pk, "1"), {"pk": pk, "sk": "1", "a": 1, "b": "x"}
    await table.put(Put(before))
    assert await table.update(Update(key, {"a": 2}, wants_old=True)) == before
    assert await table.update(Update(key, {"a": 3})) is None
    with pytest.raises(ConditionFailed):
        await table.update(Update(key, {"a": 4}, condition=[Less("a", 3)], wants_old=True))


@pytest.mark.parametrize(("values", "remove"), [({"sk": "2"}, []), ({}, ["pk"])])
async def test_an_update_leaves_keys_alone(
    table: Table, pk: str, values: Item, remove: list[str]
) -> None:
    with pytest.raises(ValueError, match="key"):
        await table.update(Update(Key(pk, "1"), values, remove))
    assert await table.get(Key(pk, "1"), consistent=True) is None


async def test_an_update_names_an_attribute_once(table: Table, pk: str) -> None:
    with pytest.raises(ValueError, match="twice"):
        await table.update(Update(Key(pk, "1"), {"a": 1}, ["a"]))
    assert await table.get(Key(pk, "1"), consistent=True) is None


async def test_a_deleted_item_is_gone(table: Table, pk: str) -> None:
    await table.put(Put({"pk": pk, "sk": "1"}))
    await table.delete(Delete(Key(pk, "1")))
    assert await table.get(Key(pk, "1"), consistent=True) is None


async def test_deleting_what_is_not_there_is_no_error(table: Table, pk: str) -> None:
    await table.delete(Delete(Key(pk, "1")))


async def test_get_many_takes_any_number_of_keys_doubles_and_strangers(
    table: Table, pk: str
) -> None:
    wanted = [Key(pk, f"{number:03d}") for number in range(230)]
    for key in wanted[::2]:
        await table.put(Put({"pk": key.pk, "sk": key.sk, "n": int(key.sk)}))
    found = await table.get_many([*wanted, *wanted[:7]], consistent=True)
    assert found == {key: {"pk": pk, "sk": key.sk, "n": int(key.sk)} for key in wanted[::2]}


async def test_get_many_of_nothing_is_nothing(table: Table) -> None:
    assert await table.get_many([]) == {}


async def test_get_many_knows_keys_with_any_characters(table: Table, pk: str) -> None:
    key = Key(f"{pk} \"'\\[$] é👋", "a'b\"c\\u0041")
    await table.put(Put({"pk": key.pk, "sk": key.sk}))
    assert list(await table.get_many([key], consistent=True)) == [key]


@pytest.mark.parametrize("sk", ["", 7, None])
async def test_a_key_is_text_that_is_not_empty(table: Table, pk: str, sk: object) -> None:
    with pytest.raises(ValueError, match="key"):
        await table.put(Put({"pk": pk, "sk": sk}))


async def test_scan_gives_every_item_once(table: Table) -> None:
    partitions = [f"SCAN#{uuid.uuid4()}" for _ in range(3)]
    put = {Key(pk, f"{number}") for pk in partitions for number in range(400)}
    for start in range(0, 400, 100):
        for pk in partitions:
            await table.transact(
                [Put({"pk": pk, "sk": f"{n}", "n": n}) for n in range(start, start + 100)]
            )
    seen = [Key(item["pk"], item["sk"]) async for item in table.scan() if item["pk"] in partitions]
    assert len(seen) == len(put)
    assert set(seen) == put


async def test_what_is_counted_is_about_what_is_there(table: Table, pk: str) -> None:
    for number in range(3):
        await table.put(Put({"pk": pk, "sk": f"{number}"}))
    assert await table.count() >= 3  # tests that share the table put more


async def test_a_closed_table_says_so(table: Table, pk: str) -> None:
    await table.close()
    await table.close()
    with pytest.raises(TableUnavailable):
        await table.get(Key(pk, "1"))
    with pytest.raises(TableUnavailable):
        await table.put(Put({"pk": pk, "sk": "1"}))
