"""What a new display name costs: to take it, and to bring it to a conversation."""

from tests.prices.patterns import Stage, asks, cost_of
from tests.stage import beside

from cruddur.identity.context import IdentityContext
from cruddur.identity.create_account import create_account
from cruddur.identity.rename_user import rename_user
from cruddur.messaging.access import find_group
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.inbox.bring_name import bring_name
from cruddur.messaging.inbox.correct_names import correct_names, renaming_of
from cruddur.ports.metering import Units

PASSWORD = "correct horse"


@asks("take another display name, two words for two")
async def take(stage: Stage, pattern: str) -> Units:
    user = await create_account(stage.identity, "ines", "Ines Lindqvist", PASSWORD)
    elsewhere = IdentityContext(stage.table, stage.identity.secret, stage.clock)
    return await cost_of(pattern, rename_user(elsewhere, user.user_uuid, "Ada Marquez"))


@asks("bring a new name to a conversation of two")
async def bring(stage: Stage, pattern: str) -> Units:
    person = renaming_of(await rename_user(stage.identity, stage.other.user_uuid, "Person Seven"))
    return await cost_of(pattern, bring_name(beside(stage.messaging), stage.group, person))


@asks("bring it once more")
async def bring_again(stage: Stage, pattern: str) -> Units:
    person = renaming_of(await rename_user(stage.identity, stage.other.user_uuid, "Person Eight"))
    await bring_name(beside(stage.messaging), stage.group, person)
    return await cost_of(pattern, bring_name(beside(stage.messaging), stage.group, person))


@asks("look at the names in a new conversation of two")
async def look(stage: Stage, pattern: str) -> Units:
    one, other = stage.people[5:7]
    await start_direct_group(beside(stage.messaging), one, other, "Hello")
    message = await start_direct_group(beside(stage.messaging), one, other, "Hello again")
    group = await find_group(stage.messaging, message.message_group_uuid)
    assert group is not None
    looked = correct_names(beside(stage.messaging), group.message_group_uuid, group.members)
    return await cost_of(pattern, looked)
