"""What this process does when sessions have ended, and how the others learn of it."""

from cruddur.identity.context import IdentityContext, SessionsEnded
from cruddur.ports.table import Delete, Put
from cruddur.schema import items, keys


async def remove_session(
    identity: IdentityContext, user_uuid: str, token_id: str, expires_at: int
) -> None:
    """Revokes the token until it expires, and removes the item of its session. Raises TableError."""
    # Processes of an older version look at the revocation only, so it is written first.
    await identity.table.put(Put(items.revocation_item(token_id, expires_at)))
    await identity.table.delete(Delete(keys.session_key(user_uuid, token_id)))


async def announce_ended(identity: IdentityContext, ended: SessionsEnded) -> SessionsEnded:
    """Makes this process and the others look again at the person's sessions. Returns what ended."""
    note_ended(identity, ended)
    if identity.announce is not None:
        await identity.announce(ended)
    return ended


def note_ended(identity: IdentityContext, ended: SessionsEnded) -> None:
    """Notes what ended, here or in another process: the person's tokens are checked anew."""
    memory = identity.memory
    memory.endings.remember(ended.user_uuid, ended)
    memory.users.forget(ended.user_uuid)
    if ended.token_id is not None:
        memory.revoked.remember(ended.token_id, True)
