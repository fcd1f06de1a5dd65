"""Go on with a webhook that was paused, or that has ended itself by an answer of 410."""

from cruddur.domain.errors import ConditionFailed
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.webhooks.webhooks import (
    consumer_of,
    read_webhook,
    update_of,
    webhook_not_found,
)
from cruddur.ports.change_feed import ChangeFeeds
from cruddur.ports.metering import access_pattern


@access_pattern("manage_webhooks")
async def resume_webhook(messaging: MessagingContext, feeds: ChangeFeeds, name: str) -> None:
    """Resumes it. What waits is tried for three days from now. Raises NotFound, TableUnavailable.

    After a 410 it gets what happens from now on, and of what waited before.
    """
    webhook = await read_webhook(messaging, name)
    await feeds.register(consumer_of(webhook), "now")
    values: dict[str, object] = {
        "tried_since": messaging.now(),
        "replays": webhook.replays + 1,
    }
    try:
        await messaging.table.update(update_of(name, values, ("paused_at", "disabled_at")))
    except ConditionFailed:
        raise webhook_not_found(name) from None
