"""Pin conversations: at most PINNED_MAX, in the order that their owner gives them.

Each row says itself whether it is pinned, and where among the pinned ones, so that a page of the inbox
reads nothing more. A list of them is written in the same transaction on condition that it is as it was
read. So of two changes at once the second one counts what the first has pinned.
"""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import UNSET

from cruddur.domain.errors import Busy, ConditionFailed, Conflict, declare_code
from cruddur.domain.item import Item
from cruddur.domain.model import InboxRow
from cruddur.domain.row_settings import PINNED_MAX, RowSettings
from cruddur.messaging.access import access_group, group_not_found
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.inbox_rows import placed, retitled
from cruddur.messaging.inbox.settings_update import ATTEMPTS, changed_once, settings_update
from cruddur.messaging.publishing import publish_row_settings
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import IF_NEW, Equals, Put
from cruddur.schema import keys
from cruddur.schema.pin_items import Pins, pins_from, pins_item
from cruddur.schema.readable import one_from, rows_from

_PINS_FULL = declare_code("pins_full", "No more than five conversations can be pinned.")


@access_pattern(
    "pin_conversation",
    Ceiling("F", "pin a conversation, or unpin it", write=6, read=2.5),
    Ceiling("F", "bring the last of five pinned ones to the top", write=12, read=6.5),
)
async def pin_conversation(
    messaging: MessagingContext, user_uuid: str, message_group_uuid: str, wanted: RowSettings
) -> InboxRow:
    """Pins the conversation, moves it among the pinned ones, or unpins it, and returns its row.

    What is archived comes back into the inbox when it is pinned. Raises NotFound, Conflict if
    PINNED_MAX others are pinned, Busy, and TableUnavailable.
    """
    group = await access_group(messaging, user_uuid, message_group_uuid)
    uuid = group.message_group_uuid
    for _ in range(ATTEMPTS):
        pins = await _read_pins(messaging, user_uuid)
        rows = await _read_rows(messaging, user_uuid, {*(pins.groups if pins else ()), uuid})
        if uuid not in rows:
            raise group_not_found()
        rows[uuid] = retitled(rows[uuid], group)
        changed = _changed(messaging, rows, uuid, wanted)
        if not changed:
            return rows[uuid]
        try:
            await messaging.table.transact(
                [
                    _put(user_uuid, pins, [*rows.values(), *changed]),
                    *(settings_update(rows[row.message_group_uuid], row) for row in changed),
                ]
            )
        except ConditionFailed:
            continue
        for row in changed:
            await publish_row_settings(messaging, row)
        return next((row for row in changed if row.message_group_uuid == uuid), rows[uuid])
    raise Busy("Your pinned conversations are being changed elsewhere. Please try again.")


def _changed(
    messaging: MessagingContext, rows: Mapping[str, InboxRow], uuid: str, wanted: RowSettings
) -> Sequence[InboxRow]:
    """Returns the rows that change, as they are after it."""
    before = rows[uuid]
    others = [row for row in rows.values() if row.pinned_at and row.message_group_uuid != uuid]
    others.sort(key=lambda row: row.pin_order)
    if wanted.pinned is False:
        after = msgspec.structs.replace(before, pinned_at=None, pin_order=0)
        return _differing([_placed(messaging, before, after)], rows)
    is_moved = wanted.pin_place is not UNSET
    if before.pinned_at and not is_moved:
        return ()
    if len(others) >= PINNED_MAX:
        raise Conflict(
            _PINS_FULL, f"At most {PINNED_MAX} conversations can be pinned. Unpin one first."
        )
    pinned_at = before.pinned_at or messaging.now()
    after = msgspec.structs.replace(before, pinned_at=pinned_at, archived_at=None)
    after = _placed(messaging, before, after)
    place = len(others) if wanted.pin_place is UNSET else wanted.pin_place
    return _differing(_in_order([*others[:place], after, *others[place:]]), rows)


def _placed(messaging: MessagingContext, before: InboxRow, after: InboxRow) -> InboxRow:
    is_where_it_was = (before.pinned_at is None, before.archived_at is None) == (
        after.pinned_at is None,
        after.archived_at is None,
    )
    return after if is_where_it_was else placed(after, messaging.slack)


def _in_order(rows: Sequence[InboxRow]) -> Sequence[InboxRow]:
    """Returns the rows with growing numbers. A number stays if it is greater than the one before it."""
    ordered: list[InboxRow] = []
    for row in rows:
        least = ordered[-1].pin_order + 1 if ordered else 1
        order = max(row.pin_order, least)
        ordered.append(msgspec.structs.replace(row, pin_order=order))
    return ordered


def _differing(rows: Sequence[InboxRow], before: Mapping[str, InboxRow]) -> Sequence[InboxRow]:
    changed = (changed_once(before[row.message_group_uuid], row) for row in rows)
    return [row for row in changed if row != before[row.message_group_uuid]]


async def _read_pins(messaging: MessagingContext, user_uuid: str) -> Pins | None:
    item: Item | None = await messaging.table.get(keys.pins_key(user_uuid), consistent=True)
    return one_from(pins_from, item)


async def _read_rows(
    messaging: MessagingContext, user_uuid: str, group_uuids: set[str]
) -> dict[str, InboxRow]:
    """Returns the rows of these conversations. One that was left has none, and is no longer pinned."""
    wanted = [keys.inbox_row_key(user_uuid, uuid) for uuid in group_uuids]
    found = await messaging.table.get_many(wanted, consistent=True)
    return {row.message_group_uuid: row for row in rows_from(found.values())}


def _put(user_uuid: str, before: Pins | None, rows: Sequence[InboxRow]) -> Put:
    """Writes which of these rows are pinned; of two states of a row the later one in the list counts."""
    states = {row.message_group_uuid: row for row in rows}
    groups = sorted(uuid for uuid, row in states.items() if row.pinned_at)
    version = before.version if before else 0
    pins = Pins(user_uuid=user_uuid, groups=groups, version=version + 1)
    return Put(pins_item(pins), [Equals("version", version)] if before else IF_NEW)
