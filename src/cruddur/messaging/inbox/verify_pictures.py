"""Compare people's pictures with their profiles: each names the other.

They are written together, so that only another program, or a table that was copied in part, parts them.
A running service changes them meanwhile: each difference is looked at twice.
"""

from cruddur.domain.model import User
from cruddur.domain.person_picture import PersonPicture
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.difference import Difference
from cruddur.messaging.inbox.verify_names import confirmed
from cruddur.schema import items, keys
from cruddur.schema.picture_items import picture_from, picture_key
from cruddur.schema.readable import one_from


async def compare_own_picture(messaging: MessagingContext, user: User) -> Difference | None:
    """Returns a difference if the picture that the profile names is not there.

    Nothing can make it anew.
    """
    if user.picture is None:
        return None

    async def look() -> Difference | None:
        profile, picture = await _both(messaging, user.user_uuid)
        if profile is None or profile.picture == (picture.name if picture else None):
            return None
        what = f"the picture of @{user.handle} is not there: `cruddur users picture` removes it"
        return Difference(user.user_uuid, what) if profile.picture else None

    return await confirmed(look) if await look() else None


async def compare_picture(messaging: MessagingContext, picture: PersonPicture) -> Difference | None:
    """Returns a difference if no profile names the picture, so that nobody is shown it."""

    async def look() -> Difference | None:
        profile, found = await _both(messaging, picture.user_uuid)
        if profile is None or found is None or profile.picture == found.name:
            return None  # of somebody without a profile the erasure finds it
        what = f"the profile of @{profile.handle} does not name their picture"
        key = picture_key(picture.user_uuid)
        return Difference(picture.user_uuid, what, person=profile, unwanted=[key])

    return await confirmed(look) if await look() else None


async def _both(
    messaging: MessagingContext, user_uuid: str
) -> tuple[User | None, PersonPicture | None]:
    profile_key, key = keys.user_key(user_uuid), picture_key(user_uuid)
    found = await messaging.table.get_many([profile_key, key], consistent=True)
    return (
        one_from(items.user_from, found.get(profile_key)),
        one_from(picture_from, found.get(key)),
    )
