"""Remove a webhook, and all that waits for it."""

from cruddur.domain.errors import ConditionFailed
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.webhooks.webhooks import consumer_of, read_webhook, webhook_not_found
from cruddur.ports.change_feed import ChangeFeeds
from cruddur.ports.metering import access_pattern
from cruddur.ports.paging import all_items
from cruddur.ports.table import Delete, Exists, Query
from cruddur.schema import keys, webhook_items


@access_pattern("manage_webhooks")
async def remove_webhook(messaging: MessagingContext, feeds: ChangeFeeds, name: str) -> None:
    """Removes the webhook with its place in the feed. Raises NotFound, TableUnavailable.

    What is being sent at this moment may still arrive.
    """
    webhook = await read_webhook(messaging, name)
    is_there = [Exists(keys.PARTITION_KEY)]
    try:
        await messaging.table.delete(Delete(webhook_items.webhook_key(name), is_there))
    except ConditionFailed:
        raise webhook_not_found(name) from None
    await feeds.remove(consumer_of(webhook).name)
    for item in await all_items(
        messaging.table, Query(webhook_items.deliveries_pk(name), consistent=True)
    ):
        await messaging.table.delete(Delete(keys.whole_key_of(item)))
