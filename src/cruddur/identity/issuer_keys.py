"""The keys with which an issuer signs (RFC 7517), as far as they are for signatures that count here."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import jwt
import msgspec

from cruddur.ports.issuer_http import IssuerAnswer, IssuerUnreachable

ALGORITHMS = frozenset({"RS256", "ES256"})
"""No other counts. Above all none with a shared key: the public one would do as such a key."""

KEYS_MAX = 64
KID_MAX_CHARS = 256

_OK = 200
_RSA_BITS = range(2048, 8193)  # RFC 7518, 3.3; a larger one would take long to verify
_EXPONENT_BYTES = 4
_BROKEN = (jwt.PyJWTError, ValueError, TypeError, OverflowError, binascii.Error)


class SigningKey(NamedTuple):
    """A public key, and the one algorithm for which it counts. `kid` is empty if it has none."""

    kid: str
    algorithm: str
    key: jwt.PyJWK


def keys_from(answer: IssuerAnswer, where: str) -> Sequence[SigningKey]:
    """Returns the keys that can be used. Raises IssuerUnreachable if there is none."""
    if answer.status != _OK:
        raise IssuerUnreachable(f"{where} answers {answer.status}")
    try:
        listed = msgspec.json.decode(answer.body, type=dict[str, Any]).get("keys")
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise IssuerUnreachable(f"{where} is not JSON") from None
    if not isinstance(listed, list):
        raise IssuerUnreachable(f"{where} lists no keys")
    found = [key for one in listed[:KEYS_MAX] if (key := _key_from(one)) is not None]
    if not found:
        raise IssuerUnreachable(f"{where} has no key for RS256 or ES256")
    return found


def _key_from(listed: object) -> SigningKey | None:
    if not isinstance(listed, dict) or not _is_for_signatures(listed):
        return None
    kid = listed.get("kid", "")
    if not isinstance(kid, str) or len(kid) > KID_MAX_CHARS:
        return None
    try:
        return _read(kid, listed)
    except _BROKEN:
        return None


def _is_for_signatures(listed: Mapping[str, Any]) -> bool:
    operations = listed.get("key_ops")
    can_verify = operations is None or (isinstance(operations, list) and "verify" in operations)
    return listed.get("use", "sig") == "sig" and can_verify


def _read(kid: str, listed: Mapping[str, Any]) -> SigningKey | None:
    kind = listed.get("kty")
    algorithm = {"RSA": "RS256", "EC": "ES256"}.get(str(kind))
    if algorithm is None or listed.get("alg", algorithm) != algorithm:
        return None
    # Only the public numbers are taken over, whatever else the issuer publishes by mistake.
    names = ("n", "e") if kind == "RSA" else ("crv", "x", "y")
    public = {"kty": kind, **{name: listed[name] for name in names if name in listed}}
    is_fit = _is_fit_rsa(public) if kind == "RSA" else public.get("crv") == "P-256"
    return SigningKey(kid, algorithm, jwt.PyJWK(public, algorithm)) if is_fit else None


def _is_fit_rsa(public: Mapping[str, Any]) -> bool:
    modulus, exponent = _number(public.get("n")), _number(public.get("e"))
    is_small = len(exponent.lstrip(b"\0")) <= _EXPONENT_BYTES
    return is_small and int.from_bytes(modulus).bit_length() in _RSA_BITS


def _number(text: object) -> bytes:
    if not isinstance(text, str):
        raise TypeError
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
