"""`/api/webhooks`: a host's back end says which of its addresses are told what happens here."""

from collections.abc import Sequence
from typing import Annotated, cast

from litestar import delete, get, post
from litestar.params import JSONBody, PathParameter
from msgspec import Meta, Struct
from msgspec.structs import asdict

from cruddur.domain.webhook import EventType, Webhook
from cruddur.messaging.webhooks.add_webhook import add_webhook
from cruddur.messaging.webhooks.list_dead_webhooks import list_dead_webhooks
from cruddur.messaging.webhooks.list_sent_webhooks import list_sent_webhooks
from cruddur.messaging.webhooks.list_webhooks import list_webhooks
from cruddur.messaging.webhooks.pause_webhook import pause_webhook
from cruddur.messaging.webhooks.remove_webhook import remove_webhook
from cruddur.messaging.webhooks.replay_webhook import replay_webhook
from cruddur.messaging.webhooks.resume_webhook import resume_webhook
from cruddur.messaging.webhooks.roll_webhook import roll_webhook
from cruddur.messaging.webhooks.try_webhook import try_webhook
from cruddur.ports.change_feed import ChangeFeeds
from cruddur.ports.outbound import Outbound
from cruddur.web.api.bodies import Body
from cruddur.web.api.openapi_responses import BODY, BY_KEY, SIGNED_IN, problems
from cruddur.web.api.webhook_attempts import (
    DeadWebhookOut,
    SentWebhookOut,
    dead_webhook_out,
    sent_webhook_out,
)
from cruddur.web.api.webhook_bodies import webhook_body
from cruddur.web.http.context import HostCaller, context_of
from cruddur.web.http.host_auth import for_hosts
from cruddur.web.http.security_log import record

_SCOPE = for_hosts("webhooks")
_TAGS = ["for back ends"]
Name = Annotated[str, PathParameter(description="The name that you gave the webhook.")]


class NewWebhook(Body, kw_only=True):
    """An address that is to be told what happens."""

    name: Annotated[
        str, Meta(description="1 to 32 small letters, digits and dashes.", examples=["shop"])
    ]
    url: Annotated[
        str, Meta(description="Where to send it.", examples=["https://shop.example/hook"])
    ]
    events: Annotated[
        tuple[EventType, ...],
        Meta(description="What it gets; `message` and `change` for none."),
    ] = ()


class ReplayedConversation(Body, kw_only=True):
    """What is to be sent once more."""

    message_group_uuid: Annotated[str, Meta(description="The conversation.")]
    seq: Annotated[int, Meta(description="The number of the first message.", ge=1)] = 1
    change_seq: Annotated[
        int | None, Meta(description="The number of the first change; null for none.")
    ] = None


class WebhookOut(Struct, frozen=True, kw_only=True):
    """A webhook, without its secret."""

    name: Annotated[str, Meta(description="Its name.")]
    url: Annotated[str, Meta(description="Where it is sent to.")]
    events: Annotated[Sequence[EventType], Meta(description="What it gets.")]
    created_at: Annotated[str, Meta(description="When it was made, in UTC.")]
    paused_at: Annotated[str | None, Meta(description="When it was paused; null if it is not.")] = (
        None
    )
    disabled_at: Annotated[
        str | None, Meta(description="When it answered 410, and so ended itself; else null.")
    ] = None


class WebhookMade(WebhookOut, frozen=True, kw_only=True):
    """A webhook with its new secret, which is shown this once."""

    secret: Annotated[str, Meta(description="What signs, by Standard Webhooks: `whsec_…`.")]

    def __repr__(self) -> str:
        return f"WebhookMade({self.name!r})"


class WebhooksOut(Struct, frozen=True, kw_only=True):
    """All webhooks."""

    webhooks: Annotated[Sequence[WebhookOut], Meta(description="By name.")]


class SentOut(Struct, frozen=True, kw_only=True):
    """What was sent last, the newest first: up to a thousand attempts of the last day."""

    sent: Annotated[Sequence[SentWebhookOut], Meta(description="One for each attempt.")]


class DeadOut(Struct, frozen=True, kw_only=True):
    """What was not accepted for three days. It is kept for thirty."""

    dead: Annotated[Sequence[DeadWebhookOut], Meta(description="One for each event.")]


@post(
    "/api/webhooks",
    opt=_SCOPE,
    status_code=201,
    security=BY_KEY,
    tags=_TAGS,
    responses=problems(*BODY, *SIGNED_IN, 409),
)
async def make_webhook(request: HostCaller, data: JSONBody[NewWebhook]) -> WebhookMade:
    """Have one of your addresses told what happens from now on. The answer alone has the secret."""
    messaging = context_of(request).messaging
    webhook = await add_webhook(
        messaging,
        _feeds(request),
        _outbound(request),
        name=data.name,
        url=data.url,
        events=data.events,
    )
    _record(request, "webhook_added", webhook.name)
    return _made(webhook)


