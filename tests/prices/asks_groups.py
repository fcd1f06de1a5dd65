"""What it costs to make a group, to change its roles, and to leave it or to be removed from it."""

from tests.prices.patterns import Stage, asks, cost_of
from tests.stage import beside

from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.add_members import add_members
from cruddur.messaging.groups.change_role import change_role
from cruddur.messaging.groups.leave_group import leave_group
from cruddur.messaging.groups.remove_member import remove_member
from cruddur.messaging.groups.start_group import start_group
from cruddur.ports.metering import Units


@asks("start a group of three")
async def started(stage: Stage, pattern: str) -> Units:
    others = stage.people[5:7]
    return await cost_of(pattern, start_group(stage.messaging, stage.me, others, "All of us"))


@asks("add one to a group of two")
async def added(stage: Stage, pattern: str) -> Units:
    group, cold = await _group(stage, 2)
    return await cost_of(pattern, add_members(cold, stage.me.user_uuid, group, [stage.people[9]]))


@asks("make one of three an admin")
async def made_admin(stage: Stage, pattern: str) -> Units:
    group, cold = await _group(stage, 3)
    other = stage.people[5].user_uuid
    return await cost_of(pattern, change_role(cold, stage.me.user_uuid, group, other, "admin"))


@asks("remove one of three")
async def removed(stage: Stage, pattern: str) -> Units:
    group, cold = await _group(stage, 3)
    other = stage.people[5].user_uuid
    return await cost_of(pattern, remove_member(cold, stage.me.user_uuid, group, other))


@asks("leave a group of three")
async def left(stage: Stage, pattern: str) -> Units:
    group, cold = await _group(stage, 3)
    return await cost_of(pattern, leave_group(cold, stage.people[5].user_uuid, group))


async def _group(stage: Stage, size: int) -> tuple[str, MessagingContext]:
    others = stage.people[5 : 4 + size]
    row = await start_group(stage.messaging, stage.me, others, "All of us")
    return row.message_group_uuid, beside(stage.messaging)
