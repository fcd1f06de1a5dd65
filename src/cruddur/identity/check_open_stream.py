"""Checks rarely whether the session of an open event stream holds, in case its end was not heard of."""

from cruddur.identity.check_session import check_session, check_token_counts, is_revoked
from cruddur.identity.context import IdentityContext, Session
from cruddur.identity.find_user import check_is_enabled, check_user_is_there
from cruddur.identity.token_errors import revoked
from cruddur.ports.metering import Ceiling, access_pattern


def has_ended(identity: IdentityContext, session: Session) -> bool:
    """Whether the token has expired, or this process knows that it was revoked. It reads nothing."""
    is_over = session.expires_at <= identity.clock().timestamp()
    return is_over or identity.memory.revoked.get(session.token_id) is not None


@access_pattern("check_session", Ceiling("K", "keep a page open an hour", write=0, read=0.5))
async def check_token(identity: IdentityContext, session: Session) -> None:
    """Reads the table to check that the token was not revoked. Raises Unauthenticated.

    It need not be consistent, because it is repeated, and a replica lags for a moment only.
    """
    if session.has_item:
        await check_session(identity, session, consistent=False, by_page=True)
    elif await is_revoked(identity, session, consistent=False):
        raise revoked()


async def check_account(identity: IdentityContext, session: Session) -> None:
    """Reads the table to check that the account was not removed. Raises Unauthenticated.

    It also checks that the token was made after all sessions of the person were ended.
    """
    user = await check_user_is_there(identity, session.user_uuid, consistent=False)
    check_is_enabled(user)
    check_token_counts(user, session)
