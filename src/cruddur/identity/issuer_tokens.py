"""Reads a token that an OpenID Connect issuer signed: an access token (RFC 9068), or an id token.

Cognito's access tokens have no `aud`, but `client_id` and `token_use`.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Collection, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from cruddur.domain.issuer import SUBJECT_MAX_CHARS, Issuer
from cruddur.domain.session import LIFETIME
from cruddur.identity.claim_values import (
    LEEWAY_SECONDS,
    check_times,
    said_in,
    seconds_of,
    text_of,
)
from cruddur.identity.context import IdentityContext
from cruddur.identity.issuers import KnownIssuer
from cruddur.identity.token_errors import (
    TOKEN_AUDIENCE,
    TokenRefused,
    badly_signed,
    claim_wrong,
)

TOKEN_MAX_CHARS = 12_288  # with all other headers it has to fit into the head of a request

_TYPES = frozenset({"", "jwt", "at+jwt", "application/at+jwt"})
_TYPES_OF_ACCESS = frozenset({"at+jwt", "application/at+jwt"})
_WORD_OF_COGNITO = "cognito:username"


class IssuerClaims(Struct, frozen=True, kw_only=True):
    """What a token of an issuer claims. Times are in epoch seconds.

    `expires_at` has the tolerated difference of clocks in it. `name` and `handle` are empty if the token
    does not say them.
    """

    subject: str
    token_id: str
    expires_at: int
    made_at: int
    name: str
    handle: str


def issuer_of(identity: IdentityContext, token: str) -> KnownIssuer | None:
    """Returns the issuer that the token names, whether that signed it or not; None for no issuer."""
    if not identity.issuers or len(token) > TOKEN_MAX_CHARS:
        return None
    try:
        _, payload, _ = token.split(".")
        claims = msgspec.json.decode(
            base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)), type=dict[str, Any]
        )
    except (msgspec.MsgspecError, binascii.Error, ValueError, RecursionError):
        return None
    said = claims.get("iss")
    return identity.issuers.by_url.get(said) if isinstance(said, str) else None


async def read_bearer(identity: IdentityContext, known: KnownIssuer, token: str) -> IssuerClaims:
    """Returns the claims of a token that came with a request to the API.

    Raises Unauthenticated for one that the issuer did not sign, else TokenRefused; and Busy.
    """
    header, claims = await _signed(known, token)
    issuer = known.issuer
    _check_for_whom(claims, {issuer.client_id, *issuer.audiences})
    # The token that tells us of a sign-out is no way in (OpenID Connect Back-Channel Logout, 2.4).
    if _type_of(header) not in _TYPES or "events" in claims:
        raise claim_wrong("typ")
    if claims.get("token_use", "access") not in {"access", "id"}:
        raise claim_wrong("token_use")
    return _claims(identity, issuer, token, claims)


async def read_id_token(
    identity: IdentityContext, known: KnownIssuer, token: str, nonce: str
) -> IssuerClaims:
    """Returns the claims of the id token of a sign-in that was begun with this nonce.

    OpenID Connect Core 1.0, 3.1.3.7. Raises as `read_bearer` does.
    """
    header, claims = await _signed(known, token)
    _check_for_whom(claims, {known.issuer.client_id})
    if _type_of(header) in _TYPES_OF_ACCESS or _type_of(header) not in _TYPES:
        raise claim_wrong("typ")
    if "aud" not in claims or claims.get("token_use", "id") != "id" or "events" in claims:
        raise claim_wrong("aud")
    if not hmac.compare_digest(said_in(claims, "nonce").encode(), nonce.encode()):
        raise claim_wrong("nonce")
    return _claims(identity, known.issuer, token, claims)


def said_of_person(issuer: Issuer, claims: Mapping[str, Any]) -> tuple[str, str]:
    """Returns the name and the handle that claims say; empty where they say none."""
    handle = said_in(claims, issuer.handle_claim) or said_in(claims, _WORD_OF_COGNITO)
    return said_in(claims, issuer.name_claim), handle


async def _signed(known: KnownIssuer, token: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Returns header and claims. Raises Unauthenticated, and Busy."""
    if len(token) > TOKEN_MAX_CHARS:
        raise badly_signed()
    from cruddur.identity.issuer_signature import read_issuer_signature  # noqa: PLC0415  slow

    return await read_issuer_signature(known, token)


def _check_for_whom(claims: Mapping[str, Any], accepted: Collection[str]) -> None:
    named = claims.get("aud")
    is_of_cognito = named is None and claims.get("token_use") == "access" and "client_id" in claims
    meant = named if isinstance(named, list) else [named]
    if not is_of_cognito and not any(isinstance(one, str) and one in accepted for one in meant):
        raise TokenRefused(TOKEN_AUDIENCE, "The aud of this token is another service.")
    # For whom it was made is not enough: an application that we do not know may have asked for it.
    for name in ("azp", "client_id"):
        asked_by = claims.get(name)
        if asked_by is not None and (not isinstance(asked_by, str) or asked_by not in accepted):
            raise TokenRefused(TOKEN_AUDIENCE, f"The {name} of this token is another client.")


def _type_of(header: Mapping[str, Any]) -> str:
    value = header.get("typ", "")
    return value.lower() if isinstance(value, str) else "?"


def _claims(
    identity: IdentityContext, issuer: Issuer, token: str, claims: Mapping[str, Any]
) -> IssuerClaims:
    times: dict[str, float] = {
        name: seconds_of(claims, name) for name in ("exp", "iat", "nbf") if name in claims
    }
    check_times(times, identity.clock().timestamp(), exp_leeway=LEEWAY_SECONDS)
    # One that does not say when it was made was made since then, as it holds 30 days at most.
    earliest = times["exp"] - LIFETIME.total_seconds()
    name, handle = said_of_person(issuer, claims)
    return IssuerClaims(
        subject=text_of(claims, "sub", SUBJECT_MAX_CHARS),
        token_id=_id_of(token),
        expires_at=int(times["exp"]) + LEEWAY_SECONDS,
        made_at=int(times.get("iat", earliest)),
        name=name,
        handle=handle,
    )


def _id_of(token: str) -> str:
    # Not of the signature: of one by ES256 anybody can make another one that holds as well.
    return hashlib.blake2b(token.rpartition(".")[0].encode(), digest_size=16).hexdigest()
