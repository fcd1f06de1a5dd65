"""Send a webhook something that means nothing, to see whether it is taken."""

import secrets

from cruddur.domain.webhook import SentWebhook
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.webhooks.send_event import Encode, send_event
from cruddur.messaging.webhooks.webhook_events import WebhookEvent
from cruddur.messaging.webhooks.webhooks import read_webhook
from cruddur.ports.metering import access_pattern
from cruddur.ports.outbound import Outbound


@access_pattern("manage_webhooks")
async def try_webhook(
    messaging: MessagingContext, outbound: Outbound, encode: Encode, name: str
) -> SentWebhook:
    """Sends an event `test` at once, and returns what came of it. It is not repeated.

    Raises NotFound, TableUnavailable.
    """
    webhook = await read_webhook(messaging, name)
    event = WebhookEvent(
        type="test", webhook_id=f"test_{secrets.token_hex(8)}", at=messaging.now(), told=None
    )
    return (await send_event(messaging, outbound, encode, webhook, event)).sent
