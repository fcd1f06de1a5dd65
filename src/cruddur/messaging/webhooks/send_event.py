"""Send one event to a webhook once, signed."""

import time
from collections.abc import Callable
from typing import NamedTuple

from cruddur.domain.model import timestamp
from cruddur.domain.webhook import SentWebhook, Webhook
from cruddur.domain.webhook_signature import signed_headers
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.webhooks.webhook_events import WebhookEvent
from cruddur.ports.outbound import Outbound, OutboundFailed, OutboundRefused

Encode = Callable[[WebhookEvent], bytes]
"""Writes the body of an event, as receivers read it."""

RETRY_AFTER_MAX_SECONDS = 24 * 3600.0
_GONE = 410
_ASK_LATER = frozenset({429, 503})


class Outcome(NamedTuple):
    """What came of one attempt. `wait` are the seconds for which the receiver asks."""

    sent: SentWebhook
    is_gone: bool = False
    wait: float = 0.0

    @property
    def is_accepted(self) -> bool:
        """Whether the receiver has the event."""
        return self.sent.is_accepted


async def send_event(
    messaging: MessagingContext,
    outbound: Outbound,
    encode: Encode,
    webhook: Webhook,
    event: WebhookEvent,
) -> Outcome:
    """Sends the event and returns what came of it. It raises nothing."""
    now, began = messaging.clock(), time.perf_counter()
    body = encode(event)
    signing = webhook.signing_secrets(now.timestamp())
    headers = {
        "content-type": "application/json",
        **signed_headers(signing, event.webhook_id, int(now.timestamp()), body),
    }
    is_gone, wait = False, 0.0
    try:
        got = await outbound.post(webhook.url, body, headers)
    except (OutboundRefused, OutboundFailed) as error:
        answer = str(error)
    else:
        answer, is_gone = str(got.status), got.status == _GONE
        if got.status in _ASK_LATER:
            wait = got.asked_pause(now, RETRY_AFTER_MAX_SECONDS)
    sent = SentWebhook(
        at=timestamp(now),
        webhook_id=event.webhook_id,
        type=event.type,
        answer=answer,
        milliseconds=round(1000 * (time.perf_counter() - began)),
    )
    return Outcome(sent, is_gone, wait)
