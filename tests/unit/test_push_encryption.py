"""What a push carries can be read by its browser alone, and says who sends it."""

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from tests.push_receiver import Browser

from cruddur.domain.base64url import from_base64url, to_base64url
from cruddur.messaging.push.encryption import (
    CURVE,
    TEXT_MAX_BYTES,
    encrypt,
    point_of,
    receiver_of,
)
from cruddur.messaging.push.vapid import authorization, push_key

# RFC 8291, Appendix A
P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIg"
    "Dll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVB"
    "St2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_the_rfc_holds() -> None:
    sender = ec.derive_private_key(int.from_bytes(from_base64url(SENDER), "big"), CURVE)
    text = b"When I grow up, I want to be a watermelon"
    body = encrypt(text, receiver_of(P256DH, AUTH), salt=from_base64url(SALT), sender=sender)
    assert to_base64url(body) == BODY


@pytest.mark.parametrize("length", [0, 1, 500, TEXT_MAX_BYTES])
def test_the_browser_reads_what_was_encrypted(length: int) -> None:
    browser = Browser()
    text = b"x" * length
    body = encrypt(text, receiver_of(browser.p256dh, browser.auth_text))
    assert len(body) <= 4096
    assert browser.decrypt(body) == text


def test_no_two_messages_are_encrypted_alike() -> None:
    receiver = receiver_of(P256DH, AUTH)
    assert encrypt(b"hello", receiver)[:16] != encrypt(b"hello", receiver)[:16]


def test_a_longer_text_is_refused() -> None:
    with pytest.raises(ValueError, match="longer"):
        encrypt(b"x" * (TEXT_MAX_BYTES + 1), receiver_of(P256DH, AUTH))


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [
        (P256DH[:-2], AUTH),
        (P256DH, AUTH[:-2]),
        (to_base64url(b"\x04" + b"\x01" * 64), AUTH),  # not on the curve
        ("ü" * 87, AUTH),
        ("*" * 87, AUTH),
    ],
)
def test_wrong_keys_are_refused(p256dh: str, auth: str) -> None:
    with pytest.raises(ValueError, match="no keys"):
        receiver_of(p256dh, auth)


def _derived(purpose: str) -> bytes:
    return purpose.encode().ljust(32, b"-")


def test_a_key_is_the_same_each_time_and_another_one_for_each_number() -> None:
    assert push_key(_derived, 1).public == push_key(_derived, 1).public
    assert push_key(_derived, 1).public != push_key(_derived, 2).public
    assert "private" not in repr(push_key(_derived, 1)).lower()


@pytest.mark.parametrize("contact", ["mailto:ops@example.com", ""])
def test_a_signature_names_the_push_service_and_the_sender(contact: str) -> None:
    key = push_key(_derived, 1)
    header = authorization(key, "https://push.example.net:8443/a/b?c", contact, 1_000_000_000)
    token, _, public = header.removeprefix("vapid t=").partition(", k=")
    point = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, from_base64url(public))
    claims = jwt.decode(
        token,
        point,
        ["ES256"],
        audience="https://push.example.net:8443",
        options={"verify_exp": False},
    )
    assert claims.get("sub", "") == contact
    assert 0 < claims["exp"] - 1_000_000_000 <= 86_400
    assert point_of(point) == from_base64url(key.public)