@get("/api/webhooks", opt=_SCOPE, security=BY_KEY, tags=_TAGS, responses=problems(*SIGNED_IN, 429))
async def all_webhooks(request: HostCaller) -> WebhooksOut:
    """All webhooks of the service, those of other keys and of operators too."""
    found = await list_webhooks(context_of(request).messaging)
    return WebhooksOut(webhooks=[_out(webhook) for webhook in found])


@delete(
    "/api/webhooks/{name:str}",
    opt=_SCOPE,
    status_code=204,
    security=BY_KEY,
    tags=_TAGS,
    responses=problems(*SIGNED_IN, 404, 429),
)
async def end_webhook(request: HostCaller, name: Name) -> None:
    """Remove a webhook, and all that waits for it."""
    await remove_webhook(context_of(request).messaging, _feeds(request), name)
    _record(request, "webhook_removed", name)


@post(
    "/api/webhooks/{name:str}/roll",
    opt=_SCOPE,
    status_code=200,
    security=BY_KEY,
    tags=_TAGS,
    responses=problems(*SIGNED_IN, 404, 429),
)
async def roll_secret(request: HostCaller, name: Name) -> WebhookMade:
    """Give a webhook another secret. For a day the one before signs too."""
    webhook = await roll_webhook(context_of(request).messaging, name)
    _record(request, "webhook_rolled", name)
    return _made(webhook)


@post(
    "/api/webhooks/{name:str}/pause",
    opt=_SCOPE,
    status_code=204,
    security=BY_KEY,
    tags=_TAGS,
    responses=problems(*SIGNED_IN, 404, 429),
)
async def hold_webhook(request: HostCaller, name: Name) -> None:
    """Keep what a webhook would get, until it is resumed."""
    await pause_webhook(context_of(request).messaging, name)
    _record(request, "webhook_paused", name)


@post(
    "/api/webhooks/{name:str}/resume",
    opt=_SCOPE,
    status_code=204,
    security=BY_KEY,
    tags=_TAGS,
    responses=problems(*SIGNED_IN, 404, 429),
)
async def go_on_with_webhook(request: HostCaller, name: Name) -> None:
    """Go on with a webhook that was paused, or that has answered 410."""
    await resume_webhook(context_of(request).messaging, _feeds(request), name)
    _record(request, "webhook_resumed", name)


@post(
    "/api/webhooks/{name:str}/test",
    opt=_SCOPE,
    status_code=200,
    security=BY_KEY,
    tags=_TAGS,
    responses=problems(*SIGNED_IN, 404, 429),
)
async def send_test(request: HostCaller, name: Name) -> SentWebhookOut:
    """Send an event `test` at once, and see what the receiver answers."""
    messaging = context_of(request).messaging
    return sent_webhook_out(await try_webhook(messaging, _outbound(request), webhook_body, name))


@post(
    "/api/webhooks/{name:str}/replay",
    opt=_SCOPE,
    status_code=204,
    security=BY_KEY,
    tags=_TAGS,
    responses=problems(*BODY, *SIGNED_IN, 404),
)
async def send_again(request: HostCaller, name: Name, data: JSONBody[ReplayedConversation]) -> None:
    """Send once more what happened in a conversation, from any number on, with the same ids."""
    await replay_webhook(
        context_of(request).messaging,
        name,
        data.message_group_uuid.lower(),
        seq=data.seq,
        change_seq=data.change_seq,
    )


@get(
    "/api/webhooks/{name:str}/sent",
    opt=_SCOPE,
    security=BY_KEY,
    tags=_TAGS,
    responses=problems(*SIGNED_IN, 404, 429),
)
async def sent_webhooks(request: HostCaller, name: Name) -> SentOut:
    """What was sent to a webhook last, and what it answered."""
    found = await list_sent_webhooks(context_of(request).messaging, name)
    return SentOut(sent=list(map(sent_webhook_out, found)))


@get(
    "/api/webhooks/{name:str}/dead",
    opt=_SCOPE,
    security=BY_KEY,
    tags=_TAGS,
    responses=problems(*SIGNED_IN, 404, 429),
)
async def dead_webhooks(request: HostCaller, name: Name) -> DeadOut:
    """What a webhook did not accept for three days."""
    found = await list_dead_webhooks(context_of(request).messaging, name)
    return DeadOut(dead=list(map(dead_webhook_out, found)))


def _out(webhook: Webhook) -> WebhookOut:
    return WebhookOut(
        name=webhook.name,
        url=webhook.url,
        events=webhook.events,
        created_at=webhook.created_at,
        paused_at=webhook.paused_at,
        disabled_at=webhook.disabled_at,
    )


def _made(webhook: Webhook) -> WebhookMade:
    return WebhookMade(**asdict(_out(webhook)), secret=webhook.secret)


def _record(request: HostCaller, act: str, name: str) -> None:
    record(request, act, key=request.auth.name, webhook=name)


def _feeds(request: HostCaller) -> ChangeFeeds:
    return cast(ChangeFeeds, context_of(request).feeds)  # a service has them


def _outbound(request: HostCaller) -> Outbound:
    return cast(Outbound, context_of(request).outbound)
