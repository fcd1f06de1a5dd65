"""The JSON of what was sent to a webhook, and of what was given up."""

from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import asdict

from cruddur.domain.webhook import DeadWebhook, SentWebhook


class SentWebhookOut(Struct, frozen=True, kw_only=True):
    """One attempt to send an event."""

    at: Annotated[str, Meta(description="When it was sent, in UTC.")]
    webhook_id: Annotated[
        str, Meta(description="The header `webhook-id`, the same at each attempt.")
    ]
    type: Annotated[str, Meta(description="The type of the event.")]
    answer: Annotated[str, Meta(description="The status of the answer, or why there was none.")]
    milliseconds: Annotated[int, Meta(description="How long the attempt took.")]


class DeadWebhookOut(Struct, frozen=True, kw_only=True):
    """An event that was not accepted for three days."""

    at: Annotated[str, Meta(description="When it was given up, in UTC.")]
    webhook_id: Annotated[str, Meta(description="The header `webhook-id` of its attempts.")]
    type: Annotated[str, Meta(description="The type of the event.")]
    ordering_key: Annotated[
        str,
        Meta(
            description="Events with the same key are sent in order: those of a conversation, of a "
            "person, or the reports."
        ),
    ]
    number: Annotated[int, Meta(description="The number of the message or change; 0 of others.")]
    why: Annotated[str, Meta(description="What the last attempt was answered.")]
    sort_key: Annotated[str, Meta(description="Of another event, which item it was of.")] = ""


def sent_webhook_out(sent: SentWebhook) -> SentWebhookOut:
    """The JSON form of an attempt."""
    return SentWebhookOut(**asdict(sent))


def dead_webhook_out(dead: DeadWebhook) -> DeadWebhookOut:
    """The JSON form of an event that was given up."""
    return DeadWebhookOut(**asdict(dead))
