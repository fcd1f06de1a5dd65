"""Reads a token: first whether we signed it, then what it claims.

docs/embedding.md lists the claims for those who sign tokens themselves.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from cruddur.domain.session import LIFETIME
from cruddur.identity.claim_values import check_times, said_in, seconds_of, text_of
from cruddur.identity.context import IdentityContext
from cruddur.identity.secret import derived_key
from cruddur.identity.signed_texts import read_signed
from cruddur.identity.token_errors import (
    TOKEN_ISSUER,
    TokenRefused,
    audience_wrong,
    badly_signed,
    claim_wrong,
)

ISSUER = "cruddur"
HAS_ITEM = "cruddur_session"
"""Our own claim: the table holds an item of this token's session, which is listed and may be ended."""
WAYS_VERSION = "cruddur_ways"
"""Our own claim, beside that one: the person's `ways_version` when the session was opened."""

_SUBJECT_MAX_CHARS = 256
_TOKEN_MAX_CHARS = 8192


class Claims(Struct, frozen=True, kw_only=True):
    """What a token that we signed claims. Times are in epoch seconds.

    `token_id` names the token. `jti` is the id that its signer gave it, by which older versions revoked
    it; empty if no older version can have done that. `ways_version` is None if it does not say.
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
    ways_version: int | None


def key_id(secret: bytes) -> str:
    """Returns the `kid` of tokens that are signed with this secret. It tells nothing of the secret."""
    return derived_key(secret, "key id")[:6].hex()


def read_claims(identity: IdentityContext, token: str) -> Claims:
    """Returns the claims. Raises Unauthenticated for a token that we did not sign, else TokenRefused."""
    claims, knows_kid = _signed_claims(identity, token)
    _check_for_whom(claims, identity.audience)
    times: dict[str, float] = {
        name: seconds_of(claims, name) for name in ("exp", "iat", "nbf") if name in claims
    }
    check_times(times, identity.clock().timestamp())
    jti = text_of(claims, "jti") if "jti" in claims else ""
    has_item = claims.get(HAS_ITEM) is True
    if has_item and not jti:
        raise claim_wrong("jti")
    # A token that does not say when it was made holds 30 days at most, so it was made since then.
    earliest = times["exp"] - LIFETIME.total_seconds()
    return Claims(
        subject=text_of(claims, "sub", _SUBJECT_MAX_CHARS),
        token_id=jti if has_item else _id_of(token),
        jti="" if has_item or knows_kid else jti,
        expires_at=int(times["exp"]),
        made_at=int(times.get("iat", earliest)),
        has_item=has_item,
        name=said_in(claims, "name"),
        handle=said_in(claims, "preferred_username"),
        picture=said_in(claims, "picture"),
        says_when="iat" in times,
        ways_version=_ways_version_in(claims) if has_item else None,
    )


def _ways_version_in(claims: Mapping[str, Any]) -> int | None:
    version = claims.get(WAYS_VERSION)
    return version if type(version) is int else None


def _signed_claims(identity: IdentityContext, token: str) -> tuple[Mapping[str, Any], bool]:
    """Returns the claims, and whether the token names our key, as no older version asked it to."""
    if len(token) > _TOKEN_MAX_CHARS:
        raise badly_signed()
    for secret in filter(None, (identity.secret, identity.secret_before)):
        if (found := read_signed(token, secret)) is not None:
            return found.payload, found.header.get("kid") == key_id(secret)
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
        raise audience_wrong(audience or ISSUER)
