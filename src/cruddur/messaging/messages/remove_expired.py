"""Remove from the table the messages that are hidden because they were too old to be kept."""

from collections.abc import Sequence
from contextlib import suppress

from cruddur.domain.errors import ConditionFailed
from cruddur.domain.item import Item
from cruddur.domain.model import MessageGroup
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.erase_edits import erase_texts
from cruddur.messaging.messages.read_newest import read_newest_seq
from cruddur.ports.beside import each
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.paging import pages
from cruddur.ports.table import Delete, Exists, Query, Range, Update
from cruddur.schema import items, keys
from cruddur.schema.readable import one_from

_PAGE = 200
_AT_ONCE = 25
_CONTENT = ("mentions", "reactions", "event", "reply_to_seq", "hidden_by", "edited_at")


@access_pattern(
    "remove_expired", Ceiling("Y", "remove ten messages that are too old", write=10, read=4)
)
async def remove_expired(messaging: MessagingContext, group: MessageGroup) -> int:
    """Removes the hidden messages and the texts that the log of changes has of them. Returns how many.

    It may be stopped at any point and done again. Raises TableUnavailable.
    """
    uuid, removed = group.message_group_uuid, 0
    last = await read_newest_seq(messaging, uuid) if group.expired_through else 0

    async def remove(item: Item) -> bool:
        return await _remove(messaging, item, is_last=keys.seq_of(item["sk"]) == last)

    async for page in pages(messaging.table, _expired(group)):
        removed += sum(await each(remove, page.items, at_once=_AT_ONCE))
    return removed


def is_swept(group: MessageGroup, first: Sequence[Item]) -> bool:
    """Whether nothing is left to remove, by the first two messages that the table has."""
    left = [item for item in first if keys.seq_of(item["sk"]) <= group.expired_through]
    return not left or (len(first) == 1 and _is_blank(left[0]))


def _expired(group: MessageGroup) -> Query:
    return Query(
        keys.messages_pk(group.message_group_uuid),
        Range(at_least=keys.FIRST_SEQ_SK, at_most=keys.seq_sk(group.expired_through)),
        limit=_PAGE,
        consistent=True,
    )


async def _remove(messaging: MessagingContext, item: Item, *, is_last: bool) -> bool:
    """Removes a message, after the texts of its edits: without it, nothing would lead to these.

    The last one of a conversation stays without its content: the next number follows from it. Returns
    False if that was done before.
    """
    key = keys.key_of(item)
    if is_last and _is_blank(item):
        return False
    message = one_from(items.message_from, item)
    if message is not None and not message.deleted_at:
        await erase_texts(messaging, message.message_group_uuid, message.last_edit_seq)
    if not is_last:
        await messaging.table.delete(Delete(key))
        return True
    with suppress(ConditionFailed):  # another sweep has removed it, after a later message
        is_there = [Exists(keys.PARTITION_KEY)]
        await messaging.table.update(Update(key, {"message": ""}, _CONTENT, is_there))
    return True


def _is_blank(item: Item) -> bool:
    return item.get("message") == "" and not any(name in item for name in _CONTENT)
