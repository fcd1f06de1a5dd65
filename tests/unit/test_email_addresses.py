"""What an e-mail address is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cruddur.domain.email_address import checked_email_address, fold_address, is_email_address
from cruddur.domain.errors import Invalid

LONGEST = f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 61}"
WRONG = (
    "",
    "maya",
    "@example.com",
    "maya@",
    "maya@@example.com",
    "ma ya@example.com",
    "maya@exam ple.com",
    "maya@example..com",
    "maya@-example.com",
    "maya@example-.com",
    ".maya@example.com",
    "maya.@example.com",
    "ma..ya@example.com",
    "máya@example.com",
    "maya@exämple.com",
    '"maya"@example.com',
    "maya@[127.0.0.1]",
    "<maya@example.com>",
    "maya@example.com,bayko@example.com",
    "maya@example.com\nBcc: mallory@example.com",
    "maya\r\n@example.com",
    f"a{LONGEST}",
    f"{LONGEST}e",
)


@pytest.mark.parametrize(
    "text", ["maya@example.com", " Maya.Brown+chat@Mail.Example.com\n", "root@localhost", LONGEST]
)
def test_what_mail_can_be_sent_to_is_taken_as_typed(text: str) -> None:
    assert checked_email_address(text) == text.strip()


@pytest.mark.parametrize("text", WRONG)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as error:
        checked_email_address(text)
    assert (error.value.code, error.value.field) == ("email_invalid", "email")


@given(st.text())
def test_no_address_has_what_ends_a_header(text: str) -> None:
    if is_email_address(text):
        assert text.isascii()
        assert not set(text) & set(" \r\n\t<>,;:\"'()[]\\\0") - {"'"}


def test_capitals_make_no_other_address() -> None:
    assert fold_address("Maya@Example.com") == fold_address("maya@example.COM")
