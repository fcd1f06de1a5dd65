"""What it costs to rename a group, and to bring the title to the rows of its members."""

from tests.prices.patterns import Stage, asks, cost_of
from tests.stage import beside, rename_group

from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.project import project
from cruddur.ports.metering import Units

TITLE = "The lake in the morning"


@asks("rename a group of three")
async def renamed(stage: Stage, pattern: str) -> Units:
    group = await _group_of_three(stage)
    cold = beside(stage.messaging)
    return await cost_of(pattern, rename_group(cold, stage.me.user_uuid, group, TITLE))


@asks("bring its title to three rows")
async def retitled(stage: Stage, pattern: str) -> Units:
    group = await _group_of_three(stage)
    await rename_group(stage.messaging, stage.me.user_uuid, group, TITLE)
    changes = (await stage.stream.all())[-2:]  # the group and the event
    return await cost_of(pattern, project(beside(stage.messaging), changes))


async def _group_of_three(stage: Stage) -> str:
    others = stage.people[5:7]
    group = await start_group(stage.messaging, stage.me, others, "All of us")
    return group.message_group_uuid
