"""What it costs to tell others what one has read, and to ask what they have."""

from tests.prices.patterns import Stage, asks, cost_of
from tests.stage import beside

from cruddur.identity.context import IdentityContext
from cruddur.identity.share_receipts import share_receipts
from cruddur.messaging.inbox.list_receipts import list_receipts
from cruddur.messaging.inbox.mark_read import mark_read
from cruddur.messaging.messages.send_message import send_message
from cruddur.ports.metering import Units
from cruddur.ports.table import Put
from cruddur.schema import items


@asks("mark read, and tell the others")
async def tell(stage: Stage, pattern: str) -> Units:
    seq = (await send_message(stage.messaging, stage.me, stage.group, "Hello")).seq
    other = stage.other.user_uuid
    return await cost_of(pattern, mark_read(stage.messaging, other, stage.group, seq, shares=True))


@asks("who of two people has read how far")
async def ask(stage: Stage, pattern: str) -> Units:
    for user in (stage.me, stage.other):
        await stage.messaging.table.put(Put(items.user_item(user)))
    me, other = stage.me.user_uuid, stage.other.user_uuid
    await mark_read(stage.messaging, other, stage.group, 1, shares=True)
    asked = list_receipts(beside(stage.messaging), me, stage.group, shares=True)
    return await cost_of(pattern, asked)


@asks("switch receipts off, or on again")
async def switch(stage: Stage, pattern: str) -> Units:
    table = stage.messaging.table
    await table.put(Put(items.user_item(stage.me)))
    identity = IdentityContext(table, b"secret")
    units = await cost_of(pattern, share_receipts(identity, stage.me.user_uuid, shares=False))
    await share_receipts(identity, stage.me.user_uuid, shares=True)
    return units
