"""End all sessions of a person, or all but one."""

from collections.abc import Awaitable, Callable

from cruddur.domain.errors import ConditionFailed
from cruddur.identity.context import IdentityContext, Session, SessionsEnded
from cruddur.identity.end_session import token_end
from cruddur.identity.ended_sessions import announce_ended, remove_session
from cruddur.identity.find_user import account_gone
from cruddur.identity.list_sessions import list_sessions
from cruddur.ports.metering import access_pattern
from cruddur.ports.table import Exists, Update
from cruddur.schema import keys


@access_pattern("end_session")
async def end_sessions(
    identity: IdentityContext, user_uuid: str, *, keep: Session | None = None
) -> SessionsEnded:
    """Ends the person's sessions, except `keep`, with two write units each and one for all of them.

    Tokens without an item end as well, as far as they were made before. It may be called again after
    TableUnavailable. Raises Unauthenticated if the account was removed.
    """
    kept = keep.token_id if keep is not None else None
    await _refuse_older_tokens(identity, user_uuid, kept)
    for session in await list_sessions(identity, user_uuid):
        if session.session_id != kept:
            until = token_end(session.created_at)
            await remove_session(identity, user_uuid, session.session_id, until)
    return await announce_ended(identity, SessionsEnded(user_uuid, kept=kept))


async def end_sessions_around(
    identity: IdentityContext,
    user_uuid: str,
    session: Session,
    write: Callable[[], Awaitable[None]],
) -> SessionsEnded:
    """Calls `write`, which takes a way in away, and ends all sessions but this one before and after it.

    Before: a crash after the write must leave no session of somebody who came in that way. And after:
    somebody may have come in that way in between. If `write` raises, the sessions have ended already.
    """
    await end_sessions(identity, user_uuid, keep=session)
    await write()
    return await end_sessions(identity, user_uuid, keep=session)


async def _refuse_older_tokens(identity: IdentityContext, user_uuid: str, kept: str | None) -> None:
    values = {"tokens_after": int(identity.clock().timestamp())}
    key, there = keys.user_key(user_uuid), [Exists("pk")]
    update = (
        Update(key, values, remove=["kept_token"], condition=there)
        if kept is None
        else Update(key, {**values, "kept_token": kept}, condition=there)
    )
    try:
        await identity.table.update(update)
    except ConditionFailed:
        raise account_gone() from None
