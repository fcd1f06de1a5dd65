"""Tell an address of a host product what happens here, from now on."""

from collections.abc import Iterable

from cruddur.domain.errors import ConditionFailed, Conflict, Invalid
from cruddur.domain.webhook import (
    WEBHOOK_URL_REFUSED,
    WEBHOOKS_MAX,
    WEBHOOKS_TOO_MANY,
    Webhook,
    checked_events,
    checked_webhook_name,
    new_secret,
)
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.webhooks.list_webhooks import list_webhooks
from cruddur.messaging.webhooks.webhooks import consumer_of, webhook_exists
from cruddur.ports.change_feed import ChangeFeeds
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.outbound import Outbound, OutboundFailed, OutboundRefused
from cruddur.ports.table import IF_NEW, Put
from cruddur.schema.webhook_items import webhook_item


@access_pattern("manage_webhooks", Ceiling("V", "make a webhook", write=2, read=2))
async def add_webhook(
    messaging: MessagingContext,
    feeds: ChangeFeeds,
    outbound: Outbound,
    *,
    name: str,
    url: str,
    events: Iterable[str] = (),
) -> Webhook:
    """Returns the new webhook with its secret; without events it gets messages and changes.

    Raises Invalid, Conflict if there is one of this name or too many, and TableUnavailable.
    """
    checked_webhook_name(name)
    wanted = checked_events(events)
    await _check_url(outbound, url)
    known = await list_webhooks(messaging)
    if name in {one.name for one in known}:
        raise webhook_exists(name)
    if len(known) >= WEBHOOKS_MAX:
        raise Conflict(WEBHOOKS_TOO_MANY, f"There are {WEBHOOKS_MAX} webhooks, and no more may be.")
    webhook = Webhook(
        name=name, url=url, events=wanted, secret=new_secret(), created_at=messaging.now()
    )
    # Before the webhook is there, so that it misses nothing once it is.
    await feeds.register(consumer_of(webhook), "now")
    try:
        await messaging.table.put(Put(webhook_item(webhook), IF_NEW))
    except ConditionFailed:
        raise webhook_exists(name) from None
    return webhook


async def _check_url(outbound: Outbound, url: str) -> None:
    try:
        await outbound.check(url)
    except OutboundRefused as error:
        raise Invalid(WEBHOOK_URL_REFUSED, str(error), field="url") from None
    except OutboundFailed:
        return  # the name may lead somewhere tomorrow
