"""Session tokens: JSON Web Tokens (RFC 7519), signed with HS256 and the key of the secret file.

A host product may sign tokens for its users with the same key. The claims:

    iss  "cruddur"
    sub  the user's uuid, of an account that exists here
    jti  the token's own name, at most 128 characters; sign-out revokes it
    exp  until when it holds, in epoch seconds; ours hold 30 days
    iat  when it was made (optional for others)
"""

import uuid
from datetime import timedelta
from typing import Any

import jwt

from cruddur.errors import Unauthenticated
from cruddur.identity.find_user import check_user_is_there
from cruddur.identity.service import Identity, Session
from cruddur.messaging.ports import Put
from cruddur.table import keys
from cruddur.table.metering import counted_as

LIFETIME = timedelta(days=30)
ISSUER = "cruddur"

_ALGORITHM = "HS256"  # named at verification too: a token must not choose how it is checked
_REQUIRED = ["iss", "sub", "jti", "exp"]
_TOKEN_ID_MAX_CHARS = 128
_TOKEN_MAX_CHARS = 4096


def issue_token(identity: Identity, user_uuid: str) -> str:
    """A new token for a user, whoever has checked that it is theirs."""
    now = int(identity.clock().timestamp())
    claims = {
        "iss": ISSUER,
        "sub": user_uuid,
        "jti": str(uuid.uuid4()),
        "iat": now,
        "exp": now + int(LIFETIME.total_seconds()),
    }
    return jwt.encode(claims, identity.secret, algorithm=_ALGORITHM)


async def verify_token(identity: Identity, token: str) -> Session:
    """Whose token it is. Raises Unauthenticated for one that is wrong, expired or revoked."""
    session = identity.memory.sessions.get(token)
    if session is None:
        session = _decode(identity, token)
        await _check_not_revoked(identity, session)
        identity.memory.sessions.remember(token, session)
    _check_still_holds(identity, session)
    return session


async def verify_session(identity: Identity, session: Session) -> None:
    """For what lasts longer than a request.

    Raises Unauthenticated once the token holds no more, or its account is gone.
    """
    _check_still_holds(identity, session)
    if not identity.memory.unrevoked.get(session.token_id):
        await _check_not_revoked(identity, session)
        await check_user_is_there(identity, session.user_uuid)
        identity.memory.unrevoked.remember(session.token_id, True)


@counted_as("sign_out")
async def revoke(identity: Identity, session: Session) -> None:
    """From now on the token is nobody's: here at once, in other processes within a minute."""
    identity.memory.revoked.remember(session.token_id, True)
    key = keys.revoked_key(session.token_id)
    # Kept as long as the token could be used; then the table's TTL removes it.
    await identity.table.put(Put({"pk": key.pk, "sk": key.sk, "expires_at": session.expires_at}))


def _check_still_holds(identity: Identity, session: Session) -> None:
    is_over = session.expires_at <= identity.clock().timestamp()
    if is_over or identity.memory.revoked.get(session.token_id):
        raise _refused()


@counted_as("check_session")
async def _check_not_revoked(identity: Identity, session: Session) -> None:
    key = keys.revoked_key(session.token_id)
    if await identity.table.get(key, consistent=True) is not None:
        raise _refused()


def _decode(identity: Identity, token: str) -> Session:
    if len(token) > _TOKEN_MAX_CHARS:
        raise _refused()
    # The times are checked against our own clock, in verify_token.
    options: Any = {"require": _REQUIRED, "verify_exp": False, "verify_iat": False}
    try:
        claims = jwt.decode(
            token, identity.secret, algorithms=[_ALGORITHM], issuer=ISSUER, options=options
        )
        return Session(_text(claims, "sub"), _text(claims, "jti"), int(claims["exp"]))
    except (jwt.PyJWTError, TypeError, ValueError, OverflowError):
        raise _refused() from None


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims[name]
    if not isinstance(value, str) or not 0 < len(value) <= _TOKEN_ID_MAX_CHARS:
        raise TypeError(name)
    return value


def _refused() -> Unauthenticated:
    return Unauthenticated("unauthenticated", "Sign in first.")
