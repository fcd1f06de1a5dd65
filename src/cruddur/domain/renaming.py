"""What others see of a person, their display name and picture, on its way to their conversations."""

from msgspec import Struct


class Renaming(Struct, frozen=True, kw_only=True):
    """A person has taken this name or picture, and it has come to some of their conversations.

    `name_version` is the one of the profile. `picture` is the hash of the picture, None without one.
    `after` is the uuid of the last conversation that has them, in the order of uuids; empty before the
    first one.
    """

    user_uuid: str
    handle: str
    display_name: str
    name_version: int
    after: str = ""
    picture: str | None = None


def is_behind(
    version: int | None, picture: str | None, new_version: int | None, new_picture: str | None
) -> bool:
    """Whether a copy of what others see of a person, of this version and picture, is to be replaced.

    A process of an older version drops the picture of a member, and keeps the version.
    """
    known, new = version or 0, new_version or 0
    return known < new or (known == new and picture != new_picture)
