"""What the cache has answered is decoded and rendered once, and is never another's."""

import gc

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from cruddur.ports.cache_codec import REMEMBERED, CacheCodec
from cruddur.web.http.rendered_lists import RenderedList, RenderedLists


class Number(Struct, frozen=True):
    value: int


numbers = st.lists(st.integers(0, 3), max_size=3)


def test_the_same_value_is_decoded_once() -> None:
    codec = CacheCodec(Number)
    value = codec.encode(Number(1))
    copy = bytes(bytearray(value))  # as it comes from a connection
    assert codec.decode("one", value) is codec.decode("one", copy)


def test_a_value_that_was_stored_anew_is_decoded_anew() -> None:
    codec = CacheCodec(Number)
    for number in (1, 2, 1):
        assert codec.decode("one", codec.encode(Number(number))) == Number(number)
    assert codec.decode("one", None) is None
    assert codec.decode("one", b"\xc1") is None


def test_no_more_values_are_remembered_than_said() -> None:
    codec, value = CacheCodec(Number), msgspec.msgpack.encode({"value": 1})
    first = codec.decode("0", value)
    for name in range(1, REMEMBERED + 1):
        codec.decode(str(name), value)
    assert codec.decode("0", value) is not first


@given(st.lists(st.tuples(numbers, st.booleans()), max_size=30), st.booleans())
def test_a_list_is_rendered_as_it_is_whatever_was_rendered_before(
    asked: list[tuple[list[int], bool]], is_on: bool
) -> None:
    lists, plain = RenderedLists(is_on=is_on), RenderedLists()
    kept = [Number(value) for value in range(4)]
    for values, is_new in asked:
        members = [Number(value) if is_new else kept[value] for value in values]
        made = lists.of(members, lambda one: one.value, is_first=True)
        assert made == plain.of(members, lambda one: one.value, is_first=True)


def test_an_object_that_takes_the_place_of_another_is_not_taken_for_it() -> None:
    lists, seen = RenderedLists(is_on=True), set()
    for value in range(1_000):  # each object would have the identity of the one before it
        seen.add(lists.of([Number(value)], _value, is_first=True).body)
        gc.collect(0)
    assert len(seen) == 1_000


def test_a_list_of_the_same_objects_is_rendered_once_if_it_is_a_first_page() -> None:
    lists, members = RenderedLists(is_on=True), [Number(1)]

    def body(*, is_first: bool) -> RenderedList:
        return lists.of(members, _value, is_first=is_first)

    assert body(is_first=True) is body(is_first=True)
    assert body(is_first=False) is not body(is_first=False)


def _value(number: Number) -> int:
    return number.value
