"""Give a user another display name."""

import msgspec

from cruddur.domain.checked_texts import checked_display_name
from cruddur.domain.model import User
from cruddur.identity.change_shown import change_shown
from cruddur.identity.context import IdentityContext
from cruddur.ports.metering import Ceiling, access_pattern


@access_pattern(
    "rename_user",
    Ceiling("O", "take another display name, two words for two", write=14, read=1),
)
async def rename_user(identity: IdentityContext, user_uuid: str, display_name: str) -> User:
    """Returns the user with the name, which new messages have from now on.

    A name that the user has already writes nothing. Raises Invalid, Unauthenticated if the account was
    removed, Busy, and TableUnavailable, after which it is safe to repeat.
    """
    name = checked_display_name(display_name)

    def with_name(user: User) -> User:
        return msgspec.structs.replace(user, display_name=name)

    return await change_shown(identity, user_uuid, with_name)
