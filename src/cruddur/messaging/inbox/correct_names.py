"""Give the members of a group the display names that they have by now.

A process that starts a conversation may remember a person for a minute, under a name that is no longer
theirs. The way of a new name leads through the conversations that are there; this finds those that came
later.
"""

from collections.abc import Collection, Mapping, Sequence

from cruddur.domain.member import Member
from cruddur.domain.model import User
from cruddur.domain.renaming import Renaming
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.bring_name import bring_name
from cruddur.messaging.newest_names import renamed_member
from cruddur.ports.change_feed import Change
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.schema import items, keys
from cruddur.schema.readable import one_from


async def correct_newcomers(messaging: MessagingContext, changes: Sequence[Change]) -> None:
    """Does so for those who became members by these changes of one group, the last change the newest.

    A group that another program wrote is left as it is. Raises ConditionFailed, TableUnavailable.
    """
    before = (changes[0].old or {}).get("members") or {}
    group = one_from(items.group_from, changes[-1].new)
    if group is None:
        return
    newcomers = {uuid: member for uuid, member in group.members.items() if uuid not in before}
    await correct_names(messaging, group.message_group_uuid, newcomers)


@access_pattern(
    "correct_names",
    Ceiling("O", "look at the names in a new conversation of two", write=0, read=2),
)
async def correct_names(
    messaging: MessagingContext, message_group_uuid: str, members: Mapping[str, Member]
) -> None:
    """Brings the newest names of these members to the conversation.

    People who are not found by their handles keep their names. Raises ConditionFailed, TableUnavailable.
    """
    for renamed in await renamed_people(messaging, members):
        await bring_name(messaging, message_group_uuid, renamed)


async def renamed_people(
    messaging: MessagingContext, members: Mapping[str, Member]
) -> Collection[Renaming]:
    """Returns those of the members who have a newer name than the group has."""
    # The item of a handle has the name too, and nothing that the projector must not see.
    wanted = {keys.handle_key(member.handle): uuid for uuid, member in members.items()}
    found = await messaging.table.get_many(list(wanted), consistent=True)
    users = (one_from(items.user_from_handle, item) for item in found.values())
    return [
        renaming_of(user)
        for user in users
        if user is not None and _is_newer(user, members.get(user.user_uuid))
    ]


def _is_newer(user: User, member: Member | None) -> bool:
    return member is not None and renamed_member(member, renaming_of(user)) is not None


def renaming_of(user: User) -> Renaming:
    """Returns the newest name of a user."""
    return Renaming(
        user_uuid=user.user_uuid,
        handle=user.handle,
        display_name=user.display_name,
        name_version=user.name_version or 0,
        picture=user.picture,
    )
