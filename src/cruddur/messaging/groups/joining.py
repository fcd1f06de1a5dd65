"""Computes a group with a person who comes in of their own will."""

import msgspec

from cruddur.domain.group_event import GroupEvent
from cruddur.domain.model import MessageGroup, User
from cruddur.messaging.groups.change_group import GroupChange
from cruddur.messaging.groups.start_group import check_size
from cruddur.schema import items


def with_joined(group: MessageGroup, user: User, last_seq: int) -> GroupChange:
    """Returns the change by which the user is a member, who sees the messages from now on. Raises
    Invalid.
    """
    check_size(len(group.members) + 1)
    members = {**group.members, user.user_uuid: items.member_of(user, last_seq)}
    joined = GroupEvent(type="joined", user_uuids=(user.user_uuid,))
    return GroupChange(msgspec.structs.replace(group, members=members), [joined])
