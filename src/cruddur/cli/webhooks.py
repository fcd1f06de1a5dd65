"""`cruddur webhooks`: addresses of a host product that are told what happens here."""

from collections.abc import Awaitable, Callable, Sequence

import rich_click as click

from cruddur.bootstrap import Application
from cruddur.cli.operator_acts import note_act
from cruddur.cli.runtime import TABLE_FLAGS, fail, run, setting_flags
from cruddur.domain.webhook import EVENT_TYPES, DeadWebhook, SentWebhook, Webhook
from cruddur.messaging.webhooks.add_webhook import add_webhook
from cruddur.messaging.webhooks.list_dead_webhooks import list_dead_webhooks
from cruddur.messaging.webhooks.list_sent_webhooks import list_sent_webhooks
from cruddur.messaging.webhooks.list_webhooks import list_webhooks
from cruddur.messaging.webhooks.pause_webhook import pause_webhook
from cruddur.messaging.webhooks.remove_webhook import remove_webhook
from cruddur.messaging.webhooks.replay_dead_webhooks import replay_dead_webhooks
from cruddur.messaging.webhooks.replay_webhook import replay_webhook
from cruddur.messaging.webhooks.resume_webhook import resume_webhook
from cruddur.messaging.webhooks.roll_webhook import roll_webhook
from cruddur.messaging.webhooks.try_webhook import try_webhook
from cruddur.web.api.webhook_bodies import webhook_body

_CALL_FLAGS = (*TABLE_FLAGS, "outbound_allow")


@click.group()
def webhooks() -> None:
    """Addresses of host products that are told what happens here, by Standard Webhooks."""


@webhooks.command()
@click.argument("name")
@click.argument("url")
@click.option(
    "--event",
    "events",
    multiple=True,
    type=click.Choice(EVENT_TYPES),
    help="What it gets. It may be given several times; without it: message and change.",
)
@setting_flags(*_CALL_FLAGS)
def add(name: str, url: str, events: Sequence[str], **given: str | None) -> None:
    """Tell URL under NAME what happens from now on, and print the secret that signs it.

    Works beside a running service, which begins to send within seconds.
    """

    async def work(application: Application) -> Webhook:
        webhook = await add_webhook(
            application.messaging,
            application.feeds,
            application.outbound,
            name=name,
            url=url,
            events=events,
        )
        await note_act(application, "webhook_added", "", webhook=name)
        return webhook

    webhook = run(given, work, new=True)
    click.echo(webhook.secret)
    click.echo(f"{name} gets {', '.join(webhook.events)}", err=True)


@webhooks.command("list")
@setting_flags(*TABLE_FLAGS)
def list_(**given: str | None) -> None:
    """List all webhooks: name, state, events and address. `/metrics` says how far each is behind."""

    async def work(application: Application) -> Sequence[Webhook]:
        return await list_webhooks(application.messaging)

    found = run(given, work, reads_only=True)
    width = max((len(webhook.name) for webhook in found), default=0)
    for one in found:
        click.echo(f"{one.name:<{width}}  {_state(one):<8}  {','.join(one.events)}  {one.url}")
    click.echo(f"{len(found):,} webhooks", err=True)


@webhooks.command()
@click.argument("name")
@setting_flags(*_CALL_FLAGS)
def test(name: str, **given: str | None) -> None:
    """Send NAME an event that means nothing, once, and print what it answers."""

    async def work(application: Application) -> SentWebhook:
        return await try_webhook(application.messaging, application.outbound, webhook_body, name)

    sent = run(given, work)
    click.echo(_line_of(sent))
    if not sent.is_accepted:
        fail(f"{name} did not take it")


@webhooks.command()
@click.argument("name")
@setting_flags(*TABLE_FLAGS)
def pause(name: str, **given: str | None) -> None:
    """Keep what NAME would get. `resume` sends it, however long that takes."""
    _act(given, "webhook_paused", name, lambda one: pause_webhook(one.messaging, name))


