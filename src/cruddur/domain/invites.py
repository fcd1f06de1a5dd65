"""How people come into a group: by a link, by an admin's consent to that, and by their own."""

from msgspec import Struct


class Invite(Struct, frozen=True, kw_only=True):
    """The one link to a group that is open. `digest` is the SHA-256 of its token, which is stored
    nowhere.

    `expires_at` is the epoch second at which it ends. With `needs_approval` it asks the admins.
    """

    digest: str
    message_group_uuid: str
    made_by: str
    made_at: str
    uses_left: int
    expires_at: int
    needs_approval: bool = False


class JoinRequest(Struct, frozen=True, kw_only=True):
    """A person who has a link asks the admins of a group to be let in. It ends with the link."""

    message_group_uuid: str
    user_uuid: str
    handle: str
    display_name: str
    asked_at: str
    expires_at: int
    name_version: int | None = None
    picture: str | None = None


class Invitation(Struct, frozen=True, kw_only=True):
    """A person who has left a group is asked to come back. `user_uuid` is that person."""

    user_uuid: str
    message_group_uuid: str
    title: str
    by_user_uuid: str
    by_display_name: str
    invited_at: str
