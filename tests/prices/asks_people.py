"""What it costs to look at a person."""

from datetime import timedelta

from tests.prices import busy
from tests.prices.patterns import Stage, asks, cost_of
from tests.stage import beside, person

from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.people.find_block import find_block
from cruddur.messaging.people.find_shared_groups import find_shared_groups
from cruddur.ports.metering import Units

DIRECT, GROUPS = 50, 10


@asks("the groups shared with a person, of sixty conversations")
async def shared(stage: Stage, pattern: str) -> Units:
    me, other = person("sociable"), stage.other
    cold = beside(stage.messaging)
    await busy.fill(cold, DIRECT, timedelta(days=50), owner=me.user_uuid)
    for number in range(GROUPS):
        await start_group(cold, me, [other, *stage.people[2:6]], f"Group {number}")
    return await cost_of(pattern, find_shared_groups(beside(cold), me.user_uuid, other.user_uuid))


@asks("since when one has blocked a person")
async def blocked(stage: Stage, pattern: str) -> Units:
    asking = find_block(beside(stage.messaging), stage.me.user_uuid, stage.other.user_uuid)
    return await cost_of(pattern, asking)
