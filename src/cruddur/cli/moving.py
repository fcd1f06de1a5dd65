"""`cruddur copy` and `cruddur adopt`: move a table's items to another table."""

import sys
from collections import Counter
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import rich_click as click

from cruddur.bootstrap import open_table
from cruddur.cli.progress import counting
from cruddur.cli.runtime import fail
from cruddur.cli.target import ask_before_aws, finish, flags_of, require_engine, where
from cruddur.config import Settings, WrongSetting, load_settings
from cruddur.tools.migration.address import settings_of
from cruddur.tools.migration.adopt_table import Adopted, adopt_table
from cruddur.tools.migration.copy_table import Copied, TargetNotEmpty, copy_table

_REGION = click.option("--region", help="The AWS region of `dynamodb:TABLE`. [AWS_REGION]")
_YES = click.option("--yes", is_flag=True, help="Do not ask before writing to AWS.")


@click.command("copy")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option(
    "--force",
    is_flag=True,
    help="Copy although the target has other items, and overwrite items that differ.",
)
@_YES
@_REGION
def copy(source: str, target: str, force: bool, yes: bool, region: str | None) -> None:
    """Copy a whole table, to another engine or back, and verify it by count and checksum.

    FROM and TO are each `sqlite:FOLDER`, `dynamodb:TABLE@http://127.0.0.1:8000`, or
    `dynamodb:TABLE` on AWS. Stop the service first. Running it again goes on where it stopped.
    """
    origin, goal = _locations(source, target, region)
    deed = "Write to, and overwrite what differs in," if force else "Write to"
    ask_before_aws(goal, deed, yes=yes)
    copied = finish(_copy(origin, goal, force=force))
    _tell(copied, origin, goal)
    sys.exit(0 if copied.is_whole else 1)


def _locations(source: str, target: str, region: str | None) -> tuple[Settings, Settings]:
    try:
        aws = load_settings({"region": region})
        origin, goal = (
            msgspec.structs.replace(settings_of(place, aws.region), aws_profile=aws.aws_profile)
            for place in (source, target)
        )
    except WrongSetting as error:
        fail(str(error))
    if origin == goal:
        fail("that is the same table twice")
    return origin, goal


async def _copy(origin: Settings, goal: Settings, *, force: bool) -> Copied:
    await require_engine(origin)
    await require_engine(goal)
    async with (
        open_table(origin, reads_only=True, any_layout=True) as source,
        open_table(goal, new=True) as target,
    ):
        with counting() as step:
            try:
                return await copy_table(source, target, step, force=force)
            except TargetNotEmpty as error:
                reason = f"{where(goal)} holds items that {where(origin)} does not ({error})"
                raise WrongSetting(f"{reason}; --force copies all the same") from None


def _tell(copied: Copied, origin: Settings, goal: Settings) -> None:
    click.echo(f"{copied.written:,} items written, {copied.already:,} were there already")
    if copied.others.count:
        click.echo(f"{copied.others.count:,} other items of the target were left beside them")
    for line in copied.refused:
        click.echo(f"the target cannot hold {line}", err=True)
    if copied.fleeting:
        click.echo(f"not verified, since their time ends: {_counts(copied.fleeting)}")
    if copied.left_out:
        click.echo(f"left out, places in the source's change feed: {_counts(copied.left_out)}")
    for settings, sum_ in (
        (origin, copied.source + copied.others),
        (goal, copied.target),
    ):
        click.echo(f"{sum_.count:>9,} items  {sum_}  {where(settings)}")
    if copied.is_whole:
        click.echo("Verified: both sides are the same.")
    elif copied.refused:
        click.echo(f"cruddur: {len(copied.refused):,} items could not be copied", err=True)
    else:
        click.echo("cruddur: the two differ; was one of them in use? Run it again.", err=True)


@click.command()
@click.argument("source")
@click.argument("target")
@click.option(
    "--naive-times-are",
    metavar="ZONE",
    callback=lambda _context, _option, name: _zone(name),
    help="The zone of times without an offset, such as America/Toronto. [default: UTC]",
)
@_YES
@_REGION
def adopt(
    source: str, target: str, naive_times_are: ZoneInfo | None, yes: bool, region: str | None
) -> None:
    """Read a table in the layout of the tutorial, SOURCE, and write it as ours to TARGET.

    Both are places as for `cruddur copy`. The source is only read. What could not be read is listed,
    and the command then ends with 1. Running it again changes nothing.
    """
    origin, goal = _locations(source, target, region)
    ask_before_aws(goal, "Write to", yes=yes)
    adopted = finish(_adopt(origin, goal, naive_times_are or UTC))
    _tell_adopted(adopted, goal, naive_times_are)
    sys.exit(1 if adopted.unreadable else 0)


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise click.BadParameter(
            f"{name!r} is no time zone here: it takes a name of the IANA's, such as America/Toronto. "
            "If it knows none, install the package tzdata."
        ) from None


async def _adopt(origin: Settings, goal: Settings, naive_times_are: tzinfo) -> Adopted:
    await require_engine(origin)
    await require_engine(goal)
    async with (
        open_table(origin, reads_only=True, any_layout=True) as source,
        open_table(goal, new=True) as target,
    ):
        with counting() as step:
            return await adopt_table(source, target, step, naive_times_are=naive_times_are)


def _tell_adopted(adopted: Adopted, goal: Settings, zone: ZoneInfo | None) -> None:
    merged = adopted.merged
    for line in (*adopted.renamed, *merged.notes):
        click.echo(f"note: {line}")
    for key in adopted.times.ahead:
        click.echo(f"note: {key}: its time lies ahead; adopted as of now")
    for problem in adopted.unreadable:
        click.echo(f"could not be read: {problem.where}: {problem.why}", err=True)
    old = sum(len(conversation.old_groups) for conversation in merged.conversations)
    messages = sum(len(conversation.messages) for conversation in merged.conversations)
    click.echo(f"{adopted.read:>9,} items read, {len(adopted.unreadable):,} could not be")
    click.echo(f"{len(merged.people):>9,} people")
    click.echo(f"{len(merged.conversations):>9,} conversations, of {old:,} in the old table")
    click.echo(f"{messages:>9,} messages, and {merged.doubles:,} that were there twice")
    click.echo(f"{adopted.written:>9,} items written to {where(goal)}")
    _tell_of_times(adopted, zone)
    if adopted.without_login:
        click.echo(
            f"{adopted.without_login:,} of these people cannot sign in yet: give each a password "
            f"with `cruddur users set-password HANDLE {flags_of(goal)}`; "
            f"`cruddur users list {flags_of(goal)}` tells their handles"
        )


def _tell_of_times(adopted: Adopted, zone: ZoneInfo | None) -> None:
    if adopted.times.without_offset:
        other = "" if zone else "; --naive-times-are names another zone"
        click.echo(
            f"{adopted.times.without_offset:>9,} times had no offset, and were taken as "
            f"{zone or 'UTC'}{other}"
        )
    if adopted.times.ahead:
        click.echo(f"{len(adopted.times.ahead):>9,} times lay ahead of now, and became now")


def _counts(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {kind}" for kind, count in counts.most_common())
