"""Open a session: an item in the table, and the token that belongs to it."""

from collections.abc import Awaitable, Callable

from cruddur.domain.model import User, timestamp
from cruddur.domain.session import DeviceSession
from cruddur.identity.check_session import ends_at
from cruddur.identity.context import IdentityContext
from cruddur.identity.end_session import end_session
from cruddur.identity.tokens import sign_token
from cruddur.ports.metering import access_pattern
from cruddur.ports.table import Missing, Put
from cruddur.schema import items


@access_pattern("sign_in")
async def open_session(
    identity: IdentityContext,
    user_uuid: str,
    device: str = "",
    address: str = "",
    ways_version: int = 0,
) -> tuple[str, str]:
    """Returns the id and the token of a new session. The caller has checked that it is the user's.

    `ways_version` is what their profile had before that check was done for the last time.
    """
    lasts = identity.session_limits.lifetime
    session_id, token, _ = sign_token(
        identity, user_uuid, has_item=True, lasts=lasts, ways_version=ways_version
    )
    now = timestamp(identity.clock())
    session = DeviceSession(
        user_uuid=user_uuid,
        session_id=session_id,
        device=device,
        address=address,
        created_at=now,
        last_used_at=now,
        expires_at=ends_at(identity, now),
        ways_version=ways_version,
    )
    await identity.table.put(Put(items.session_item(session), [Missing("pk")]))
    return session_id, token


async def open_checked_session(
    identity: IdentityContext,
    user: User,
    device: str,
    address: str,
    check: Callable[[], Awaitable[None]],
) -> str:
    """Returns the token of a new session. It is ended at once if `check` raises, and that is raised.

    `user` is as the table has them now. What takes a way in away, as another password does, ends the
    sessions that it finds: not one that is opened a moment later. So the way in is checked once more
    when the session is there. If it goes after that, the session goes with it, by its `ways_version`.
    """
    ways_version = user.ways_version or 0
    session_id, token = await open_session(identity, user.user_uuid, device, address, ways_version)
    try:
        await check()
    except BaseException:
        await end_session(identity, user.user_uuid, session_id)
        raise
    return token
