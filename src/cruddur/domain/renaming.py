"""A person's new display name, on its way to their conversations."""

from msgspec import Struct


class Renaming(Struct, frozen=True, kw_only=True):
    """A person has taken this name, and it has come to some of their conversations.

    `name_version` is the one of the profile. `after` is the uuid of the last conversation that has the
    name, in the order of uuids; empty before the first one.
    """

    user_uuid: str
    handle: str
    display_name: str
    name_version: int
    after: str = ""
