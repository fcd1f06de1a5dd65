"""End one session."""

from datetime import datetime

from cruddur.domain.errors import NotFound, declare_code
from cruddur.domain.session import LIFETIME
from cruddur.identity.context import IdentityContext, SessionsEnded
from cruddur.identity.ended_sessions import announce_ended, remove_session
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.schema import items, keys
from cruddur.schema.readable import one_from

_NOT_FOUND = declare_code("session_not_found", "The caller has no open session with this id.")


@access_pattern("end_session", Ceiling("M", "end a session", write=2, read=1))
async def end_session(identity: IdentityContext, user_uuid: str, session_id: str) -> SessionsEnded:
    """Ends one of this person's sessions: here at once, in other processes when the event arrives.

    Raises NotFound, also for another person's session, and TableUnavailable.
    """
    key = keys.session_key(user_uuid, session_id)
    found = one_from(items.session_from, await identity.table.get(key, consistent=True))
    if found is None:
        raise NotFound(_NOT_FOUND, "There is no such device any more.")
    await remove_session(identity, user_uuid, session_id, token_end(found.created_at))
    return await announce_ended(identity, SessionsEnded(user_uuid, token_id=session_id))


def token_end(created_at: str) -> int:
    """Returns the epoch second after which the token of a session made then has certainly expired."""
    return int((datetime.fromisoformat(created_at) + LIFETIME).timestamp()) + 1
