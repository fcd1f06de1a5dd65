"""Try what was given up for a webhook once more."""

from cruddur.domain.item import Key
from cruddur.domain.webhook import DeadWebhook
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.webhooks.list_dead_webhooks import list_dead_webhooks
from cruddur.messaging.webhooks.replay_webhook import hold_again
from cruddur.messaging.webhooks.webhooks import read_webhook
from cruddur.ports.metering import access_pattern
from cruddur.ports.table import Delete
from cruddur.schema import webhook_items


@access_pattern("manage_webhooks")
async def replay_dead_webhooks(messaging: MessagingContext, name: str) -> int:
    """Has each lane sent again from the first event on that was given up. Returns how many events were.

    Raises NotFound, Busy, TableUnavailable. It may be repeated.
    """
    dead = await list_dead_webhooks(messaging, name)
    for lane in dict.fromkeys(one.lane for one in dead):
        in_lane = [one for one in dead if one.lane == lane]
        await _again(messaging, name, lane, in_lane)
        for one in in_lane:
            key = Key(webhook_items.deliveries_pk(name), webhook_items.DEAD_PREFIX + one.webhook_id)
            await messaging.table.delete(Delete(key))
    return len(dead)


async def _again(
    messaging: MessagingContext, name: str, lane: str, dead: list[DeadWebhook]
) -> None:
    webhook = await read_webhook(messaging, name)
    seqs = [one.number for one in dead if one.type == "message"]
    changes = [one.number for one in dead if one.type == "change"]
    others = tuple(one.sort_key for one in dead if one.sort_key)
    await hold_again(
        messaging,
        webhook,
        lane,
        seq=min(seqs, default=None),
        change_seq=min(changes, default=None),
        others=others,
    )
