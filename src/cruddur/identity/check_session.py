"""Check that a session is open, and note now and then that it is used."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from cruddur.domain.errors import ConditionFailed, NotFound, TableError
from cruddur.domain.model import User, timestamp
from cruddur.domain.session import DeviceSession
from cruddur.identity.context import IdentityContext, Session
from cruddur.identity.find_user import find_user
from cruddur.identity.token_errors import revoked
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Exists, Update
from cruddur.schema import items, keys
from cruddur.schema.readable import one_from


def _nowhere() -> str:
    return ""


@access_pattern("check_session", Ceiling("M", "check a session, once a minute", write=0, read=0.5))
async def check_session(
    identity: IdentityContext,
    session: Session,
    address: Callable[[], str] = _nowhere,
    *,
    consistent: bool = True,
    by_page: bool = False,
) -> None:
    """Reads the table to check that the session is open. `address` tells where it is used.

    Its use is noted unless that was done lately: by a request, or `by_page`, which is only open.

    Raises Unauthenticated if it was ended or not used for too long, and TableUnavailable.
    """
    if session.has_item:
        limits = identity.session_limits
        found = await _open_item(identity, session, consistent=consistent)
        noted_every = limits.open_page_noted_every if by_page else limits.noted_every
        if noted_every is not None:
            await _note_use(identity, found, address, noted_every)
        return
    if await is_revoked(identity, session, consistent=consistent):
        raise revoked()
    with suppress(NotFound):  # the caller looks for the account, too
        check_token_counts(await find_user(identity, session.user_uuid), session)


def check_token_counts(user: User, session: Session) -> None:
    """Checks a session by its person's profile: was it opened after a way in was taken away?

    And for a token without an item: was it made after all sessions of the person were ended? Raises
    Unauthenticated.
    """
    if user.kept_token is not None and user.kept_token in {session.token_id, session.jti}:
        return
    is_older = user.tokens_after is not None and session.made_at <= user.tokens_after
    if was_way_removed_since(user, session.ways_version) or (is_older and not session.has_item):
        raise revoked()


def was_way_removed_since(user: User, ways_version: int | None) -> bool:
    """Whether a way in was taken away after a session with this version was opened.

    One that an older version opened does not say; its item alone counts.
    """
    return ways_version is not None and ways_version < (user.ways_version or 0)


async def is_revoked(
    identity: IdentityContext, session: Session, *, consistent: bool = True
) -> bool:
    """Reads the table to see whether a token without an item was revoked. Raises TableUnavailable."""
    key = keys.revoked_key(session.token_id)
    if not session.jti:
        return await identity.table.get(key, consistent=consistent) is not None
    # Older versions revoked a token by the id that its signer gave it.
    both = [key, keys.revoked_key(session.jti)]
    return bool(await identity.table.get_many(both, consistent=consistent))


def ends_at(identity: IdentityContext, created_at: str) -> int:
    """Returns the epoch second at which a session that is used now ends if it is not used again."""
    limits = identity.session_limits
    oldest = datetime.fromisoformat(created_at) + limits.lifetime
    return int(min(oldest, identity.clock() + limits.idle).timestamp())


def has_session_ended(identity: IdentityContext, session: DeviceSession) -> bool:
    """Whether the session is over, by the limits of its beginning or by stricter ones of today."""
    # The table may remove an item days after it expired.
    now = identity.clock()
    is_expired = session.expires_at <= now.timestamp()
    return is_expired or identity.session_limits.end_of(session) <= now


async def _open_item(
    identity: IdentityContext, session: Session, *, consistent: bool
) -> DeviceSession:
    key = keys.session_key(session.user_uuid, session.token_id)
    found = one_from(items.session_from, await identity.table.get(key, consistent=consistent))
    if found is None or has_session_ended(identity, found):
        raise revoked()
    return found


async def _note_use(
    identity: IdentityContext,
    session: DeviceSession,
    address: Callable[[], str],
    noted_every: timedelta,
) -> None:
    used_at = datetime.fromisoformat(session.last_used_at)
    if identity.clock() - used_at >= noted_every:
        # The session is open, whether its use can be noted or not.
        with suppress(TableError):
            await _write_use(identity, session, address())


@access_pattern(
    "note_session", Ceiling("M", "note that a session is used, once an hour", write=1, read=0)
)
async def _write_use(identity: IdentityContext, session: DeviceSession, address: str) -> None:
    key = keys.session_key(session.user_uuid, session.session_id)
    used = {
        "last_used_at": timestamp(identity.clock()),
        "expires_at": ends_at(identity, session.created_at),
        "address": address or session.address,
    }
    try:
        # Without the condition a session that was ended meanwhile would be open again.
        await identity.table.update(Update(key, used, condition=[Exists("pk")]))
    except ConditionFailed:
        raise revoked() from None
