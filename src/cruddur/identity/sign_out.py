"""Sign out: the token is worth nothing from now on."""

from cruddur.identity.service import Identity, Session
from cruddur.identity.tokens import revoke


async def sign_out(identity: Identity, session: Session) -> None:
    """Raises TableUnavailable: then the token is still refused by this process, but not for long."""
    await revoke(identity, session)
