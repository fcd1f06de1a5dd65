"""`cruddur reports`: what people have reported."""

from collections.abc import Sequence

import msgspec
import rich_click as click

from cruddur.bootstrap import Application
from cruddur.cli.operator_acts import note_act
from cruddur.cli.runtime import TABLE_FLAGS, run, setting_flags
from cruddur.domain.report import Report
from cruddur.messaging.people.close_report import close_report, find_report
from cruddur.messaging.people.list_reports import list_reports


@click.group()
def reports() -> None:
    """Messages that people have reported."""


@reports.command("list")
@click.option("--days", type=click.IntRange(1, 366), default=30, show_default=True)
@click.option("--all", "with_closed", is_flag=True, help="With those that are closed.")
@setting_flags(*TABLE_FLAGS)
def list_(days: int, with_closed: bool, **given: str | None) -> None:
    """List the open reports of the last days, the oldest first: name, reason, whom they are about."""

    async def work(application: Application) -> Sequence[Report]:
        return await list_reports(application.messaging, days)

    for one in run(given, work, reads_only=True):
        if with_closed or one.closed_at is None:
            state = "closed" if one.closed_at else "open"
            click.echo(f"{one.name}  {one.reason}  {state}  {one.reported_uuid}")


@reports.command()
@click.argument("name")
@setting_flags(*TABLE_FLAGS)
def show(name: str, **given: str | None) -> None:
    """Print the report NAME as JSON, with the messages as they were."""

    async def work(application: Application) -> Report:
        report = await find_report(application.messaging, name)
        await note_act(application, "report_read", report.reported_uuid, report=name)
        return report

    found = run(given, work, reads_only=True, is_noted=True)
    click.echo(msgspec.json.format(msgspec.json.encode(found)).decode())


@reports.command()
@click.argument("name")
@setting_flags(*TABLE_FLAGS)
def close(name: str, **given: str | None) -> None:
    """Say that the report NAME is done with."""

    async def work(application: Application) -> None:
        await close_report(application.messaging, name)

    run(given, work)
    click.echo(f"{name} is closed")
