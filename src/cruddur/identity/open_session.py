"""Open a session: an item in the table, and the token that belongs to it."""

from cruddur.domain.model import timestamp
from cruddur.domain.session import DeviceSession
from cruddur.identity.check_session import ends_at
from cruddur.identity.context import IdentityContext
from cruddur.identity.tokens import sign_token
from cruddur.ports.metering import access_pattern
from cruddur.ports.table import Missing, Put
from cruddur.schema import items


@access_pattern("sign_in")
async def open_session(
    identity: IdentityContext, user_uuid: str, device: str = "", address: str = ""
) -> tuple[str, str]:
    """Returns the id and the token of a new session. The caller has checked that it is the user's."""
    lasts = identity.session_limits.lifetime
    session_id, token, _ = sign_token(identity, user_uuid, has_item=True, lasts=lasts)
    now = timestamp(identity.clock())
    session = DeviceSession(
        user_uuid=user_uuid,
        session_id=session_id,
        device=device,
        address=address,
        created_at=now,
        last_used_at=now,
        expires_at=ends_at(identity, now),
    )
    await identity.table.put(Put(items.session_item(session), [Missing("pk")]))
    return session_id, token
