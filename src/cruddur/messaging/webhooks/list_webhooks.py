"""List all webhooks."""

from collections.abc import Sequence

from cruddur.domain.webhook import Webhook
from cruddur.messaging.context import MessagingContext
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.paging import all_items
from cruddur.ports.table import Query
from cruddur.schema import webhook_items
from cruddur.schema.readable import one_from


@access_pattern("manage_webhooks", Ceiling("V", "list all webhooks", write=0, read=1))
async def list_webhooks(messaging: MessagingContext) -> Sequence[Webhook]:
    """Returns all webhooks by name, with their secrets. Raises TableUnavailable."""
    # Strongly consistent, so that one that was just paused counts as paused.
    query = Query(webhook_items.webhooks_pk(), consistent=True)
    found = await all_items(messaging.table, query)
    webhooks = (one_from(webhook_items.webhook_from, item) for item in found)
    return [webhook for webhook in webhooks if webhook is not None]
