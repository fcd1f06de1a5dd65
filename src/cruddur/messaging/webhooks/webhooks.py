"""What the use cases of webhooks share: one by name, and what waits for it."""

import secrets

from cruddur.domain.errors import Busy, Conflict, NotFound
from cruddur.domain.webhook import (
    KIND_OF_EVENT,
    WEBHOOK_EXISTS,
    WEBHOOK_NOT_FOUND,
    HeldDelivery,
    Webhook,
)
from cruddur.messaging.context import MessagingContext
from cruddur.ports.change_feed import OURS, Consumer
from cruddur.ports.paging import all_items
from cruddur.ports.table import Exists, Query, Range, Update
from cruddur.schema import keys, webhook_items
from cruddur.schema.readable import one_from

CONSUMERS = f"{OURS}webhook"
"""The name of each webhook's consumer of the change feed begins so, with a dot behind it."""


def consumer_of(webhook: Webhook) -> Consumer:
    """Returns the consumer of the change feed that gets what the webhook wants."""
    kinds = frozenset(KIND_OF_EVENT[event] for event in webhook.events)
    return Consumer(f"{CONSUMERS}.{webhook.name}", kinds)


async def read_webhook(messaging: MessagingContext, name: str) -> Webhook:
    """Returns the webhook of this name. Raises NotFound, TableUnavailable."""
    item = await messaging.table.get(webhook_items.webhook_key(name), consistent=True)
    webhook = one_from(webhook_items.webhook_from, item)
    if webhook is None:
        raise webhook_not_found(name)
    return webhook


async def held_deliveries(messaging: MessagingContext, name: str) -> list[HeldDelivery]:
    """Returns what waits for this webhook, by ordering key. Raises TableUnavailable."""
    among = Range(prefix=webhook_items.HELD_PREFIX)
    query = Query(webhook_items.deliveries_pk(name), among, consistent=True)
    found = await all_items(messaging.table, query)
    held = (one_from(webhook_items.held_from, item) for item in found)
    return [one for one in held if one is not None]


def update_of(name: str, values: dict[str, object], remove: tuple[str, ...] = ()) -> Update:
    """Returns the update of a webhook that is still there."""
    is_there = [Exists(keys.PARTITION_KEY)]
    return Update(webhook_items.webhook_key(name), values, remove, is_there)


def new_mark() -> str:
    """Returns what names a new state of what waits."""
    return secrets.token_hex(8)


def webhook_not_found(name: str) -> NotFound:
    """The error for a name that no webhook has."""
    return NotFound(WEBHOOK_NOT_FOUND, f"There is no webhook {name[:40]}.", field="name")


def webhook_exists(name: str) -> Conflict:
    """The error for a name that a webhook has already."""
    return Conflict(WEBHOOK_EXISTS, f"There is a webhook {name} already.", field="name")


def changed_elsewhere() -> Busy:
    """The error for what another process changes at this moment."""
    return Busy("The webhook is being changed elsewhere. Please try again.")
