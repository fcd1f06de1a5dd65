"""What it costs to accept, decline and list what strangers began."""

import msgspec
from tests.prices.patterns import Stage, asks, cost_of
from tests.stage import beside, person

from cruddur.domain.model import User
from cruddur.identity.change_who_may_write import change_who_may_write
from cruddur.identity.create_account import create_account
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.inbox.count_requests import count_requests
from cruddur.messaging.inbox.list_requests import list_requests
from cruddur.messaging.people.accept_request import accept_request
from cruddur.messaging.people.decline_request import decline_request
from cruddur.ports.metering import Units


@asks("the 20 newest requests")
async def listed(stage: Stage, pattern: str) -> Units:
    wary = _wary("wary")
    for other in stage.people[5:35]:
        await start_direct_group(stage.messaging, other, wary, "Hello")
    return await cost_of(pattern, list_requests(beside(stage.messaging), wary.user_uuid))


@asks("count the requests that wait")
async def counted(stage: Stage, pattern: str) -> Units:
    wary = _wary("wary and many")
    for other in stage.people[5:35]:
        await start_direct_group(stage.messaging, other, wary, "Hello")
    return await cost_of(pattern, count_requests(beside(stage.messaging), wary.user_uuid))


@asks("accept a request")
async def accepted(stage: Stage, pattern: str) -> Units:
    wary = _wary("wary two")
    first = await start_direct_group(stage.messaging, stage.people[40], wary, "Hello")
    accepting = accept_request(beside(stage.messaging), wary, first.message_group_uuid)
    return await cost_of(pattern, accepting)


@asks("decline a request")
async def declined(stage: Stage, pattern: str) -> Units:
    wary = _wary("wary three")
    first = await start_direct_group(stage.messaging, stage.people[40], wary, "Hello")
    uuid = first.message_group_uuid
    return await cost_of(pattern, decline_request(beside(stage.messaging), wary.user_uuid, uuid))


@asks("say who may write to one")
async def rule(stage: Stage, pattern: str) -> Units:
    user = await create_account(stage.identity, "wary", "Wary", "correct horse battery")
    return await cost_of(pattern, change_who_may_write(stage.identity, user, "request"))


def _wary(name: str) -> User:
    return msgspec.structs.replace(person(name), who_may_write="request")
