"""Give a user a picture, in place of the one that they have."""

import msgspec

from cruddur.domain.model import User, timestamp
from cruddur.domain.person_picture import PersonPicture, checked_picture, picture_name
from cruddur.identity.change_shown import change_shown
from cruddur.identity.context import IdentityContext
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Put
from cruddur.schema.picture_items import picture_item


@access_pattern(
    "set_picture",
    Ceiling("O", "take a picture of 32,000 bytes, with a name of two words", write=74, read=1),
)
async def set_picture(
    identity: IdentityContext, user_uuid: str, data: bytes, media_type: str
) -> User:
    """Returns the user with the picture, of which nothing is stored but its pixels.

    File and profile are written in one transaction. So of two devices that upload at once the last one
    wins whole, and no file is left that no profile names. The same picture again writes nothing. Raises
    Invalid, Unauthenticated if the account was removed, Busy, and TableUnavailable, after which it is
    safe to repeat.
    """
    plain = checked_picture(data, media_type)
    name = picture_name(plain)
    picture = PersonPicture(
        user_uuid=user_uuid, name=name, data=plain, made_at=timestamp(identity.clock())
    )

    def with_picture(user: User) -> User:
        return msgspec.structs.replace(user, picture=name)

    return await change_shown(identity, user_uuid, with_picture, [Put(picture_item(picture))])
