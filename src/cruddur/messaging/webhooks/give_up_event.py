"""Give up an event that no webhook has accepted for three days, and keep it in a list."""

from datetime import datetime, timedelta

from cruddur.domain.webhook import DeadWebhook, HeldDelivery, Webhook
from cruddur.logs import Log
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.webhooks.webhook_events import WebhookEvent
from cruddur.ports.table import Put
from cruddur.schema.webhook_items import dead_item

TRIED_FOR = timedelta(days=3)
_KEPT = timedelta(days=30)

_log = Log()


def is_too_old(
    messaging: MessagingContext, webhook: Webhook, held: HeldDelivery, event: WebhookEvent
) -> bool:
    """Whether the event was tried for three days: since it happened, was asked for, or was resumed."""
    return is_over(messaging, max(event.at, held.since, webhook.tried_since or ""))


def is_over(messaging: MessagingContext, began: str) -> bool:
    """Whether three days have passed since this time."""
    return messaging.clock() - datetime.fromisoformat(began) >= TRIED_FOR


async def give_up_event(
    messaging: MessagingContext, webhook: Webhook, event: WebhookEvent, why: str
) -> None:
    """Stores the event as a dead letter of the webhook, for thirty days. Raises TableUnavailable."""
    now = messaging.clock()
    dead = DeadWebhook(
        at=messaging.now(),
        webhook_id=event.webhook_id,
        type=event.type,
        ordering_key=event.ordering_key,
        number=event.number,
        why=why,
        sort_key="" if event.number else event.sort_key,
    )
    item = dead_item(webhook.name, dead, int((now + _KEPT).timestamp()))
    await messaging.table.put(Put(item))
    _log.error("a webhook's event was given up", webhook=webhook.name, id=event.webhook_id, why=why)
