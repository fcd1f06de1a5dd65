"""What it costs to change what one has set on a conversation."""

from tests.prices.patterns import Stage, asks, cost_of
from tests.stage import beside

from cruddur.domain.row_settings import ALWAYS, RowSettings
from cruddur.messaging.inbox.change_row_settings import change_row_settings
from cruddur.ports.metering import Units


@asks("mute a conversation")
async def mute(stage: Stage, pattern: str) -> Units:
    muted = RowSettings(muted_until=ALWAYS)
    other = stage.other.user_uuid
    return await cost_of(
        pattern, change_row_settings(beside(stage.messaging), other, stage.group, muted)
    )
