"""Invitations: a person who has left a group comes back only if they accept one."""

from collections.abc import Sequence
from contextlib import suppress

from cruddur.domain.errors import ConditionFailed, NotFound, declare_code
from cruddur.domain.invites import Invitation
from cruddur.domain.model import MessageGroup, User
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.change_group import GroupChange, change_group
from cruddur.messaging.groups.joining import with_joined
from cruddur.messaging.publishing import publish_invited
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.paging import pages
from cruddur.ports.table import Delete, Equals, Exists, Put, Query, Range, Update
from cruddur.schema import erasure_keys, keys
from cruddur.schema.invite_items import (
    INVITED_PREFIX,
    invitation_from,
    invitation_item,
    invitation_key,
)
from cruddur.schema.readable import one_from

_NOT_FOUND = declare_code("invitation_not_found", "There is no such invitation.")


async def invite_those_who_left(
    messaging: MessagingContext, group: MessageGroup, user_uuid: str, people: Sequence[User]
) -> Sequence[User]:
    """Invites those of the people who were in the group before, and returns the others."""
    uuid = group.message_group_uuid
    left_keys = {one.user_uuid: erasure_keys.left_key(one.user_uuid, uuid) for one in people}
    left = await messaging.table.get_many(list(left_keys.values()), consistent=True)
    by = group.members[user_uuid].display_name
    for one in people:
        if left_keys[one.user_uuid] in left:
            invitation = Invitation(
                user_uuid=one.user_uuid,
                message_group_uuid=uuid,
                title=group.title or "",
                by_user_uuid=user_uuid,
                by_display_name=by,
                invited_at=messaging.now(),
            )
            await messaging.table.put(Put(invitation_item(invitation)))
            await _mark_invited(messaging, invitation)
            await publish_invited(messaging, invitation)
    return [one for one in people if left_keys[one.user_uuid] not in left]


async def _mark_invited(messaging: MessagingContext, invitation: Invitation) -> None:
    """Notes it in the profile, which is read anyway, so that pages of other people need not ask.

    It comes after the invitation: see `forget_invited`.
    """
    with suppress(ConditionFailed):  # the account is gone
        await messaging.table.update(
            Update(
                keys.user_key(invitation.user_uuid),
                {"invited_at": invitation.invited_at},
                condition=[Exists(keys.PARTITION_KEY)],
            )
        )


@access_pattern("forget_invited", Ceiling("N", "find that none is open any more", write=1, read=1))
async def forget_invited(messaging: MessagingContext, user_uuid: str, invited_at: str) -> None:
    """Takes the mark of this time out of the profile if no invitation is open.

    Each invitation is there before its mark, and a mark of another time stays. So no open invitation
    is without one. Raises TableUnavailable.
    """
    if await _invitations(messaging, user_uuid, consistent=True):
        return
    with suppress(ConditionFailed):
        await messaging.table.update(
            Update(
                keys.user_key(user_uuid),
                {},
                remove=["invited_at"],
                condition=[Equals("invited_at", invited_at)],
            )
        )


@access_pattern("list_invitations", Ceiling("N", "list one's invitations", write=0, read=0.5))
async def list_invitations(messaging: MessagingContext, user_uuid: str) -> Sequence[Invitation]:
    """Returns the invitations of a person, the newest first. Raises TableUnavailable."""
    invitations = await _invitations(messaging, user_uuid)
    return sorted(invitations, key=lambda one: one.invited_at, reverse=True)


async def _invitations(
    messaging: MessagingContext, user_uuid: str, *, consistent: bool = False
) -> Sequence[Invitation]:
    among = Range(prefix=INVITED_PREFIX)
    query = Query(keys.user_key(user_uuid).pk, range=among, consistent=consistent)
    found = [item async for page in pages(messaging.table, query) for item in page.items]
    return [one for item in found if (one := one_from(invitation_from, item))]


@access_pattern(
    "change_group", Ceiling("N", "accept an invitation to a group of two", write=9, read=2.5)
)
async def accept_invitation(
    messaging: MessagingContext, user: User, message_group_uuid: str
) -> MessageGroup:
    """Makes the person a member again. Raises NotFound, Invalid for a full group, Busy.

    An invitation to a group that all have left leads nowhere.
    """
    key = invitation_key(user.user_uuid, message_group_uuid)
    if await messaging.table.get(key, consistent=True) is None:
        raise NotFound(_NOT_FOUND, "There is no such invitation.")

    async def step(group: MessageGroup, last_seq: int) -> GroupChange:
        accepted = [Delete(key, [Exists(keys.PARTITION_KEY)])]
        if user.user_uuid in group.members:
            return GroupChange(group, writes=accepted)
        joined = with_joined(group, user, last_seq)
        return GroupChange(joined.group, joined.events, accepted)

    return await change_group(messaging, user.user_uuid, message_group_uuid, step, is_coming=True)


async def decline_invitation(
    messaging: MessagingContext, user_uuid: str, message_group_uuid: str
) -> None:
    """Removes the invitation. Nobody else learns of it."""
    await messaging.table.delete(Delete(invitation_key(user_uuid, message_group_uuid)))
