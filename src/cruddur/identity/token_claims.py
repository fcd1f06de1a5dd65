"""Reads a token: first whether we signed it, then what it claims.

docs/embedding.md lists the claims for those who sign tokens themselves.
"""

import base64
import binascii
import hashlib
import math
import unicodedata
from collections.abc import Mapping
from typing import Any

import jwt
from msgspec import Struct

from cruddur.domain.session import LIFETIME
from cruddur.identity.context import IdentityContext
from cruddur.identity.secret import derived_key
from cruddur.identity.token_errors import (
    TOKEN_AUDIENCE,
    TOKEN_ISSUER,
    TOKEN_NOT_YET_VALID,
    TokenRefused,
    badly_signed,
    claim_wrong,
    expired,
)

ISSUER = "cruddur"
ALGORITHM = "HS256"  # verification names it, too: a token must not choose its own algorithm
HAS_ITEM = "cruddur_session"
"""Our own claim: the table holds an item of this token's session, which is listed and may be ended."""

_LEEWAY_SECONDS = 60
"""The tolerated difference between the host's clock and ours."""

_TEXT_MAX_CHARS = 128
_SUBJECT_MAX_CHARS = 256
_TOKEN_MAX_CHARS = 8192
_UNCHECKED: Any = {
    # All of it is checked here, by the clock of the context, and with errors that say what is wrong.
    f"verify_{name}": False
    for name in ("exp", "iat", "nbf", "aud", "iss", "sub", "jti")
}
_ERRORS = (jwt.PyJWTError, TypeError, ValueError, OverflowError, RecursionError)


class Claims(Struct, frozen=True, kw_only=True):
    """What a token that we signed claims. Times are in epoch seconds.

    `token_id` names the token. `jti` is the id that its signer gave it, by which older versions revoked
    it; empty if no older version can have done that.
    """

    subject: str
    token_id: str
    jti: str
    expires_at: int
    made_at: int
    has_item: bool
    name: str
    handle: str
    picture: str
    says_when: bool


def key_id(secret: bytes) -> str:
    """Returns the `kid` of tokens that are signed with this secret. It tells nothing of the secret."""
    return derived_key(secret, "key id")[:6].hex()


def read_claims(identity: IdentityContext, token: str) -> Claims:
    """Returns the claims. Raises Unauthenticated for a token that we did not sign, else TokenRefused."""
    claims, knows_kid = _signed_claims(identity, token)
    _check_for_whom(claims, identity.audience)
    times: dict[str, float] = {
        name: _seconds(claims, name) for name in ("exp", "iat", "nbf") if name in claims
    }
    _check_times(times, identity.clock().timestamp())
    jti = _text(claims, "jti") if "jti" in claims else ""
    has_item = claims.get(HAS_ITEM) is True
    if has_item and not jti:
        raise claim_wrong("jti")
    # A token that does not say when it was made holds 30 days at most, so it was made since then.
    earliest = times["exp"] - LIFETIME.total_seconds()
    return Claims(
        subject=_text(claims, "sub", _SUBJECT_MAX_CHARS),
        token_id=jti if has_item else _id_of(token),
        jti="" if has_item or knows_kid else jti,
        expires_at=int(times["exp"]),
        made_at=int(times.get("iat", earliest)),
        has_item=has_item,
        name=_said(claims, "name"),
        handle=_said(claims, "preferred_username"),
        picture=_said(claims, "picture"),
        says_when="iat" in times,
    )


def _signed_claims(identity: IdentityContext, token: str) -> tuple[dict[str, Any], bool]:
    """Returns the claims, and whether the token names our key, as no older version asked it to."""
    if len(token) > _TOKEN_MAX_CHARS:
        raise badly_signed()
    for secret in filter(None, (identity.secret, identity.secret_before)):
        try:
            found = jwt.decode_complete(token, secret, algorithms=[ALGORITHM], options=_UNCHECKED)
        except _ERRORS:
            continue
        return found["payload"], found["header"].get("kid") == key_id(secret)
    raise badly_signed()


def _id_of(token: str) -> str:
    # Not of the text, which may be written in several ways: the last character has two spare bits.
    signature = token.rpartition(".")[2]
    try:
        signed = base64.urlsafe_b64decode(signature + "==")
    except (binascii.Error, ValueError):
        raise badly_signed() from None
    return hashlib.blake2b(signed, digest_size=16).hexdigest()


def _check_for_whom(claims: Mapping[str, Any], audience: str) -> None:
    if claims.get("iss") != ISSUER:
        raise TokenRefused(TOKEN_ISSUER, f"The iss of this token is not {ISSUER}.")
    named = claims.get("aud")
    if named is None and not audience:
        return
    meant = named if isinstance(named, list) else [named]
    if (audience or ISSUER) not in meant:
        raise TokenRefused(TOKEN_AUDIENCE, "The aud of this token is another service.")


def _check_times(times: Mapping[str, float], now: float) -> None:
    if "exp" not in times:
        raise claim_wrong("exp")
    if times["exp"] <= now:
        raise expired()
    # A token that is valid for years would outlast the user's account in the host's product.
    if times["exp"] > now + LIFETIME.total_seconds() + _LEEWAY_SECONDS:
        raise claim_wrong("exp")
    # One that was made in time to come would outlast the end of all its person's sessions.
    if max(times.get("nbf", now), times.get("iat", now)) > now + _LEEWAY_SECONDS:
        raise TokenRefused(TOKEN_NOT_YET_VALID, "The token is made for a time to come.")


def _seconds(claims: Mapping[str, Any], name: str) -> float:
    value = claims[name]
    # The claim must be a JSON number (RFC 7519, 2). Python would also convert "5" and true.
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise claim_wrong(name)
    try:
        if math.isfinite(value):
            return value
    except OverflowError:
        pass
    raise claim_wrong(name)


def _text(claims: Mapping[str, Any], name: str, most: int = _TEXT_MAX_CHARS) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= most:
        raise claim_wrong(name)
    # The id becomes part of a key, in which tables reject NUL and lone surrogates.
    if any(unicodedata.category(char) in {"Cc", "Cs"} for char in value):
        raise claim_wrong(name)
    return value


def _said(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return value if isinstance(value, str) else ""
