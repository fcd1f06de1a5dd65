"""Keep what a webhook would get, until it is resumed. Nothing is lost meanwhile."""

from cruddur.domain.errors import ConditionFailed
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.webhooks.webhooks import update_of, webhook_not_found
from cruddur.ports.metering import Ceiling, access_pattern


@access_pattern("manage_webhooks", Ceiling("V", "pause a webhook", write=1, read=0))
async def pause_webhook(messaging: MessagingContext, name: str) -> None:
    """Pauses it. Raises NotFound, TableUnavailable."""
    try:
        await messaging.table.update(update_of(name, {"paused_at": messaging.now()}))
    except ConditionFailed:
        raise webhook_not_found(name) from None
