"""The rights in a group: its owner, its admins, and what its settings leave to everybody."""

from typing import Literal

from cruddur.domain.errors import Conflict, Forbidden, declare_code
from cruddur.domain.model import MessageGroup

Role = Literal["owner", "admin", "member"]
Right = Literal["add", "rename", "write"]
"""What a group may leave to everybody, or to its admins: to add people, to change its name and picture,
and to write messages."""

_ADMINS_ONLY = declare_code(
    "admins_only", "Only the owner and the admins of the group may do this."
)
_OWNER_ONLY = declare_code("owner_only", "Only the owner of the group may do this.")
_OWNER_STAYS = declare_code(
    "owner_stays", "Nobody can remove the owner, who can leave or make another member the owner."
)

_DONE = {
    "add": "add people to this group",
    "rename": "change the name and the picture of this group",
    "write": "write in this group",
}


def owner_of(group: MessageGroup) -> str | None:
    """Returns the uuid of the group's owner; None in a direct conversation and in an empty group.

    A group that an older version made or wrote names no owner, and one whose owner has left by an older
    version names somebody who is gone. Then its heir is the owner.
    """
    if group.kind == "direct":
        return None
    return group.owner_uuid if group.owner_uuid in group.members else heir_of(group)


def heir_of(group: MessageGroup, without: str | None = None) -> str | None:
    """Returns the member who is the owner after `without` has left: the oldest admin, else the oldest
    member. Of those who came with one another it is the one with the least uuid, on every engine.
    """
    others = {uuid: member for uuid, member in group.members.items() if uuid != without}
    admins = {uuid: member for uuid, member in others.items() if member.role == "admin"}
    candidates = admins or others
    return min(candidates, key=lambda uuid: (candidates[uuid].joined_seq, uuid), default=None)


def role_of(group: MessageGroup, user_uuid: str) -> Role:
    """Returns the role of a member of the group."""
    if user_uuid == owner_of(group):
        return "owner"
    return "admin" if group.members[user_uuid].role == "admin" else "member"


def is_admin(group: MessageGroup, user_uuid: str) -> bool:
    """Whether the member is an admin. The owner is one as well."""
    return role_of(group, user_uuid) != "member"


def may(group: MessageGroup, user_uuid: str, right: Right) -> bool:
    """Whether the group's settings let this member do it."""
    setting = {
        "add": group.who_may_add,
        "rename": group.who_may_rename,
        "write": group.who_may_write,
    }[right]
    return setting != "admins" or is_admin(group, user_uuid)


def require_right(group: MessageGroup, user_uuid: str, right: Right) -> None:
    """Raises Forbidden if the group's settings do not let this member do it."""
    if not may(group, user_uuid, right):
        raise Forbidden(_ADMINS_ONLY, f"Only its admins may {_DONE[right]}.")


def require_admin(group: MessageGroup, user_uuid: str) -> None:
    """Raises Forbidden for a member who is neither the owner nor an admin."""
    if not is_admin(group, user_uuid):
        raise Forbidden(_ADMINS_ONLY, "Only the admins of this group may do this.")


def require_owner(group: MessageGroup, user_uuid: str) -> None:
    """Raises Forbidden for a member who is not the owner."""
    if user_uuid != owner_of(group):
        raise Forbidden(_OWNER_ONLY, "Only the owner of this group may do this.")


def require_removable(group: MessageGroup, user_uuid: str, member_uuid: str) -> None:
    """Raises Forbidden or Conflict unless the user may remove this member: an admin removes members, and
    the owner admins too.
    """
    role = role_of(group, member_uuid)
    if role == "owner":
        raise Conflict(_OWNER_STAYS, "The owner of a group cannot be removed.")
    if role == "admin":
        require_owner(group, user_uuid)
    require_admin(group, user_uuid)
