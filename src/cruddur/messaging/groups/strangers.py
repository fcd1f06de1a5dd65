"""The rule for strangers: who may write to a person, and add them to groups."""

from collections.abc import Mapping, Sequence

import msgspec

from cruddur.domain.errors import Forbidden, declare_code
from cruddur.domain.member import Member
from cruddur.domain.model import User
from cruddur.domain.who_may_write import rule_of
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.find_acquaintances import find_acquaintances
from cruddur.schema import items

_NOBODY = declare_code(
    "strangers_refused", "The person takes neither messages nor groups from strangers."
)


def refuses_strangers(messaging: MessagingContext, user: User) -> bool:
    """Whether nobody may write to the user who has no conversation with them."""
    return rule_of(user.who_may_write, messaging.who_may_write) == "nobody"


def asked_first(messaging: MessagingContext, member: Member, user: User) -> Member:
    """Returns the user as a member, who has yet to accept what a stranger starts if they want that."""
    is_request = rule_of(user.who_may_write, messaging.who_may_write) == "request"
    return msgspec.structs.replace(member, is_request=is_request)


async def admitted(
    messaging: MessagingContext, by_uuid: str, people: Sequence[User], joined_seq: int = 0
) -> Mapping[str, Member]:
    """Returns these people as members of a group to which `by_uuid` adds them.

    Somebody with whom they have a conversation is no stranger; a group that both are in is none. For
    people who take everything it costs no read. Raises Forbidden for one who takes nothing.
    """
    members = {user.user_uuid: items.member_of(user, joined_seq) for user in people}
    wary = [
        user
        for user in people
        if user.user_uuid != by_uuid
        and rule_of(user.who_may_write, messaging.who_may_write) != "everybody"
    ]
    if not wary:
        return members
    known = await find_acquaintances(messaging, by_uuid, [user.user_uuid for user in wary])
    for user in wary:
        if user.user_uuid in known:
            continue
        if refuses_strangers(messaging, user):
            raise strangers_refused(user, field="handles")
        members[user.user_uuid] = asked_first(messaging, members[user.user_uuid], user)
    return members


def strangers_refused(user: User, *, field: str) -> Forbidden:
    """The error for a person who takes nothing from strangers."""
    return Forbidden(
        _NOBODY,
        f"@{user.handle} takes neither messages nor groups from people they do not know.",
        field=field,
    )
