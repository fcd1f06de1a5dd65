"""What it costs to block somebody, and to know who is blocked."""

from tests.prices.patterns import Stage, asks, cost_of
from tests.stage import beside

from cruddur.messaging.people.block_person import block_person
from cruddur.messaging.people.list_blocks import list_blocks
from cruddur.messaging.people.unblock_person import unblock_person
from cruddur.messaging.signs import find_people_apart
from cruddur.ports.metering import Units
from cruddur.ports.table import Put
from cruddur.schema import items


@asks("block somebody, or end that")
async def block(stage: Stage, pattern: str) -> Units:
    units = await cost_of(pattern, block_person(beside(stage.messaging), stage.me, stage.other))
    await unblock_person(stage.messaging, stage.me, stage.other.user_uuid)
    return units


@asks("whom one has blocked, and by whom")
async def apart(stage: Stage, pattern: str) -> Units:
    asking = find_people_apart(beside(stage.messaging), stage.me.user_uuid)
    return await cost_of(pattern, asking)


@asks("list ten people whom one has blocked")
async def blocks(stage: Stage, pattern: str) -> Units:
    others = stage.people[10:20]
    for other in others:
        await stage.messaging.table.put(Put(items.user_item(other)))
        await block_person(stage.messaging, stage.me, other)
    units = await cost_of(pattern, list_blocks(beside(stage.messaging), stage.me.user_uuid))
    for other in others:
        await unblock_person(stage.messaging, stage.me, other.user_uuid)
    return units
