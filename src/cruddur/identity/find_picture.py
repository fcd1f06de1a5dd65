"""Find the picture of a user by its name."""

from cruddur.domain.errors import NotFound, declare_code
from cruddur.domain.model import User
from cruddur.domain.person_picture import PersonPicture
from cruddur.identity.context import IdentityContext
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.schema.picture_items import picture_from, picture_key
from cruddur.schema.readable import one_from

_NOT_FOUND = declare_code("picture_not_found", "This person has no such picture, or no longer.")


@access_pattern("find_picture", Ceiling("O", "show a picture of 32,000 bytes", write=0, read=4))
async def find_picture(identity: IdentityContext, user_uuid: str, name: str) -> PersonPicture:
    """Returns the picture. Raises NotFound if the person has another one by now, or none.

    It is read anew only if it is not there: it may have been uploaded a moment ago.
    """
    for consistent in (False, True):
        item = await identity.table.get(picture_key(user_uuid), consistent=consistent)
        picture = one_from(picture_from, item)
        if picture is not None and picture.name == name:
            return picture
    raise NotFound(_NOT_FOUND, "This person has no such picture, or no longer.")


async def find_own_picture(identity: IdentityContext, user: User) -> PersonPicture | None:
    """Returns the picture that a profile names; None if it names none, or it was changed meanwhile."""
    try:
        return await find_picture(identity, user.user_uuid, user.picture) if user.picture else None
    except NotFound:
        return None
