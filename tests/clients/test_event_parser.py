"""Server-sent events, as WHATWG HTML 9.2.6 has them."""

import json

from hypothesis import given
from hypothesis import strategies as st

from cruddur_client.event_parser import events_of
from cruddur_client.model import Event

_DATA = st.dictionaries(st.text(), st.integers() | st.text())


@given(st.lists(st.tuples(st.sampled_from(["message", "read"]), _DATA, st.none() | st.just("7"))))
def test_what_was_written_is_read(
    written: list[tuple[str, dict[str, int | str], str | None]],
) -> None:
    lines = [": a comment"]
    for kind, data, event_id in written:
        lines += [f"event: {kind}", *([f"id:{event_id}"] if event_id else ["retry: 5"])]
        lines += [*(f"data: {line}" for line in json.dumps(data, indent=1).split("\n")), ""]
    assert list(events_of(lines)) == [Event(*one) for one in written]


def test_an_event_that_is_not_whole_or_without_data_is_none() -> None:
    assert list(events_of(["event: message", "", "id: 7", "", "event: read", "data: {}"])) == []
