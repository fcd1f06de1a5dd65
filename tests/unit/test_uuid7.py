"""The uuids that are made here say when."""

import time
import uuid

from cruddur.messaging.messages.send_message import uuid7


def test_a_uuid_begins_with_the_time_at_which_it_was_made() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid.UUID(uuid7())
    after = time.time_ns() // 1_000_000
    assert before <= made.int >> 80 <= after
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
