"""Take a user's picture away, at their own wish or by an operator."""

import msgspec

from cruddur.domain.model import User
from cruddur.identity.change_shown import change_shown
from cruddur.identity.context import IdentityContext
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Delete
from cruddur.schema.picture_items import picture_key


@access_pattern(
    "remove_picture",
    Ceiling("O", "remove a picture of 32,000 bytes, with a name of two words", write=74, read=1),
)
async def remove_picture(identity: IdentityContext, user_uuid: str) -> User:
    """Returns the user without a picture. Without one it writes nothing.

    Raises Unauthenticated if the account was removed, Busy, and TableUnavailable, after which it is safe
    to repeat.
    """

    def without_picture(user: User) -> User:
        return msgspec.structs.replace(user, picture=None)

    return await change_shown(
        identity, user_uuid, without_picture, [Delete(picture_key(user_uuid))]
    )
