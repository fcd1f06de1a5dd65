"""Checks by PyJWT whether an issuer signed a token (RFC 7515)."""

from collections.abc import Mapping
from typing import Any

import jwt

from cruddur.identity.issuer_keys import ALGORITHMS
from cruddur.identity.issuers import KnownIssuer
from cruddur.identity.token_errors import badly_signed

_UNCHECKED: Any = {
    # Our own code checks all of it, by the clock of the context, and with errors that say what is wrong.
    f"verify_{name}": False
    for name in ("exp", "iat", "nbf", "aud", "iss", "sub", "jti")
}
_JWT_ERRORS = (jwt.PyJWTError, TypeError, ValueError, OverflowError, RecursionError)


async def read_issuer_signature(
    known: KnownIssuer, token: str
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Returns header and claims. Raises Unauthenticated, and Busy."""
    try:
        header = jwt.get_unverified_header(token)
    except _JWT_ERRORS:
        raise badly_signed() from None
    algorithm, kid = header.get("alg"), header.get("kid", "")
    # We know no extension that a token could demand (RFC 7515, 4.1.11).
    if algorithm not in ALGORITHMS or not isinstance(kid, str) or "crit" in header:
        raise badly_signed()
    for key in await known.keys_for(kid, algorithm):
        try:
            found = jwt.decode_complete(token, key.key, algorithms=[algorithm], options=_UNCHECKED)
        except _JWT_ERRORS:
            continue
        claims: Mapping[str, Any] = found["payload"]
        if claims.get("iss") != known.issuer.url:
            break
        return header, claims
    raise badly_signed()
