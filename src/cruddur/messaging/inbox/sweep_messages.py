"""Sweep the table: hide and remove the messages that are too old, in every conversation."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import NamedTuple

from cruddur.domain.errors import ApiError, TableError
from cruddur.domain.item import Item
from cruddur.domain.model import MessageGroup
from cruddur.logs import Log
from cruddur.messaging.access import UnreadableGroup, find_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.expire_messages import expire_messages, oldest_kept
from cruddur.messaging.messages.remove_expired import is_swept, remove_expired
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.paging import all_items
from cruddur.ports.table import Query, Range
from cruddur.schema import items, keys
from cruddur.schema.kinds import kind_of
from cruddur.schema.readable import one_from
from cruddur.schema.retention_items import GROUPS_PK, group_with_rule

_log = Log()


class Swept(NamedTuple):
    """How many conversations lost messages, how many messages, and how many conversations failed."""

    conversations: int = 0
    messages: int = 0
    failed: int = 0


async def _nothing() -> None:
    pass


async def sweep_messages(
    messaging: MessagingContext,
    looked_at: Callable[[Item], None] = lambda _: None,
    goes_on: Callable[[], Awaitable[None]] = _nothing,
) -> Swept:
    """Removes what is too old, one conversation after the other. It may be stopped and done again.

    Where the service has a rule for all, it reads the whole table, and calls `looked_at` with each item;
    otherwise it reads the groups that have a rule. `goes_on` is called before each conversation. One
    that fails is logged, and left to the next sweep. Raises TableUnavailable.
    """
    swept = Swept()
    async for group in _groups(messaging, looked_at):
        await goes_on()
        try:
            count = await sweep_conversation(messaging, group)
        except (ApiError, TableError) as error:
            uuid = group.message_group_uuid
            _log.warning("a sweep waits", message_group_uuid=uuid, error=repr(error))
            swept = swept._replace(failed=swept.failed + 1)
            continue
        if count:
            swept = Swept(swept.conversations + 1, swept.messages + count, swept.failed)
    return swept


@access_pattern(
    "sweep_conversation",
    Ceiling("Y", "look at a conversation with nothing too old", write=0, read=0.5),
)
async def sweep_conversation(messaging: MessagingContext, group: MessageGroup) -> int:
    """Hides and removes what is too old in a conversation, and returns how many messages that was.

    Raises Busy, TableUnavailable.
    """
    first = await _first_two(messaging, group.message_group_uuid)
    kept_from = oldest_kept(messaging, group)
    is_old = bool(first) and kept_from is not None and _time_of(first[0]) < kept_from
    is_new = not first or keys.seq_of(first[0]["sk"]) > group.expired_through
    if (is_new and not is_old) or (not is_new and is_swept(group, first)):
        return 0
    current = await expire_messages(messaging, group.message_group_uuid)
    return await remove_expired(messaging, current) if current else 0


def _time_of(item: Item) -> str:
    return str(item.get("created_at", ""))


async def _first_two(messaging: MessagingContext, uuid: str) -> list[Item]:
    numbers = Range(at_least=keys.FIRST_SEQ_SK, at_most=keys.LAST_SEQ_SK)
    query = Query(keys.messages_pk(uuid), numbers, limit=2)
    return list((await messaging.table.query(query)).items)


async def _groups(
    messaging: MessagingContext, looked_at: Callable[[Item], None]
) -> AsyncIterator[MessageGroup]:
    if messaging.retention_days:
        async for item in messaging.table.scan():
            looked_at(item)
            group = one_from(items.group_from, item) if kind_of(item) == "group" else None
            if group is not None:
                yield group
        return
    for item in await all_items(messaging.table, Query(GROUPS_PK)):
        looked_at(item)
        try:
            group = await find_group(messaging, group_with_rule(item))
        except UnreadableGroup:
            continue  # `cruddur verify` reports it
        if group is not None:
            yield group
