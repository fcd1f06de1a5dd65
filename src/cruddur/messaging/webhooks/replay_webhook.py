"""Send a webhook once more what happened in a conversation, from any number on."""

from contextlib import suppress

from cruddur.domain.errors import ConditionFailed, NotFound, declare_code
from cruddur.domain.webhook import HeldDelivery, Webhook
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.webhooks.webhooks import (
    changed_elsewhere,
    new_mark,
    read_webhook,
    update_of,
    webhook_not_found,
)
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import IF_NEW, Equals, Put
from cruddur.schema import keys, webhook_items
from cruddur.schema.readable import one_from

_ATTEMPTS = 8
_NO_CONVERSATION = declare_code("webhook_no_conversation", "There is no such conversation.")


@access_pattern(
    "manage_webhooks", Ceiling("V", "replay a conversation to a webhook", write=3, read=3)
)
async def replay_webhook(
    messaging: MessagingContext,
    name: str,
    message_group_uuid: str,
    *,
    seq: int = 1,
    change_seq: int | None = None,
) -> None:
    """Has all messages from `seq` on sent again, and all changes from `change_seq` on if it is given.

    They have the ids that they had before. Raises NotFound, Busy, TableUnavailable.
    """
    webhook = await read_webhook(messaging, name)
    if await messaging.table.get(keys.group_key(message_group_uuid)) is None:
        raise NotFound(
            _NO_CONVERSATION, "There is no such conversation.", field="message_group_uuid"
        )
    ordering_key = keys.messages_pk(message_group_uuid)
    await hold_again(messaging, webhook, ordering_key, seq=seq, change_seq=change_seq)


async def hold_again(
    messaging: MessagingContext,
    webhook: Webhook,
    ordering_key: str,
    *,
    seq: int | None,
    change_seq: int | None,
    others: tuple[str, ...] = (),
) -> None:
    """Stores that events with this key are to be sent from these numbers on.

    Raises Busy, TableUnavailable.
    """
    for _ in range(_ATTEMPTS):
        with suppress(ConditionFailed):  # the process that sends has just changed it
            await _hold(
                messaging, webhook.name, ordering_key, seq=seq, change_seq=change_seq, others=others
            )
            break
    else:
        raise changed_elsewhere()
    try:
        # The process that sends sees by it that there is something that it has not held itself.
        await messaging.table.update(update_of(webhook.name, {"replays": webhook.replays + 1}))
    except ConditionFailed:
        raise webhook_not_found(webhook.name) from None


async def _hold(
    messaging: MessagingContext,
    name: str,
    ordering_key: str,
    *,
    seq: int | None,
    change_seq: int | None,
    others: tuple[str, ...],
) -> None:
    key = webhook_items.held_key(name, ordering_key)
    found = one_from(webhook_items.held_from, await messaging.table.get(key, consistent=True))
    now = messaging.clock().timestamp()
    held = HeldDelivery(
        ordering_key=ordering_key,
        since=messaging.now(),
        mark=new_mark(),
        next_at=now,
        seq=least(found.seq if found else None, seq),
        change_seq=least(found.change_seq if found else None, change_seq),
        others=tuple(dict.fromkeys([*(found.others if found else ()), *others])),
    )
    unchanged = [Equals("mark", found.mark)] if found else IF_NEW
    await messaging.table.put(Put(webhook_items.held_item(name, held), unchanged))


def least(one: int | None, other: int | None) -> int | None:
    """Returns the lesser of two numbers, of which none may be given."""
    given = [number for number in (one, other) if number is not None]
    return min(given, default=None)
