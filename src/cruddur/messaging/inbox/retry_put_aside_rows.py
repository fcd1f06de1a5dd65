"""Come back to the inbox rows that were put aside, and bring them up to date from the messages.

A row is a join of its messages, so it does not matter how often this is done, by how many processes at
once, or what else advances the row meanwhile. A crash leaves the item, and the row is tried again.
"""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from msgspec.structs import replace

from cruddur.domain.erasure import not_erased
from cruddur.domain.errors import ConditionFailed, TableUnavailable
from cruddur.domain.item import Item
from cruddur.domain.model import InboxRow, MessageGroup
from cruddur.logs import Log
from cruddur.messaging.access import find_group
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.advance_inbox_rows import advance_inbox_rows
from cruddur.messaging.inbox.correct_names import correct_names
from cruddur.messaging.inbox.retitle_inbox_rows import retitle_inbox_rows
from cruddur.messaging.messages.read_changes import read_changes
from cruddur.ports.beside import each
from cruddur.ports.metering import access_pattern
from cruddur.ports.paging import all_items, pages
from cruddur.ports.table import Delete, Equals, Page, Put, Query, Range
from cruddur.schema import items, keys
from cruddur.schema.items import DeadLetter, PutAside, dead_letter_item
from cruddur.schema.readable import messages_from, one_from, rows_from

_AT_ONCE = 10
_PAGE = 500

_log = Log()


class Retried(NamedTuple):
    """How many rows of those that were put aside are done, and how many still wait."""

    done: int
    waiting: int


@access_pattern("retry_put_aside_rows")
async def retry_put_aside_rows(messaging: MessagingContext) -> Retried:
    """Tries each row that was put aside, once. Raises TableUnavailable if they cannot be listed.

    A row that fails for another reason than an unavailable table becomes a dead letter.
    """
    query = Query(keys.PUT_ASIDE, limit=_PAGE, consistent=True)
    found = await all_items(messaging.table, query)
    # A pass that is stopped must not have begun with the same rows each time.
    first = int(messaging.clock().timestamp()) % max(1, len(found))
    in_turn = [*found[first:], *found[:first]]
    outcomes = await each(partial(_retry, messaging), in_turn, at_once=_AT_ONCE)
    retried = Retried(outcomes.count(True), outcomes.count(False))
    if outcomes:
        _log.warning("rows were put aside", done=retried.done, waiting=retried.waiting)
    return retried


async def _retry(messaging: MessagingContext, item: Item) -> bool:
    """Returns whether the row is done: up to date, or a dead letter, and its item removed."""
    try:
        try:
            await _advance(messaging, items.put_aside_from(item))
        except (TableUnavailable, ConditionFailed):
            return False
        except Exception as error:  # noqa: BLE001  no exception may stop another row
            await _write_dead_letter(messaging, item, error)
        known = item.get("put_aside_id")
        as_read = () if known is None else [Equals("put_aside_id", known)]
        await messaging.table.delete(Delete(keys.key_of(item), as_read))
    except (TableUnavailable, ConditionFailed):
        return False  # not removed, or put aside once more meanwhile
    return True


async def _advance(messaging: MessagingContext, aside: PutAside) -> None:
    uuid = aside.message_group_uuid
    group = await find_group(messaging, uuid)
    if group is None:
        raise LookupError(f"messages without a conversation: {uuid}")
    owners = [o for o in not_erased(group.members) if aside.owner_uuid in (None, o)]
    if owners:  # otherwise the member has left
        await _apply_messages(messaging, group, owners, aside.first_seq)
    if aside.owner_uuid is None:
        await retitle_inbox_rows(messaging, uuid)
        await correct_names(messaging, uuid, group.members)


async def _apply_messages(
    messaging: MessagingContext, group: MessageGroup, owners: list[str], first_seq: int | None
) -> None:
    row_keys = {o: items.member_row_key(group, o) for o in owners}
    found = await messaging.table.get_many(list(row_keys.values()), consistent=True)
    # A row that is not there needs all messages that its owner may see.
    firsts = [group.members[o].first_seq for o, key in row_keys.items() if key not in found]
    first = min([*firsts, *([] if first_seq is None else [first_seq])], default=None)
    messages = Query(
        keys.messages_pk(group.message_group_uuid),
        range=Range(at_least=keys.seq_sk(first or 1), at_most=keys.LAST_SEQ_SK),
        limit=_PAGE,
        consistent=True,
    )
    # The newest message first: while its write is refused, no others need be read.
    newest = await messaging.table.query(replace(messages, limit=1, descending=True))
    await _apply(messaging, newest, owners)
    await _apply_changes(messaging, group, owners, rows_from(found.values()))
    if first is not None:
        async for page in pages(messaging.table, messages):
            await _apply(messaging, page, owners)


async def _apply(messaging: MessagingContext, page: Page, owners: list[str]) -> None:
    read = (one_from(items.message_from, item) for item in page.items)
    if messages := [message for message in read if message]:
        await advance_inbox_rows(messaging, messages, owners)


async def _apply_changes(
    messaging: MessagingContext, group: MessageGroup, owners: list[str], rows: Sequence[InboxRow]
) -> None:
    """Applies the messages that were changed since the last change of the rows, however old they are."""
    uuid = group.message_group_uuid
    last, has_more = min((row.last_change_seq for row in rows), default=0), True
    while has_more:
        page = await read_changes(messaging, uuid, last + 1, _PAGE)
        wanted = [keys.message_key(uuid, seq) for seq in {change.seq for change in page.changes}]
        found = await messaging.table.get_many(wanted, consistent=True)
        if messages := messages_from(found.values()):
            await advance_inbox_rows(messaging, messages, owners)
        last, has_more = page.last_seq, page.has_more


async def _write_dead_letter(messaging: MessagingContext, item: Item, error: Exception) -> None:
    letter = DeadLetter(sequence=f"retry {item['sk']}", changed=keys.key_of(item))
    await messaging.table.put(Put(dead_letter_item(letter)))
    _log.error("set aside; `cruddur rebuild` repairs it", key=letter.changed, error=repr(error))
