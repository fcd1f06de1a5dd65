"""Session tokens: JSON Web Tokens (RFC 7519), signed with HS256 and the key of the secret file.

A host product may sign tokens for its people with the same key: docs/embedding.md lists the claims. When
all sessions of a person are ended, their tokens that were made before end, too.
"""

import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import NamedTuple

from cruddur.domain.errors import NotFound, Unauthenticated
from cruddur.domain.external_user import external_id_in
from cruddur.domain.session import LIFETIME
from cruddur.identity.check_session import check_session, check_token_counts
from cruddur.identity.context import Checked, IdentityContext, Session
from cruddur.identity.find_issuer_user import find_issuer_user
from cruddur.identity.find_user import (
    check_is_enabled,
    check_user_is_there,
    find_user_by_external_id,
)
from cruddur.identity.issuer_tokens import issuer_of, read_bearer
from cruddur.identity.issuers import KnownIssuer
from cruddur.identity.provision_user import provision_user
from cruddur.identity.signed_texts import sign
from cruddur.identity.token_claims import (
    HAS_ITEM,
    ISSUER,
    WAYS_VERSION,
    Claims,
    key_id,
    read_claims,
)
from cruddur.identity.token_errors import expired, revoked, subject_unknown


class IssuedToken(NamedTuple):
    """A new token, its id, and the epoch second at which it expires."""

    token_id: str
    token: str
    expires_at: int

    def __repr__(self) -> str:
        return f"IssuedToken({self.token_id!r})"


def issue_token(identity: IdentityContext, user_uuid: str, lasts: timedelta = LIFETIME) -> str:
    """Returns a token as a host product signs it: the table holds no item of its session."""
    return sign_token(identity, user_uuid, has_item=False, lasts=lasts).token


def sign_token(
    identity: IdentityContext,
    user_uuid: str,
    *,
    has_item: bool,
    lasts: timedelta = LIFETIME,
    after: int = 0,
    ways_version: int = 0,
) -> IssuedToken:
    """Returns a new token, made later than `after`. The caller has checked that it is the user's.

    `ways_version` is the user's, for a session that has an item.
    """
    now = max(int(identity.clock().timestamp()), after + 1)
    token_id = str(uuid.uuid4())
    expires_at = now + int(lasts.total_seconds())
    claims: dict[str, object] = {
        "iss": ISSUER,
        "sub": user_uuid,
        "jti": token_id,
        "iat": now,
        "exp": expires_at,
    }
    if has_item:
        claims |= {HAS_ITEM: True, WAYS_VERSION: ways_version}
    if identity.audience:
        claims["aud"] = identity.audience
    token = sign(claims, identity.secret, kid=key_id(identity.secret))
    return IssuedToken(token_id, token, expires_at)


async def verify_token(
    identity: IdentityContext, token: str, address: Callable[[], str] = lambda: ""
) -> Session:
    """Returns the token's session. `address` tells where it is used.

    Raises Unauthenticated for a token that neither we nor an issuer signed, else TokenRefused if it does
    not count; and Busy while an issuer does not answer.
    """
    memory = identity.memory
    checked = memory.sessions.get(token)
    if checked is not None and memory.endings.get(checked.session.user_uuid) is checked.ending:
        session = checked.session
    else:
        session = checked.session if checked is not None else await _session_of(identity, token)
        await _check_anew(identity, token, session, address)
    _check_still_holds(identity, session)
    return session


async def _session_of(identity: IdentityContext, token: str) -> Session:
    known = issuer_of(identity, token)
    if known is not None:
        return await _session_by_issuer(identity, known, token)
    claims = read_claims(identity, token)
    return Session(
        await _user_of(identity, claims),
        claims.token_id,
        claims.expires_at,
        made_at=claims.made_at,
        has_item=claims.has_item,
        jti=claims.jti,
        ways_version=claims.ways_version,
    )


async def _session_by_issuer(identity: IdentityContext, known: KnownIssuer, token: str) -> Session:
    claims = await read_bearer(identity, known, token)
    user = await find_issuer_user(identity, known.issuer, claims)
    return Session(user.user_uuid, claims.token_id, claims.expires_at, made_at=claims.made_at)


async def _user_of(identity: IdentityContext, claims: Claims) -> str:
    external_id = external_id_in(claims.subject)
    if external_id is None:
        return claims.subject
    if identity.provisions:
        return await provision_user(identity, external_id, claims)
    try:
        return (await find_user_by_external_id(identity, external_id)).user_uuid
    except NotFound:
        raise subject_unknown() from None


async def _check_anew(
    identity: IdentityContext, token: str, session: Session, address: Callable[[], str]
) -> None:
    memory = identity.memory
    while True:
        ending = memory.endings.get(session.user_uuid)
        await _check_cheaply(identity, session, address, is_certain=ending is not None)
        # If a session of this person ended meanwhile, the table may have been read before that.
        if memory.endings.get(session.user_uuid) is ending:
            memory.sessions.remember(token, Checked(session, ending))
            memory.unrevoked.remember(session.token_id, Checked(session, ending))
            return


async def _check_cheaply(
    identity: IdentityContext, session: Session, address: Callable[[], str], *, is_certain: bool
) -> None:
    """Checks the session at half the price, unless one of this person's has just ended.

    The answer is remembered for a minute, and a replica lags for a moment. A replica that lacks the
    session may lack a sign-in, so it is not believed.
    """
    if not is_certain:
        with suppress(Unauthenticated):
            await check_session(identity, session, address, consistent=False)
            return
    await check_session(identity, session, address)


async def verify_session(
    identity: IdentityContext, session: Session, *, anew: bool = False
) -> None:
    """Checks a session again, for what lasts longer than a request.

    What was read within the last minute counts, except `anew`. Raises Unauthenticated if its token has
    expired or was revoked, or its account was removed or disabled.
    """
    _check_still_holds(identity, session)
    memory = identity.memory
    ending = memory.endings.get(session.user_uuid)
    checked = None if anew else memory.unrevoked.get(session.token_id)
    is_known = checked is not None and checked.ending is ending
    known_user = memory.users.get(session.user_uuid) if is_known else None
    user = known_user or await check_user_is_there(identity, session.user_uuid)
    check_is_enabled(user)
    check_token_counts(user, session)
    if not is_known:
        await check_session(identity, session)
        memory.unrevoked.remember(session.token_id, Checked(session, ending))


def _check_still_holds(identity: IdentityContext, session: Session) -> None:
    now = identity.clock().timestamp()
    if session.expires_at <= now:
        raise expired(session.expires_at, now)
    if identity.memory.revoked.get(session.token_id):
        raise revoked()
