"""List what was sent to a webhook last."""

from collections.abc import Sequence

from cruddur.domain.webhook import SentWebhook
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.webhooks.webhooks import read_webhook
from cruddur.ports.metering import access_pattern
from cruddur.ports.paging import all_items
from cruddur.ports.table import Query, Range
from cruddur.schema import webhook_items
from cruddur.schema.readable import one_from


@access_pattern("manage_webhooks")
async def list_sent_webhooks(messaging: MessagingContext, name: str) -> Sequence[SentWebhook]:
    """Returns the last attempts, the newest first: up to a thousand of the last day.

    Where much is sent, the log has the last ones of every ten seconds.

    Raises NotFound, TableUnavailable.
    """
    await read_webhook(messaging, name)
    among = Range(prefix=webhook_items.SENT_PREFIX)
    found = await all_items(
        messaging.table, Query(webhook_items.deliveries_pk(name), among, limit=25)
    )
    sent = [one for item in found for one in one_from(webhook_items.sent_from, item) or []]
    return sorted(sent, key=lambda one: one.at, reverse=True)