@webhooks.command()
@click.argument("name")
@setting_flags(*TABLE_FLAGS)
def resume(name: str, **given: str | None) -> None:
    """Go on with NAME, which was paused or has answered 410. What waits is tried for three days."""
    _act(
        given,
        "webhook_resumed",
        name,
        lambda one: resume_webhook(one.messaging, one.feeds, name),
    )


@webhooks.command()
@click.argument("name")
@click.option("--conversation", help="The uuid of the conversation.")
@click.option("--from", "seq", type=click.IntRange(1), default=1, show_default=True,
              help="The number of the first message.")  # fmt: skip
@click.option("--changes-from", "change_seq", type=click.IntRange(1),
              help="The number of the first change; without it no changes.")  # fmt: skip
@click.option("--dead", is_flag=True, help="Instead, try all that was given up once more.")
@setting_flags(*TABLE_FLAGS)
def replay(
    name: str,
    conversation: str | None,
    seq: int,
    change_seq: int | None,
    dead: bool,
    **given: str | None,
) -> None:
    """Send NAME once more what happened in a conversation, from any number on, with the same ids."""
    if dead == (conversation is not None):
        raise click.UsageError("give one of --conversation and --dead")

    async def work(application: Application) -> int | None:
        if conversation is None:
            return await replay_dead_webhooks(application.messaging, name)
        messaging, uuid = application.messaging, conversation.lower()
        await replay_webhook(messaging, name, uuid, seq=seq, change_seq=change_seq)
        return None

    count = run(given, work)
    click.echo("It is sent again." if count is None else f"{count:,} events are tried again.")


@webhooks.command()
@click.argument("name")
@setting_flags(*TABLE_FLAGS)
def roll(name: str, **given: str | None) -> None:
    """Give NAME another secret, and print it. For a day both sign, and a receiver changes over."""

    async def work(application: Application) -> Webhook:
        webhook = await roll_webhook(application.messaging, name)
        await note_act(application, "webhook_rolled", "", webhook=name)
        return webhook

    click.echo(run(given, work).secret)


@webhooks.command()
@click.argument("name")
@setting_flags(*TABLE_FLAGS)
def remove(name: str, **given: str | None) -> None:
    """Remove NAME, and all that waits for it."""
    _act(
        given,
        "webhook_removed",
        name,
        lambda one: remove_webhook(one.messaging, one.feeds, name),
    )


@webhooks.command()
@click.argument("name")
@setting_flags(*TABLE_FLAGS)
def sent(name: str, **given: str | None) -> None:
    """Print what was sent to NAME last: when, what, and the answer; the newest first."""

    async def work(application: Application) -> Sequence[SentWebhook]:
        return await list_sent_webhooks(application.messaging, name)

    for one in run(given, work, reads_only=True):
        click.echo(_line_of(one))


@webhooks.command()
@click.argument("name")
@setting_flags(*TABLE_FLAGS)
def dead(name: str, **given: str | None) -> None:
    """Print what NAME did not take for three days. `replay NAME --dead` tries it again."""

    async def work(application: Application) -> Sequence[DeadWebhook]:
        return await list_dead_webhooks(application.messaging, name)

    found = run(given, work, reads_only=True)
    for one in found:
        click.echo(f"{one.at}  {one.type:<7}  {one.webhook_id}  {one.why}")
    click.echo(f"{len(found):,} events were given up", err=True)


def _act(
    given: dict[str, str | None],
    act: str,
    name: str,
    work: Callable[[Application], Awaitable[None]],
) -> None:
    async def noted(application: Application) -> None:
        await work(application)
        await note_act(application, act, "", webhook=name)

    run(given, noted)
    click.echo(f"{name}: {act.removeprefix('webhook_')}")


def _state(webhook: Webhook) -> str:
    if webhook.disabled_at:
        return "disabled"
    return "paused" if webhook.paused_at else "on"


def _line_of(one: SentWebhook) -> str:
    return f"{one.at}  {one.type:<7}  {one.answer:<5}  {one.milliseconds:>6} ms  {one.webhook_id}"
