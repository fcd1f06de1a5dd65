"""Carry a person's new display name to their conversations, some at a time.

An item says how far it has come. To write it is a change of the feed, by which the projector goes on
with the next conversations. So each step is bounded, others are projected in between, and a step that
was stopped is done again.
"""

from collections.abc import Collection

from cruddur.domain.errors import ConditionFailed, TableUnavailable
from cruddur.domain.renaming import Renaming
from cruddur.logs import Log
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.bring_name import bring_name
from cruddur.messaging.inbox.put_aside_rows import put_aside_rows
from cruddur.messaging.publishing import publish_renamed
from cruddur.ports.beside import each
from cruddur.ports.table import Delete, Equals, Query, Range, Update
from cruddur.schema import items, keys
from cruddur.schema.readable import one_from

CONVERSATIONS_OF_A_STEP = 100
_AT_ONCE = 10
_AFTER = " "  # it sorts before each character of a uuid, so nothing lies between a uuid and this

_log = Log()


async def find_renaming(messaging: MessagingContext, user_uuid: str) -> Renaming | None:
    """Returns how far a person's new name has come; None if it is everywhere."""
    item = await messaging.table.get(keys.rename_key(user_uuid), consistent=True)
    return one_from(items.renaming_from, item)


async def carry_name(
    messaging: MessagingContext, at: Renaming, step: int = CONVERSATIONS_OF_A_STEP
) -> int:
    """Brings the name to the next `step` conversations, if it is still there where `at` says.

    Otherwise another change tells how far it is. Returns how many conversations were put aside, since
    one that is throttled must not hold up the others. Raises TableUnavailable.
    """
    if await find_renaming(messaging, at.user_uuid) != at:
        return 0
    in_order = Range(at_least=at.after + _AFTER) if at.after else Range()
    query = Query(keys.inbox_pk(at.user_uuid), in_order, limit=step, consistent=True)
    page = await messaging.table.query(query)
    uuids = [str(item[keys.SORT_KEY]) for item in page.items]
    people, put_aside = await _bring(messaging, uuids, at)
    await publish_renamed(messaging, at, people)
    await _go_on(messaging, at, uuids[-1] if page.next else None)
    return put_aside


async def _bring(
    messaging: MessagingContext, uuids: list[str], person: Renaming
) -> tuple[Collection[str], int]:
    """Returns the people who show the name, and the number of conversations that were put aside."""

    async def bring(uuid: str) -> Collection[str] | None:
        try:
            return await bring_name(messaging, uuid, person)
        except (TableUnavailable, ConditionFailed) as error:
            _log.warning("a name waits", group=uuid, error=repr(error))
            await put_aside_rows(messaging, uuid, ())
            return None

    found = await each(bring, uuids, at_once=_AT_ONCE)
    return {uuid for members in found for uuid in members or ()}, found.count(None)


async def _go_on(messaging: MessagingContext, at: Renaming, last: str | None) -> None:
    key, same_name = keys.rename_key(at.user_uuid), Equals("name_version", at.name_version)
    try:
        if last is None:
            await messaging.table.delete(Delete(key, [same_name]))
        else:
            as_read = [same_name, Equals("after", at.after)]
            await messaging.table.update(Update(key, {"after": last}, condition=as_read))
    except ConditionFailed:
        pass  # a newer name has begun its way, or another projector is further
