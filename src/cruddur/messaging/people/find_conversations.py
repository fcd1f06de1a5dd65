"""Find the conversations in which a person has written, by reading the whole table.

Versions before this one did not remember that somebody has left a group, and no key leads to what they
wrote there.
"""

from collections.abc import Callable

from cruddur.domain.erasure import LeftConversation
from cruddur.domain.errors import ConditionFailed
from cruddur.domain.item import Item
from cruddur.domain.model import canonical_uuid
from cruddur.messaging.context import MessagingContext
from cruddur.ports.table import IF_NEW, Put
from cruddur.schema import keys
from cruddur.schema.erasure_items import left_item
from cruddur.schema.kinds import kind_of


async def find_conversations(
    messaging: MessagingContext,
    user_uuid: str,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> None:
    """Remembers each conversation in which the person wrote as one that they have left.

    Raises TableUnavailable, after which it is safe to repeat.
    """
    total = await messaging.table.count()
    found: set[str] = set()
    async for item in messaging.table.scan():
        progress("read", 1, total)
        uuid = _where_they_wrote(item, user_uuid)
        if uuid is not None and uuid not in found:
            found.add(uuid)
            await _remember(messaging, user_uuid, uuid)


def _where_they_wrote(item: Item, user_uuid: str) -> str | None:
    if kind_of(item) not in {"message", "message-change"} or item.get("user_uuid") != user_uuid:
        return None
    return canonical_uuid(keys.group_uuid_of(keys.key_of(item)))


async def _remember(messaging: MessagingContext, user_uuid: str, group_uuid: str) -> None:
    left = LeftConversation(user_uuid=user_uuid, message_group_uuid=group_uuid)
    try:
        await messaging.table.put(Put(left_item(left), IF_NEW))
    except ConditionFailed:
        return  # it is known, perhaps with how far it is erased
