"""What it costs to pin a conversation, to clear it for oneself, and to list those that are unread."""

from tests.prices.patterns import Stage, asks, cost_of
from tests.stage import beside

from cruddur.domain.row_settings import PINNED_MAX, RowSettings
from cruddur.messaging.inbox.change_row_settings import change_row_settings
from cruddur.messaging.inbox.list_inbox import list_inbox, list_unread_rows
from cruddur.ports.metering import Units

PINNED, UNPINNED = RowSettings(pinned=True), RowSettings(pinned=False)


@asks("pin a conversation, or unpin it")
async def pin(stage: Stage, pattern: str) -> Units:
    me, process = stage.me.user_uuid, beside(stage.messaging)
    units = await cost_of(pattern, change_row_settings(process, me, stage.group, PINNED))
    await change_row_settings(process, me, stage.group, UNPINNED)
    return units


@asks("bring the last of five pinned ones to the top")
async def move(stage: Stage, pattern: str) -> Units:
    me = stage.me.user_uuid
    rows = (await list_inbox(stage.messaging, me)).rows[:PINNED_MAX]
    for row in rows:
        await change_row_settings(stage.messaging, me, row.message_group_uuid, PINNED)
    last, top = rows[-1].message_group_uuid, RowSettings(pin_place=0)
    units = await cost_of(pattern, change_row_settings(beside(stage.messaging), me, last, top))
    for row in rows:
        await change_row_settings(stage.messaging, me, row.message_group_uuid, UNPINNED)
    return units


@asks("clear a conversation for oneself")
async def clear(stage: Stage, pattern: str) -> Units:
    cleared = RowSettings(cleared_seq=1)
    other = stage.other.user_uuid
    return await cost_of(
        pattern, change_row_settings(beside(stage.messaging), other, stage.group, cleared)
    )


@asks("those of sixty that are unread")
async def list_unread(stage: Stage, pattern: str) -> Units:
    return await cost_of(pattern, list_unread_rows(beside(stage.messaging), stage.me.user_uuid))
