"""`cruddur users picture`: store a person's picture as a file, or remove it."""

from pathlib import Path

import rich_click as click

from cruddur.bootstrap import Application
from cruddur.cli.operator_acts import note_act
from cruddur.cli.runtime import TABLE_FLAGS, run, setting_flags
from cruddur.cli.session_events import announcing
from cruddur.domain.model import User
from cruddur.domain.person_picture import PersonPicture
from cruddur.identity.find_picture import find_own_picture
from cruddur.identity.find_user import find_user_by_handle, read_user
from cruddur.identity.remove_picture import remove_picture
from cruddur.messaging.inbox.correct_names import renaming_of
from cruddur.messaging.inbox.tell_of_name import tell_of_name


@click.command()
@click.argument("handle")
@click.option(
    "--remove", is_flag=True, help="Take the picture away, as one that nobody should see."
)
@click.option("--to", type=click.Path(path_type=Path), help="Store the picture as this file.")
@setting_flags(*TABLE_FLAGS, "bus", "valkey_url")
def picture(handle: str, to: Path | None, *, remove: bool, **given: str | None) -> None:
    """Say whether HANDLE has a picture; store it as a file, or remove it.

    It works beside a running service. HANDLE may take another picture: `users disable` keeps from that.
    """

    async def work(application: Application) -> tuple[User, PersonPicture | None]:
        user = await _profile(application, handle)
        found = await find_own_picture(application.identity, user)
        if remove and user.picture:
            await _remove(application, user)
        return user, found

    user, found = run(given, work, reads_only=not remove)
    if user.picture is None:
        click.echo(f"@{user.handle} ({user.display_name}) has no picture")
        return
    if to is not None and found is not None:
        to.write_bytes(found.data)
    what = "had the picture" if remove else "has the picture"
    size = f"{len(found.data):,} bytes, {found.media_type}" if found else "which is not stored"
    click.echo(f"@{user.handle} ({user.display_name}) {what} {user.picture}, {size}")


async def _profile(application: Application, handle: str) -> User:
    found = await find_user_by_handle(application.identity, handle)
    return await read_user(application.identity, found.user_uuid)


async def _remove(application: Application, user: User) -> None:
    async with announcing(application):
        after = await remove_picture(application.identity, user.user_uuid)
        await tell_of_name(application.messaging, renaming_of(after))
    await note_act(application, "picture_removed", user.user_uuid)
