"""What HS256 signs is what every library for it reads, and nothing else counts."""

import json
from typing import Any

import jwt
import pytest

from cruddur.domain.base64url import from_base64url, to_base64url
from cruddur.identity.signed_texts import read_signed, sign

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
PAYLOAD = {"sub": "Zoë", "exp": 1_900_000_000, "list": [1.5, None, True]}


def test_another_library_reads_what_we_sign() -> None:
    found = jwt.decode_complete(sign(PAYLOAD, KEY, kid="k"), KEY, algorithms=["HS256"])
    assert found["payload"] == PAYLOAD
    assert found["header"] == {"alg": "HS256", "typ": "JWT", "kid": "k"}


def test_we_read_what_another_library_signs() -> None:
    found = read_signed(jwt.encode(PAYLOAD, KEY, headers={"kid": "k"}), KEY)
    assert found is not None
    assert found.payload == PAYLOAD
    assert found.header["kid"] == "k"


def test_only_the_key_that_signed_it_counts() -> None:
    assert read_signed(sign(PAYLOAD, KEY), OTHER) is None


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_a_text_does_not_choose_its_algorithm(algorithm: str) -> None:
    assert read_signed(jwt.encode(PAYLOAD, KEY * 2, algorithm=algorithm), KEY * 2) is None


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "HS256", "crit": ["exp"]}, {}, []])
def test_a_well_signed_text_has_a_header_that_we_know(header: Any) -> None:
    assert read_signed(by_hand(json.dumps(header), json.dumps(PAYLOAD)), KEY) is None


@pytest.mark.parametrize(
    "payload", ["[]", "5", "", "{", "[" * 100_000, '{"a": ' + "9" * 5000 + "}"]
)
def test_a_well_signed_text_is_an_object(payload: str) -> None:
    assert read_signed(by_hand('{"alg": "HS256"}', payload), KEY) is None


def test_every_character_counts() -> None:
    text = sign(PAYLOAD, KEY)
    for at, char in enumerate(text):
        for other in {"A", "B", ".", "=", "+", "é", "\ud800"} - {char}:
            assert read_signed(f"{text[:at]}{other}{text[at + 1 :]}", KEY) is None


def test_a_signature_is_written_in_one_way_only() -> None:
    """Its last character has two bits that mean nothing."""
    text = sign(PAYLOAD, KEY)
    places = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    after = places[places.index(text[-1]) + 1]
    assert from_base64url(text[-3:]) == from_base64url(text[-3:-1] + after)
    assert read_signed(text[:-1] + after, KEY) is None


@pytest.mark.parametrize("text", ["", ".", "..", "a.b", "a.b.c.d", "...."])
def test_what_is_no_signed_text_is_none(text: str) -> None:
    assert read_signed(text, KEY) is None


def by_hand(header: str, payload: str) -> str:
    """A text that KEY signed, whatever is in it."""
    parts = [to_base64url(part.encode()) for part in (header, payload)]
    mac = jwt.get_algorithm_by_name("HS256").sign(".".join(parts).encode(), KEY)
    return ".".join([*parts, to_base64url(mac)])
