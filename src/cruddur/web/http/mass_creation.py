"""Limits new conversations and new members by user, so that nobody can flood other users' inboxes."""

from collections.abc import Sequence

from cruddur.domain.errors import RateLimited
from cruddur.domain.model import User, direct_group_uuid
from cruddur.messaging.access import find_group
from cruddur.web.http.context import Context
from cruddur.web.http.rate_limits import Take


async def count_start(context: Context, user: User, other: User) -> Sequence[Take]:
    """Counts a direct conversation if it may be new. Raises RateLimited.

    Returns what was counted, so that it can be given back if the conversation existed.
    """
    uuid = direct_group_uuid(user.user_uuid, other.user_uuid)
    if context.messaging.direct_groups.get(uuid) is not None:
        return ()
    takes = [Take(context.limits.starting, user.user_uuid)]
    try:
        await context.limits.take_together(takes)
    except RateLimited:
        if await find_group(context.messaging, uuid) is None:
            raise
        return ()
    return takes


async def count_group(context: Context, user: User, people: Sequence[User]) -> None:
    """Counts a new group and the users added to it. Raises RateLimited."""
    limits = context.limits
    starting = Take(limits.starting, user.user_uuid)
    await limits.take_together([starting, Take(limits.adding, user.user_uuid, len(people))])


async def count_additions(context: Context, user: User, people: Sequence[User]) -> None:
    """Counts users added to a group. Raises RateLimited."""
    await context.limits.take_together([Take(context.limits.adding, user.user_uuid, len(people))])
