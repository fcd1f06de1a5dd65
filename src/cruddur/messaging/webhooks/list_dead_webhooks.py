"""List what was given up for a webhook."""

from collections.abc import Sequence

from cruddur.domain.webhook import DeadWebhook
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.webhooks.webhooks import read_webhook
from cruddur.ports.metering import access_pattern
from cruddur.ports.paging import all_items
from cruddur.ports.table import Query, Range
from cruddur.schema import webhook_items
from cruddur.schema.readable import one_from


@access_pattern("manage_webhooks")
async def list_dead_webhooks(messaging: MessagingContext, name: str) -> Sequence[DeadWebhook]:
    """Returns what was not accepted for three days, the oldest first. It is kept for thirty days.

    Raises NotFound, TableUnavailable.
    """
    await read_webhook(messaging, name)
    among = Range(prefix=webhook_items.DEAD_PREFIX)
    query = Query(webhook_items.deliveries_pk(name), among, consistent=True)
    found = await all_items(messaging.table, query)
    dead = (one_from(webhook_items.dead_from, item) for item in found)
    return sorted((one for one in dead if one is not None), key=lambda one: (one.at, one.number))
