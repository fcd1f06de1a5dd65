"""Converts the pictures of people to items and back."""

import msgspec

from cruddur.domain.item import Item, Key
from cruddur.domain.person_picture import PersonPicture, picture_name
from cruddur.schema import keys
from cruddur.schema.records import record_item

PICTURE_SK = (
    "PICTURE"  # sorts before keys.PROFILE_SK, and so before what queries of this partition ask
)


def picture_key(user_uuid: str) -> Key:
    """The key of a person's picture. They have one at most, which a new one replaces."""
    return Key(keys.USER_PREFIX + user_uuid, PICTURE_SK)


def picture_item(picture: PersonPicture) -> Item:
    """Returns the item of a picture; its key holds the person."""
    return record_item(picture_key(picture.user_uuid), picture, "user_uuid")


def picture_from(item: Item) -> PersonPicture:
    """Returns the picture of an item. Raises one of UNREADABLE."""
    user_uuid = keys.whole_key_of(item).pk.removeprefix(keys.USER_PREFIX)
    fields = {**item, "user_uuid": user_uuid}
    picture = msgspec.convert(fields, PersonPicture, builtin_types=(bytes,))
    if picture.name != picture_name(picture.data):
        raise ValueError("its picture is another one than its name says")
    return picture
