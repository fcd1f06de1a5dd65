"""Access to a conversation. A user who is not a member cannot learn that it exists."""

from cruddur.domain.errors import NotFound, declare_code
from cruddur.domain.item import Item
from cruddur.domain.model import MessageGroup, canonical_uuid, is_direct_group_uuid
from cruddur.messaging.context import MessagingContext
from cruddur.ports.wrappable import wrappable
from cruddur.schema import items, keys
from cruddur.schema.readable import in_the_log

_NOT_FOUND = declare_code(
    "message_group_not_found", "There is no such conversation, or it is other people's."
)
_DETAIL = "There is no such conversation."


class UnreadableGroup(NotFound):
    """The conversation's item cannot be read. Users get the same answer as if it did not exist."""

    def __init__(self, why: Exception) -> None:
        super().__init__(_NOT_FOUND, _DETAIL)
        self.why = why


async def access_group(
    messaging: MessagingContext,
    user_uuid: str,
    message_group_uuid: str,
    *,
    fresh: bool = False,
    shows: bool = False,
) -> MessageGroup:
    """Returns the conversation, if the user is a member. `fresh` asks the table itself, before a change.

    `shows` is for what shows messages: it must know what the user has cleared, which may have happened
    in another process.

    Raises NotFound with the same text for a missing conversation, one of other users, and an invalid
    uuid, so that guessing a uuid tells nothing.
    """
    uuid = canonical_uuid(message_group_uuid)
    if shows and uuid:
        messaging.direct_groups.forget_old(uuid)
    group = await (find_group if fresh else recent_group)(messaging, uuid) if uuid else None
    if group is None or user_uuid not in group.members:
        raise group_not_found()
    return group


async def access_as_outsider(
    messaging: MessagingContext, message_group_uuid: str, *, fresh: bool = False
) -> MessageGroup:
    """Returns a conversation with members to a user who need not be one, and is about to become one.

    Raises NotFound as `access_group` does. A group that all have left is as if it did not exist.
    """
    uuid = canonical_uuid(message_group_uuid)
    group = await (find_group if fresh else recent_group)(messaging, uuid) if uuid else None
    if group is None or not group.members:
        raise group_not_found()
    return group


async def find_group(messaging: MessagingContext, message_group_uuid: str) -> MessageGroup | None:
    """Returns the conversation without checking membership, for the projector and `access_group`.

    Raises UnreadableGroup for an item that another program wrote, and logs its key.
    """
    known = messaging.direct_groups.get(message_group_uuid)
    group = known or await _read_group(messaging, message_group_uuid)
    if group is None:
        return None
    if known is None:
        messaging.direct_groups.remember(group)
    return messaging.newest_names.applied(group)


@wrappable
async def recent_group(messaging: MessagingContext, message_group_uuid: str) -> MessageGroup | None:
    """Returns the conversation like `find_group`, for a use case that does not change the group.

    What wraps it may answer with the group as it was a few seconds ago.
    """
    return await find_group(messaging, message_group_uuid)


async def _read_group(messaging: MessagingContext, message_group_uuid: str) -> MessageGroup | None:
    key = keys.group_key(message_group_uuid)
    is_doubted = messaging.direct_groups.is_doubted(message_group_uuid)
    if is_direct_group_uuid(message_group_uuid) and not is_doubted:
        # Its members never change. Where somebody was blocked, a replica that lags is asked only by a
        # process that no event has reached yet.
        item = await messaging.table.get(key)
        group = _group_from(item) if item else None
        if group is not None and group.kind == "direct":
            return group
    # Strongly consistent, so that a lagging replica does not admit a member who has just left.
    item = await messaging.table.get(key, consistent=True)
    return _group_from(item) if item else None


def _group_from(item: Item) -> MessageGroup:
    try:
        return items.group_from(item)
    except items.UNREADABLE as error:
        in_the_log(item, error)
        raise UnreadableGroup(error) from error


def group_not_found() -> NotFound:
    """The error for a conversation that does not exist or that the user may not see."""
    return NotFound(_NOT_FOUND, _DETAIL)
