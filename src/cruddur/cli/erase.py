"""`cruddur users erase`: end an account for good, with all that is known of a person."""

import asyncio
from collections.abc import Sequence

import rich_click as click

from cruddur.bootstrap import Application
from cruddur.cli.operator_acts import note_act
from cruddur.cli.progress import Counting, counting
from cruddur.cli.runtime import TABLE_FLAGS, run, setting_flags
from cruddur.cli.session_events import announcing
from cruddur.domain.erasure import Erasure
from cruddur.identity.begin_erasure import begin_erasure
from cruddur.identity.find_user import find_user_by_handle
from cruddur.messaging.people.continue_erasures import carry_out, list_erasures
from cruddur.messaging.people.erase_person import settled_at
from cruddur.messaging.people.find_conversations import find_conversations


@click.command()
@click.argument("handle", required=False)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--no-wait", is_flag=True, help="Leave the last look, two minutes later, to the service."
)
@setting_flags(*TABLE_FLAGS, "bus", "valkey_url", "erased_messages", "erased_reports")
def erase(handle: str | None, yes: bool, no_wait: bool, **given: str | None) -> None:
    """Erase HANDLE for good: account, name, and messages or their author.

    HANDLE is signed out at once, and nobody can take the handle. It reads the whole table, for
    conversations that were left under older versions. Without HANDLE it goes on with erasures that
    were interrupted. It works beside a running service, and may be stopped: then the service goes on,
    or the next run.
    """
    if handle is not None and not yes:
        click.confirm(
            f"Erase @{handle.removeprefix('@')}? Nothing brings the account back", abort=True
        )

    async def work(application: Application) -> Sequence[Erasure]:
        async with announcing(application):
            begun = [await _begin(application, handle)] if handle is not None else []
            if handle is None:
                begun = list(await list_erasures(application.messaging))
            with counting() as step:
                for erasure in begun:
                    await _carry_out(application, erasure, step, no_wait=no_wait)
        return begun

    for erasure in run(given, work):
        state = "begun; the service completes it" if no_wait else "complete"
        click.echo(f"the erasure of {erasure.user_uuid} is {state}")


async def _begin(application: Application, handle: str) -> Erasure:
    user = await find_user_by_handle(application.identity, handle)
    settings = application.settings
    erasure = await begin_erasure(
        application.identity, user.user_uuid, settings.erased_messages, settings.erased_reports
    )
    await note_act(application, "account_erased", user.user_uuid)
    return erasure


async def _carry_out(
    application: Application, erasure: Erasure, step: Counting, *, no_wait: bool
) -> None:
    messaging = application.messaging
    await find_conversations(messaging, erasure.user_uuid, step)
    if await carry_out(messaging, erasure, step) or no_wait:
        return
    while (left := (settled_at(erasure) - messaging.clock()).total_seconds()) > 0:
        step("seconds until last look", 1, int(left) + 1)
        await asyncio.sleep(min(1, left))
    await carry_out(messaging, erasure, step)
