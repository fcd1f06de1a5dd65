"""A webhook and what waits for it, for the model of the table."""

from collections.abc import Sequence

from cruddur.domain.item import Item
from cruddur.domain.webhook import HeldDelivery, Webhook
from cruddur.schema.webhook_items import held_item, webhook_item

WEBHOOK = webhook_item(
    Webhook(
        name="shop",
        url="https://shop.example/hook",
        events=["message", "change"],
        secret="whsec_" + "A" * 43 + "=",
        created_at="2026-11-23T08:00:00.000Z",
    )
)


def held_for_webhook(ordering_key: str) -> Sequence[Item]:
    """Returns what waits of this ordering key, after an answer of 503."""
    held = HeldDelivery(
        ordering_key=ordering_key,
        since="2026-11-23T09:00:00.000Z",
        mark="8f14e45fceea167a",
        next_at=1795424405.0,
        tries=1,
        seq=2,
        why="503",
    )
    return [held_item("shop", held)]
