"""The webhooks as consumers of the change feed: one for each, so that none holds up another."""

from collections.abc import Sequence

from cruddur.bootstrap import Application
from cruddur.messaging.webhooks.list_webhooks import list_webhooks
from cruddur.messaging.webhooks.webhook_sender import WebhookSender
from cruddur.messaging.webhooks.webhooks import CONSUMERS, consumer_of
from cruddur.ports.consumers import NamedConsumer, Wanted
from cruddur.web.api.webhook_bodies import webhook_body

NAMES = CONSUMERS


def consumers(application: Application) -> Wanted:
    """Returns what lists the webhooks that are not disabled."""
    senders: dict[str, WebhookSender] = {}

    async def wanted() -> Sequence[NamedConsumer]:
        messaging = application.messaging
        webhooks = {one.name: one for one in await list_webhooks(messaging) if one.is_active}
        for name in senders.keys() - webhooks.keys():
            del senders[name]
        for name, webhook in webhooks.items():
            if name in senders and senders[name].webhook.created_at == webhook.created_at:
                senders[name].update(webhook)
            else:
                senders[name] = WebhookSender(
                    messaging, application.outbound, webhook_body, webhook
                )
        return [_consumer(sender) for sender in senders.values()]

    return wanted


def _consumer(sender: WebhookSender) -> NamedConsumer:
    made = sender.webhook.created_at  # another one of this name was made at another time
    return NamedConsumer(consumer_of(sender.webhook), sender.handle, sender.run, version=made)
