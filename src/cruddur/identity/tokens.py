"""Session tokens: JSON Web Tokens (RFC 7519), signed with HS256 and the key of the secret file.

A host product may sign tokens for its users with the same key. The claims:

    iss  "cruddur"
    sub  the user's uuid, of an account that exists here
    jti  the token's own name, at most 128 characters; sign-out revokes it
    exp  until when it holds, in epoch seconds: 30 days from now at most, as ours do
    iat  when it was made, nbf from when on it holds, in epoch seconds (both optional for others)

When all sessions of a person are ended, their tokens that were made before end, too. One without `iat`
counts as made 30 days before it expires.
"""

import math
import unicodedata
import uuid
from collections.abc import Callable
from typing import Any

import jwt

from cruddur.domain.session import LIFETIME
from cruddur.identity.check_session import check_session, check_token_counts, not_signed_in
from cruddur.identity.context import Checked, IdentityContext, Session
from cruddur.identity.find_user import check_is_enabled, check_user_is_there

ISSUER = "cruddur"

_ALGORITHM = "HS256"  # verification names it, too: a token must not choose its own algorithm
_REQUIRED = ["iss", "sub", "jti", "exp"]
_LEEWAY_SECONDS = 60
"""The tolerated difference between the host's clock and ours."""

_TOKEN_ID_MAX_CHARS = 128
_TOKEN_MAX_CHARS = 4096
_HAS_ITEM = "cruddur_session"
"""Our own claim: the table holds an item of this token's session, which is listed and may be ended."""


def issue_token(identity: IdentityContext, user_uuid: str) -> str:
    """Returns a token as a host product signs it: the table holds no item of its session."""
    return sign_token(identity, user_uuid, has_item=False)[1]


def sign_token(identity: IdentityContext, user_uuid: str, *, has_item: bool) -> tuple[str, str]:
    """Returns the id of a new token, and the token. The caller has checked that it is the user's."""
    now = int(identity.clock().timestamp())
    token_id = str(uuid.uuid4())
    claims = {
        "iss": ISSUER,
        "sub": user_uuid,
        "jti": token_id,
        "iat": now,
        "exp": now + int(LIFETIME.total_seconds()),
    }
    if has_item:
        claims[_HAS_ITEM] = True
    return token_id, jwt.encode(claims, identity.secret, algorithm=_ALGORITHM)


async def verify_token(
    identity: IdentityContext, token: str, address: Callable[[], str] = lambda: ""
) -> Session:
    """Returns the token's session. `address` tells where it is used.

    Raises Unauthenticated for a wrong, expired or revoked token, and one whose session has ended.
    """
    memory = identity.memory
    checked = memory.sessions.get(token)
    if checked is not None and memory.endings.get(checked.session.user_uuid) is checked.ending:
        session = checked.session
    else:
        session = checked.session if checked is not None else _decode(identity, token)
        await _check_anew(identity, token, session, address)
    _check_still_holds(identity, session)
    return session


async def _check_anew(
    identity: IdentityContext, token: str, session: Session, address: Callable[[], str]
) -> None:
    memory = identity.memory
    while True:
        ending = memory.endings.get(session.user_uuid)
        await check_session(identity, session, address)
        # If a session of this person ended meanwhile, the table may have been read before that.
        if memory.endings.get(session.user_uuid) is ending:
            memory.sessions.remember(token, Checked(session, ending))
            return


async def verify_session(identity: IdentityContext, session: Session) -> None:
    """Checks a session again, for what lasts longer than a request.

    Raises Unauthenticated if its token has expired or was revoked, or its account was removed or
    disabled.
    """
    _check_still_holds(identity, session)
    memory = identity.memory
    ending = memory.endings.get(session.user_uuid)
    checked = memory.unrevoked.get(session.token_id)
    if checked is None or checked.ending is not ending:
        user = await check_user_is_there(identity, session.user_uuid)
        check_is_enabled(user)
        await check_session(identity, session)
        check_token_counts(user, session)
        memory.unrevoked.remember(session.token_id, Checked(session, ending))


def _check_still_holds(identity: IdentityContext, session: Session) -> None:
    is_over = session.expires_at <= identity.clock().timestamp()
    if is_over or identity.memory.revoked.get(session.token_id):
        raise not_signed_in()


def _decode(identity: IdentityContext, token: str) -> Session:
    if len(token) > _TOKEN_MAX_CHARS:
        raise not_signed_in()
    # The times are checked here and in `verify_token`, by the clock of the context.
    unchecked = dict.fromkeys(("verify_exp", "verify_iat", "verify_nbf"), False)
    options: Any = {"require": _REQUIRED, **unchecked}
    try:
        claims = jwt.decode(
            token, identity.secret, algorithms=[_ALGORITHM], issuer=ISSUER, options=options
        )
        _check_times(claims, identity.clock().timestamp())
        return _session(claims)
    except (jwt.PyJWTError, TypeError, ValueError, OverflowError, RecursionError):
        raise not_signed_in() from None


def _session(claims: dict[str, Any]) -> Session:
    # A token that does not say when it was made holds 30 days at most, so it was made since then.
    earliest = claims["exp"] - LIFETIME.total_seconds()
    return Session(
        _text(claims, "sub"),
        _text(claims, "jti"),
        int(claims["exp"]),
        made_at=int(claims.get("iat", earliest)),
        has_item=claims.get(_HAS_ITEM) is True,
    )


def _check_times(claims: dict[str, Any], now: float) -> None:
    times = {name: _seconds(claims[name]) for name in ("exp", "iat", "nbf") if name in claims}
    # A token that is valid for years would outlast the user's account in the host's product.
    if times["exp"] > now + LIFETIME.total_seconds() + _LEEWAY_SECONDS:
        raise ValueError("exp")
    if times.get("nbf", now) > now + _LEEWAY_SECONDS:
        raise ValueError("nbf")


def _seconds(value: object) -> float:
    # The claim must be a JSON number (RFC 7519, 2). Python would also convert "5" and true.
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError(value)
    return value


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims[name]
    if not isinstance(value, str) or not 0 < len(value) <= _TOKEN_ID_MAX_CHARS:
        raise TypeError(name)
    # The id becomes part of a key, in which tables reject NUL and lone surrogates.
    if any(unicodedata.category(char) in {"Cc", "Cs"} for char in value):
        raise ValueError(name)
    return value
