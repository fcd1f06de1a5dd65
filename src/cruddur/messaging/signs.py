"""Find the people between whom and a user no sign passes: presence, typing, what was read."""

from collections.abc import Collection

from cruddur.domain.model import MessageGroup
from cruddur.messaging.context import MessagingContext
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.paging import all_items
from cruddur.ports.table import Query, Range
from cruddur.schema import block_keys
from cruddur.schema.block_items import block_from
from cruddur.schema.readable import one_from

_PAGE = 500
_AFTER_ALL = "~"


@access_pattern(
    "find_people_apart", Ceiling("S", "whom one has blocked, and by whom", write=0, read=0.5)
)
async def find_people_apart(messaging: MessagingContext, user_uuid: str) -> Collection[str]:
    """Returns those whom the user has blocked, and those who have blocked the user.

    It is remembered. An event forgets it, and where none arrives it holds for PEOPLE_APART_SECONDS.
    Raises TableUnavailable.
    """
    known = messaging.people_apart.get(user_uuid)
    if known is not None:
        return known
    own = block_keys.block_key(user_uuid, "")
    both = Range(at_least=own.sk, at_most=block_keys.BLOCKED_BY_PREFIX + _AFTER_ALL)
    found = await all_items(messaging.table, Query(own.pk, both, limit=_PAGE))
    blocks = [one_from(block_from, item) for item in found]
    people = frozenset(block.user_uuid for block in blocks if block is not None)
    messaging.people_apart.remember(user_uuid, people)
    return people


async def find_members_apart(
    messaging: MessagingContext, group: MessageGroup, user_uuid: str
) -> Collection[str]:
    """Returns the other members of a conversation to whom no sign of this one may pass, nor back.

    Everything that tells of a person without a message of theirs asks this: who is typing, and how far
    somebody has read. Of a direct conversation the group knows it, so that it costs nothing.
    """
    others = [uuid for uuid in group.members if uuid != user_uuid]
    if group.members[user_uuid].is_request:
        return others
    if group.kind == "direct":
        is_shut = any(one.has_blocked or one.is_request for one in group.members.values())
        return others if is_shut else ()
    apart = await find_people_apart(messaging, user_uuid)
    return [uuid for uuid in others if uuid in apart or group.members[uuid].is_request]
