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
    """Has all that follows the first event of each ordering key that was given up sent again.

    Returns how many were given up. Raises NotFound, Busy, TableUnavailable. It may be repeated.
    """
    dead = await list_dead_webhooks(messaging, name)
    for key in dict.fromkeys(one.ordering_key for one in dead):
        with_key = [one for one in dead if one.ordering_key == key]
        await _again(messaging, name, key, with_key)
        for one in with_key:
            sort_key = webhook_items.DEAD_PREFIX + one.webhook_id
            await messaging.table.delete(Delete(Key(webhook_items.deliveries_pk(name), sort_key)))
    return len(dead)


async def _again(
    messaging: MessagingContext, name: str, ordering_key: str, dead: list[DeadWebhook]
) -> None:
    webhook = await read_webhook(messaging, name)
    seqs = [one.number for one in dead if one.type == "message"]
    changes = [one.number for one in dead if one.type == "change"]
    others = tuple(one.sort_key for one in dead if one.sort_key)
    await hold_again(
        messaging,
        webhook,
        ordering_key,
        seq=min(seqs, default=None),
        change_seq=min(changes, default=None),
        others=others,
    )
