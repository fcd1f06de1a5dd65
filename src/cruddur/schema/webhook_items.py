"""The keys and codecs of webhooks, of what waits to be sent, and of what was sent or given up."""

from collections.abc import Sequence

import msgspec

from cruddur.domain.item import Item, Key
from cruddur.domain.webhook import DeadWebhook, HeldDelivery, SentWebhook, Webhook
from cruddur.schema import keys
from cruddur.schema.records import keyed, record_item

WEBHOOKS_PREFIX = "HOOK#"
HELD_PREFIX = "HELD#"
SENT_PREFIX = "SENT#"
DEAD_PREFIX = "DEAD#"

_encode = msgspec.json.Encoder().encode
_decode_sent = msgspec.json.Decoder(list[SentWebhook]).decode


def webhooks_pk() -> str:
    """The partition of all webhooks. No webhook has an empty name."""
    return WEBHOOKS_PREFIX


def webhook_key(name: str) -> Key:
    """The key of a webhook."""
    return Key(webhooks_pk(), name)


def deliveries_pk(name: str) -> str:
    """The partition of what waits for a webhook, was sent, or was given up."""
    return WEBHOOKS_PREFIX + name


def held_key(name: str, ordering_key: str) -> Key:
    """The key of what waits of one ordering key."""
    return Key(deliveries_pk(name), HELD_PREFIX + ordering_key)


def is_delivery_sk(sk: str) -> bool:
    """Whether the sort key is of a delivery. That of a webhook is its name, which holds no #."""
    return "#" in sk


def webhook_item(webhook: Webhook) -> Item:
    """Returns the item of a webhook; its key holds the name."""
    return record_item(webhook_key(webhook.name), webhook, "name")


def webhook_from(item: Item) -> Webhook:
    """Returns the webhook of an item. Raises one of UNREADABLE."""
    return msgspec.convert({**item, "name": keys.whole_key_of(item).sk}, Webhook)


def held_item(name: str, held: HeldDelivery) -> Item:
    """Returns the item of what waits of one ordering key. Its time is in whole milliseconds."""
    item = record_item(held_key(name, held.ordering_key), held, "ordering_key")
    return {**item, "next_at": round(held.next_at * 1000)}


def held_from(item: Item) -> HeldDelivery:
    """Returns what waits of one ordering key. Raises one of UNREADABLE."""
    ordering_key = keys.whole_key_of(item).sk.removeprefix(HELD_PREFIX)
    held = msgspec.convert({**item, "ordering_key": ordering_key}, HeldDelivery)
    return msgspec.structs.replace(held, next_at=held.next_at / 1000)


def sent_item(name: str, slot: int, sent: Sequence[SentWebhook], expires_at: int) -> Item:
    """Returns an item of attempts. A slot is used again, so that there are never more than slots."""
    return {
        **keyed(Key(deliveries_pk(name), f"{SENT_PREFIX}{slot:02d}")),
        "sent": _encode(sent).decode(),
        keys.TTL_ATTRIBUTE: expires_at,
    }


def sent_from(item: Item) -> list[SentWebhook]:
    """Returns the attempts of an item. Raises one of UNREADABLE."""
    return _decode_sent(str(item["sent"]))


def dead_item(name: str, dead: DeadWebhook, expires_at: int) -> Item:
    """Returns the item of an event that was given up, until this epoch second."""
    key = Key(deliveries_pk(name), f"{DEAD_PREFIX}{dead.webhook_id}")
    return {**record_item(key, dead, "webhook_id"), keys.TTL_ATTRIBUTE: expires_at}


def dead_from(item: Item) -> DeadWebhook:
    """Returns an event that was given up. Raises one of UNREADABLE."""
    webhook_id = keys.whole_key_of(item).sk.removeprefix(DEAD_PREFIX)
    return msgspec.convert({**item, "webhook_id": webhook_id}, DeadWebhook)
