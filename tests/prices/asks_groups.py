"""What it costs to make a group, to change its roles, and to leave it or to be removed from it."""

from tests.prices.patterns import Stage, asks, cost_of
from tests.stage import beside

from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.add_members import add_members
from cruddur.messaging.groups.change_role import change_role
from cruddur.messaging.groups.find_invite import find_invite
from cruddur.messaging.groups.invitations import (
    accept_invitation,
    forget_invited,
    list_invitations,
)
from cruddur.messaging.groups.join_by_invite import join_by_invite
from cruddur.messaging.groups.leave_group import leave_group
from cruddur.messaging.groups.make_invite import InviteMade, make_invite
from cruddur.messaging.groups.remove_member import remove_member
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.find_own_row import find_own_row
from cruddur.ports.metering import Units
from cruddur.ports.table import Update
from cruddur.schema import keys


@asks("start a group of three")
async def started(stage: Stage, pattern: str) -> Units:
    others = stage.people[5:7]
    return await cost_of(pattern, start_group(stage.messaging, stage.me, others, "All of us"))


@asks("add one to a group of two")
async def added(stage: Stage, pattern: str) -> Units:
    group, cold = await _group(stage, 2)
    return await cost_of(pattern, add_members(cold, stage.me.user_uuid, group, [stage.people[9]]))


@asks("tell a stream that asks for its own row of it")
async def told(stage: Stage, pattern: str) -> Units:
    cold = beside(stage.messaging)
    return await cost_of(pattern, find_own_row(cold, stage.me.user_uuid, stage.group))


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


@asks("make a link to a group of three")
async def made_link(stage: Stage, pattern: str) -> Units:
    group, cold = await _group(stage, 3)
    return await cost_of(pattern, _link(stage, cold, group))


@asks("look at a link to a group of three")
async def looked(stage: Stage, pattern: str) -> Units:
    group, cold = await _group(stage, 3)
    made = await _link(stage, stage.messaging, group)
    return await cost_of(pattern, find_invite(cold, made.token))


@asks("join a group of two by its link")
async def joined(stage: Stage, pattern: str) -> Units:
    group, cold = await _group(stage, 2)
    made = await _link(stage, stage.messaging, group)
    return await cost_of(pattern, join_by_invite(cold, stage.people[9], made.token))


@asks("list one's invitations")
async def listed(stage: Stage, pattern: str) -> Units:
    return await cost_of(pattern, list_invitations(stage.messaging, stage.me.user_uuid))


@asks("find that none is open any more")
async def forgotten(stage: Stage, pattern: str) -> Units:
    user, at = stage.people[7], stage.messaging.now()
    await stage.table.update(Update(keys.user_key(user.user_uuid), {"invited_at": at}))
    return await cost_of(pattern, forget_invited(stage.messaging, user.user_uuid, at))


@asks("accept an invitation to a group of two")
async def accepted(stage: Stage, pattern: str) -> Units:
    group, cold = await _group(stage, 3)
    other = stage.people[5]
    await leave_group(stage.messaging, other.user_uuid, group)
    await add_members(stage.messaging, stage.me.user_uuid, group, [other])
    return await cost_of(pattern, accept_invitation(cold, other, group))


async def _link(stage: Stage, messaging: MessagingContext, group: str) -> InviteMade:
    return await make_invite(
        messaging, stage.me.user_uuid, group, uses=5, days=1, needs_approval=False
    )


async def _group(stage: Stage, size: int) -> tuple[str, MessagingContext]:
    others = stage.people[5 : 4 + size]
    row = await start_group(stage.messaging, stage.me, others, "All of us")
    return row.message_group_uuid, beside(stage.messaging)
