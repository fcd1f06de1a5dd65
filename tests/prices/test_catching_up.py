"""What a device pays to catch up depends on how far it is behind, not on how much was ever changed."""

from tests.prices.patterns import Stage
from tests.stage import beside

from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.list_changes import list_changes
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.ports.metering import Units, measured

BEHIND = 10
MANY = 120


async def edits(stage: Stage, numbers: range) -> None:
    for number in numbers:
        seq = 2 + number % BEHIND
        await edit_message(stage.messaging, stage.me.user_uuid, stage.group, seq, f"Edit {number}")


async def cost_of_coming_back(stage: Stage, after: int) -> Units:
    process, user = beside(stage.messaging), stage.other.user_uuid
    with measured() as units:
        await list_messages(process, user, stage.group)
        changed = await list_changes(process, user, stage.group, after=after, limit=2 * BEHIND)
    assert len(changed.messages) == BEHIND
    return units


async def test_an_old_log_makes_no_device_pay_more(table: DynamoTable) -> None:
    stage = await Stage.set(table)
    await edits(stage, range(BEHIND))
    young = await cost_of_coming_back(stage, 0)
    await edits(stage, range(BEHIND, BEHIND + MANY))
    old = await cost_of_coming_back(stage, MANY)
    assert (old.write, old.read) == (0, young.read)
