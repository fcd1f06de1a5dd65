"""What webhooks cost: their management, since what is taken at once costs nothing."""

from ipaddress import ip_network

from tests.prices.patterns import Stage, asks, cost_of

from cruddur.domain.webhook import Webhook, new_secret
from cruddur.engines.dynamodb.feeds import DynamoChangeFeeds
from cruddur.engines.outbound.client import GuardedOutbound
from cruddur.messaging.webhooks.add_webhook import add_webhook
from cruddur.messaging.webhooks.list_webhooks import list_webhooks
from cruddur.messaging.webhooks.pause_webhook import pause_webhook
from cruddur.messaging.webhooks.replay_webhook import replay_webhook
from cruddur.messaging.webhooks.roll_webhook import roll_webhook
from cruddur.ports.metering import Units
from cruddur.ports.table import Put
from cruddur.schema.webhook_items import webhook_item


async def made(stage: Stage, name: str) -> str:
    webhook = Webhook(
        name=name,
        url="https://shop.example/hook",
        events=["message"],
        secret=new_secret(),
        created_at=stage.messaging.now(),
    )
    await stage.table.put(Put(webhook_item(webhook)))
    return name


@asks("make a webhook")
async def add(stage: Stage, pattern: str) -> Units:
    outbound = GuardedOutbound([ip_network("127.0.0.0/8")])
    adding = add_webhook(
        stage.messaging,
        DynamoChangeFeeds(stage.table),
        outbound,
        name="made",
        url="http://127.0.0.1:9/",
    )
    try:
        return await cost_of(pattern, adding)
    finally:
        await outbound.close()


@asks("list all webhooks")
async def list_all(stage: Stage, pattern: str) -> Units:
    await made(stage, "listed")
    return await cost_of(pattern, list_webhooks(stage.messaging))


@asks("roll a webhook's secret")
async def roll(stage: Stage, pattern: str) -> Units:
    name = await made(stage, "rolled")
    return await cost_of(pattern, roll_webhook(stage.messaging, name))


@asks("pause a webhook")
async def pause(stage: Stage, pattern: str) -> Units:
    name = await made(stage, "paused")
    return await cost_of(pattern, pause_webhook(stage.messaging, name))


@asks("replay a conversation to a webhook")
async def replay(stage: Stage, pattern: str) -> Units:
    name = await made(stage, "replayed")
    return await cost_of(pattern, replay_webhook(stage.messaging, name, stage.group, seq=2))
