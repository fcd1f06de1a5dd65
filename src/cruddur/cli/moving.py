"""`cruddur copy` and `cruddur adopt`: bring a table's items elsewhere."""

import sys
from collections import Counter

import rich_click as click

from cruddur.bootstrap import open_table
from cruddur.cli.counting import counting
from cruddur.cli.places import ask_before_aws, finish, require_engine, where
from cruddur.cli.running import fail
from cruddur.config import Settings, WrongSetting, load_settings
from cruddur.moving.address import settings_of
from cruddur.moving.adopt_table import Adopted, adopt_table
from cruddur.moving.copy_table import Copied, TargetNotEmpty, copy_table

_REGION = click.option("--region", help="The AWS region of `dynamodb:TABLE`. [AWS_REGION]")
_YES = click.option("--yes", is_flag=True, help="Do not ask before writing to AWS.")


@click.command("copy")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option(
    "--force",
    is_flag=True,
    help="Even beside other items in the target, and over what differs.",
)
@_YES
@_REGION
def copy(source: str, target: str, force: bool, yes: bool, region: str | None) -> None:
    """Copy a whole table, to another engine or back, and verify it by count and checksum.

    FROM and TO are each `sqlite:FOLDER`, `dynamodb:TABLE@http://127.0.0.1:8000`, or
    `dynamodb:TABLE` on AWS. Stop the service first. Running it again goes on where it stopped.
    """
    origin, goal = _places(source, target, region)
    deed = "Write to, and overwrite what differs in," if force else "Write to"
    ask_before_aws(goal, deed, yes=yes)
    copied = finish(_copy(origin, goal, force=force))
    _tell(copied, origin, goal)
    sys.exit(0 if copied.is_whole else 1)


def _places(source: str, target: str, region: str | None) -> tuple[Settings, Settings]:
    try:
        region = region or load_settings({}).region
        origin, goal = settings_of(source, region), settings_of(target, region)
    except WrongSetting as error:
        fail(str(error))
    if origin == goal:
        fail("that is the same table twice")
    return origin, goal


async def _copy(origin: Settings, goal: Settings, *, force: bool) -> Copied:
    await require_engine(origin)
    await require_engine(goal)
    async with open_table(origin) as source, open_table(goal, new=True) as target:
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
    else:
        click.echo("cruddur: the two differ; was one of them in use? Run it again.", err=True)


@click.command()
@click.argument("source")
@click.argument("target")
@_YES
@_REGION
def adopt(source: str, target: str, yes: bool, region: str | None) -> None:
    """Read a table in the layout of the tutorial, SOURCE, and write it as ours to TARGET.

    Both are places as for `cruddur copy`. The source is only read. What could not be read is listed,
    and the command then ends with 1. Running it again changes nothing.
    """
    origin, goal = _places(source, target, region)
    ask_before_aws(goal, "Write to", yes=yes)
    adopted = finish(_adopt(origin, goal))
    _tell_adopted(adopted, goal)
    sys.exit(1 if adopted.unreadable else 0)


async def _adopt(origin: Settings, goal: Settings) -> Adopted:
    await require_engine(origin)
    await require_engine(goal)
    async with open_table(origin) as source, open_table(goal, new=True) as target:
        with counting() as step:
            return await adopt_table(source, target, step)


def _tell_adopted(adopted: Adopted, goal: Settings) -> None:
    merged = adopted.merged
    for line in (*adopted.renamed, *merged.notes):
        click.echo(f"note: {line}")
    for problem in adopted.unreadable:
        click.echo(f"could not be read: {problem.where}: {problem.why}", err=True)
    old = sum(len(conversation.old_groups) for conversation in merged.conversations)
    messages = sum(len(conversation.messages) for conversation in merged.conversations)
    click.echo(f"{adopted.read:>9,} items read, {len(adopted.unreadable):,} could not be")
    click.echo(f"{len(merged.people):>9,} people")
    click.echo(f"{len(merged.conversations):>9,} conversations, of {old:,} in the old table")
    click.echo(f"{messages:>9,} messages, and {merged.doubles:,} that were there twice")
    click.echo(f"{adopted.written:>9,} items written to {where(goal)}")


def _counts(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {kind}" for kind, count in counts.most_common())
