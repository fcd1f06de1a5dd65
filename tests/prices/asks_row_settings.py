"""What it costs to change what one has set on a conversation."""

from tests.prices.patterns import Stage, asks, cost_of
from tests.stage import beside

from cruddur.domain.row_settings import ALWAYS, RowSettings
from cruddur.messaging.inbox.change_row_settings import change_row_settings
from cruddur.messaging.inbox.list_inbox import list_inbox
from cruddur.ports.metering import Units


@asks("mute a conversation")
async def mute(stage: Stage, pattern: str) -> Units:
    muted = RowSettings(muted_until=ALWAYS)
    other = stage.other.user_uuid
    return await cost_of(
        pattern, change_row_settings(beside(stage.messaging), other, stage.group, muted)
    )


@asks("archive it, or bring it back")
async def archive(stage: Stage, pattern: str) -> Units:
    other = stage.other.user_uuid
    archived, back = RowSettings(archived=True), RowSettings(archived=False)
    process = beside(stage.messaging)
    units = await cost_of(pattern, change_row_settings(process, other, stage.group, archived))
    await change_row_settings(process, other, stage.group, back)
    return units


@asks("the 20 newest of the archive")
async def list_archive(stage: Stage, pattern: str) -> Units:
    me, archived = stage.me.user_uuid, RowSettings(archived=True)
    rows = (await list_inbox(stage.messaging, me, limit=30)).rows
    for row in rows:
        await change_row_settings(stage.messaging, me, row.message_group_uuid, archived)
    units = await cost_of(pattern, list_inbox(beside(stage.messaging), me, archived=True))
    for row in rows:
        back = RowSettings(archived=False)
        await change_row_settings(stage.messaging, me, row.message_group_uuid, back)
    return units
