"""Note that a user has another display name, as another process says."""

from cruddur.domain.model import fold
from cruddur.identity.context import IdentityContext


def note_renamed(identity: IdentityContext, user_uuid: str, handle: str) -> None:
    """Makes this process read the user anew. Without it, it does so within a minute."""
    identity.memory.users.forget(user_uuid)
    identity.memory.changed.remember(user_uuid, True)
    identity.memory.handles.forget(fold(handle))
