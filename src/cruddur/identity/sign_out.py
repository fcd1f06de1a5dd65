"""Sign out: end the session of a token."""

from cruddur.identity.context import IdentityContext, Session, SessionsEnded
from cruddur.identity.ended_sessions import announce_ended, note_ended, remove_session
from cruddur.ports.metering import access_pattern
from cruddur.ports.table import Put
from cruddur.schema import items


@access_pattern("sign_out")
async def sign_out(identity: IdentityContext, session: Session) -> SessionsEnded:
    """Ends the session: here at once, in other processes when the event arrives, or within a minute.

    After TableUnavailable only this process refuses the token, for two minutes.
    """
    ended = SessionsEnded(session.user_uuid, token_id=session.token_id)
    note_ended(identity, ended)
    if session.has_item:
        await remove_session(identity, session.user_uuid, session.token_id, session.expires_at)
    else:
        await identity.table.put(Put(items.revocation_item(session.token_id, session.expires_at)))
    return await announce_ended(identity, ended)
