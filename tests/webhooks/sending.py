"""One webhook that is sent in the test's process, as the service sends it."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Any

import msgspec
from tests.receiver import Received, Receiver

from cruddur.domain.item import Item
from cruddur.domain.model import User
from cruddur.domain.webhook import EVENT_TYPES, EventType, Webhook, new_secret
from cruddur.engines.outbound.client import GuardedOutbound
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.send_message import send_message
from cruddur.messaging.webhooks.webhook_sender import Pauses, WebhookSender
from cruddur.messaging.webhooks.webhooks import read_webhook
from cruddur.ports.change_feed import Change
from cruddur.ports.clock import utc_now
from cruddur.ports.table import Put
from cruddur.schema import keys
from cruddur.schema.webhook_items import webhook_from, webhook_item, webhook_key
from cruddur.web.api.webhook_bodies import webhook_body

SOON = Pauses(0.01, 0.05)


class Ahead:
    """The time, which a test turns forward as far as it likes."""

    def __init__(self) -> None:
        self._by = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self._by

    def turn(self, **by: float) -> None:
        self._by += timedelta(**by)


class Sending:
    """The sender, and what a test asks of it."""

    def __init__(
        self, messaging: MessagingContext, sender: WebhookSender, receiver: Receiver
    ) -> None:
        self.messaging = messaging
        self.receiver = receiver
        self.sender = sender
        self.name = sender.webhook.name

    async def told(self, *items: Item, kind: str = "insert", old: Item | None = None) -> None:
        """As the feed would tell it."""
        await self.sender.handle([_change(item, kind, old, self.messaging) for item in items])

    async def reload(self) -> None:
        """Takes the webhook as it is in the table."""
        self.sender.update(await read_webhook(self.messaging, self.name))


@asynccontextmanager
async def sending(
    messaging: MessagingContext,
    receiver: Receiver,
    *,
    name: str = "shop",
    events: Sequence[EventType] = EVENT_TYPES,
) -> AsyncIterator[Sending]:
    """Makes the webhook unless it is there, and sends what waits while the context lasts."""
    webhook = Webhook(
        name=name, url=receiver.url, events=events, secret=new_secret(), created_at=messaging.now()
    )
    found = await messaging.table.get(webhook_key(name), consistent=True)
    if found is None:
        await messaging.table.put(Put(webhook_item(webhook)))
    else:
        webhook = msgspec.structs.replace(webhook_from(found), url=receiver.url)
    outbound = GuardedOutbound([ip_network("127.0.0.0/8")])
    sender = WebhookSender(messaging, outbound, webhook_body, webhook, SOON)
    task = asyncio.create_task(sender.run())
    try:
        yield Sending(messaging, sender, receiver)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await outbound.close()


async def sent(messaging: MessagingContext, sender: User, to: str, *texts: str) -> list[Item]:
    """Sends messages, and returns their items as the feed has them."""
    found: list[Item] = []
    for text in texts:
        ref = await send_message(messaging, sender, to, text)
        item = await messaging.table.get(
            keys.message_key(ref.message_group_uuid, ref.seq), consistent=True
        )
        found.append(item or {})
    return found


def _change(item: Item, kind: Any, old: Item | None, messaging: MessagingContext) -> Change:
    return Change("1", kind, keys.whole_key_of(item), item, old, messaging.clock())


def ids(receiver: Receiver | Sequence[Received]) -> list[str]:
    """The ids of what came, in order."""
    received = receiver.received if isinstance(receiver, Receiver) else receiver
    return [one.headers["webhook-id"] for one in received]


def texts(receiver: Receiver | Sequence[Received]) -> list[str]:
    """The texts of messages that came, in order."""
    received = receiver.received if isinstance(receiver, Receiver) else receiver
    return [json.loads(one.body)["data"]["message"] for one in received]
