"""What the OpenAPI document says of problems is what the source sends."""

from tests.problem_codes import derived, text

from cruddur.web.api.problem_codes import FILE


def test_the_codes_of_operations_are_those_of_the_source() -> None:
    is_same = FILE.read_text("utf-8") == text()
    assert is_same, (
        "a route or a raise is new: write the file anew by `python -m tests.problem_codes`"
    )


def test_what_is_raised_deep_inside_is_found_with_its_status() -> None:
    sent = derived()["sendMessage"]
    assert "message_uuid_taken" in sent["409"]
    assert "message_exceed_max_chars_*" in sent["422"]
    assert "message_exceed_max_chars_*" not in str(derived()["markRead"])
