"""What docs say of cost is what the model says, and the model's constants are what is measured."""

import json
from datetime import UTC, datetime

import pytest
from tests.engines import ROOT
from tests.prices.tables import PAGES, PICTURE, TABLES, filled, picture
from tests.push_receiver import Browser

from cruddur.entrypoints.stream_lambda import METRICS
from cruddur.logs import embedded_metrics
from cruddur.messaging.events import MessageSent
from cruddur.messaging.push.encryption import encrypt, receiver_of
from cruddur.messaging.push.find_telling import Telling
from cruddur.messaging.push.payload import payload_of
from cruddur.messaging.push.vapid import authorization, push_key
from cruddur.messaging.webhooks.webhook_events import event_of_change
from cruddur.ports.change_feed import Change
from cruddur.schema.items import group_from, message_from
from cruddur.schema.keys import key_of
from cruddur.tools.capacity.bill import EVENT_BYTES, FUNCTION_LINE_BYTES, PUSH_BYTES, WEBHOOK_BYTES
from cruddur.tools.capacity.sizes import usual_group, usual_message
from cruddur.web.api.webhook_bodies import webhook_body
from cruddur.web.sse.encoding import encode_event


@pytest.mark.parametrize("name", PAGES)
def test_the_tables_are_those_of_the_model(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert text == filled(text), "run python -m tests.prices.tables"


def test_the_picture_is_that_of_the_model() -> None:
    assert PICTURE.read_text("utf-8") == picture(), "run python -m tests.prices.tables"


def test_every_table_is_in_a_page() -> None:
    texts = "".join((ROOT / name).read_text("utf-8") for name in PAGES)
    assert [name for name in TABLES if texts.count(f"<!-- made: {name} -->") != 1] == []


def is_about(bytes_counted: int, real: int) -> bool:
    """Whether the model counts a real size, or up to a fifth more."""
    return real <= bytes_counted <= 1.2 * real


def test_an_event_has_the_size_that_the_model_counts() -> None:
    message, group = message_from(usual_message(100)), group_from(usual_group(2))
    event = encode_event(MessageSent(message=message, group=group, resume_at=message.created_at))
    sealed = 32 + 40  # the seal, and its names
    assert is_about(EVENT_BYTES, len(event.data) + sealed), len(event.data)


def test_a_push_has_the_size_that_the_model_counts() -> None:
    message = message_from(usual_message(100))
    name = message.user_display_name
    telling = Telling(
        user_uuid="", message=message, title=name, sender=name, is_group=False, unread=1
    )
    key, browser = push_key(lambda _: bytes(range(32)), 1), Browser()
    endpoint = f"https://updates.push.services.mozilla.com/wpush/v2/{'x' * 190}"
    receiver = receiver_of(browser.p256dh, browser.auth_text)
    body = encrypt(payload_of(telling, has_texts=True), receiver)
    signed = authorization(key, endpoint, "mailto:ops@example.com", 0)
    other_headers = 200
    size = len(body) + len(signed) + len(endpoint) + other_headers
    assert is_about(PUSH_BYTES, size), size


def test_a_webhook_has_the_size_that_the_model_counts() -> None:
    item = usual_message(100)
    change = Change("1", "insert", key_of(item), item, None, datetime(2026, 11, 27, tzinfo=UTC))
    event = event_of_change(change)
    assert event is not None
    headers = 400
    size = len(webhook_body(event)) + headers
    assert is_about(WEBHOOK_BYTES, size), size


def test_a_line_of_the_function_s_log_has_the_size_that_the_model_counts() -> None:
    counts = ("records", "projected", "skipped", "failed", "conversations", "lag_ms")
    line = {
        **dict.fromkeys((*counts, "read_units"), 1),
        "write_units": 2.0,
        **embedded_metrics("cruddur-messages", "function", METRICS),
        "event": "batch", "level": "info", "timestamp": "2026-11-27T02:30:00.123456Z",
    }  # fmt: skip
    of_cloudwatch = 26
    size = len(json.dumps(line)) + of_cloudwatch
    assert is_about(FUNCTION_LINE_BYTES, size), size
