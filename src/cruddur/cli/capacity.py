"""`cruddur capacity`: estimate the units and the price of a load."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import rich_click as click
from rich import box
from rich.console import Console
from rich.table import Table

from cruddur.cli.runtime import fail
from cruddur.domain.checked_texts import MESSAGE_MAX_CHARS
from cruddur.ports.metering import Units
from cruddur.schema.keys import INBOX_INDEX
from cruddur.tools.capacity import estimate as reckoning
from cruddur.tools.capacity.bill import bill
from cruddur.tools.capacity.deployment import Deployment, dollars
from cruddur.tools.capacity.load import Load
from cruddur.tools.capacity.plot import plot as draw
from cruddur.tools.capacity.price_list import PRICES_OF
from cruddur.tools.capacity.prices import AS_OF, REGION

_RATE = click.FloatRange(min=0)
_LOOKS_EACH_SECONDS = 600
_SENDS_A_START = 100
_SENDS_AN_EDIT, _SENDS_A_REACTION = 20, 5
_OPEN_SECONDS = 3600
_MEMBERS_MAX = 50


@click.command()
@click.option("--sends-per-second", "sends", type=_RATE, required=True)
@click.option(
    "--users", type=click.IntRange(min=1), required=True, help="People who use it at the same time."
)
@click.option("--inbox-reads-per-second", "inbox_reads", type=_RATE,
              help="[default: each user in ten minutes]")  # fmt: skip
@click.option("--conversation-reads-per-second", "conversation_reads", type=_RATE,
              help="[default: each user in ten minutes]")  # fmt: skip
@click.option("--hit-rate", type=click.FloatRange(0, 1), default=0, show_default=True,
              help="The part of these reads that a cache answers.")  # fmt: skip
@click.option("--marks-per-second", "marks", type=_RATE,
              help="Messages marked read. [default: as many as are sent]")  # fmt: skip
@click.option("--receipts", type=click.FloatRange(0, 1), default=1, show_default=True,
              help="The part of these marks that the others learn of.")  # fmt: skip
@click.option("--edits-per-second", "edits", type=_RATE,
              help="Edits and deletions. [default: one in 20 sends]")  # fmt: skip
@click.option("--reactions-per-second", "reactions", type=_RATE,
              help="[default: one in 5 sends]")  # fmt: skip
@click.option("--pushes-per-second", "pushes", type=_RATE, default=0, show_default=True,
              help="Pushes of a message to a person.")  # fmt: skip
@click.option("--webhook-events-per-second", "events", type=_RATE, default=0, show_default=True,
              help="What webhooks are sent.")  # fmt: skip
@click.option("--mails-per-second", "mails", type=_RATE, default=0, show_default=True)
@click.option("--mailed-people", "mailed", type=click.IntRange(min=0), default=0, show_default=True,
              help="People who get a mail of what stays unread.")  # fmt: skip
@click.option("--starts-per-second", "starts", type=_RATE,
              help="New conversations. [default: one in 100 sends]")  # fmt: skip
@click.option("--moving", type=_RATE, default=5, show_default=True,
              help="A user's conversations that move within an hour.")  # fmt: skip
@click.option(
    "--message-chars", type=click.IntRange(1, MESSAGE_MAX_CHARS), default=100, show_default=True
)
@click.option("--members", type=click.IntRange(2, _MEMBERS_MAX), default=2, show_default=True,
              help="People in a conversation; each has a row that a message writes.")  # fmt: skip
@click.option("--processes", type=click.IntRange(min=1), default=1, show_default=True,
              help="Processes that write side by side, behind a load balancer.")  # fmt: skip
@click.option("--pages", type=_RATE, default=0, show_default=True, help="Pages that are open.")
@click.option("--opens-per-second", "opens", type=_RATE,
              help="Pages opened. [default: each open page once an hour]")  # fmt: skip
@click.option("--bus", type=click.Choice(["memory", "valkey", "momento"]), default="valkey",
              show_default=True, help="What carries events between the processes.")  # fmt: skip
@click.option("--nat", "has_nat", is_flag=True, help="Tasks behind a NAT gateway.")
@click.option("--plot", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.svg",
              help="Draw units and cost over people, up to a hundred times the users.")  # fmt: skip
def capacity(bus: str, has_nat: bool, plot: Path | None, **given: Any) -> None:
    """Estimate the capacity units of a load, and what a month of it costs, all in all.

    Each access pattern is counted at its ceiling, as measured in `docs/prices.md`, and at more
    where long messages and groups take more; a month is one with this load at every hour.
    """
    usual = _usual(given)
    load = Load(**{name: usual[name] if value is None else value for name, value in given.items()})
    deployment = Deployment(tasks=load.processes, bus=bus, has_nat=has_nat)
    _print(load, deployment)
    if plot is not None:
        _draw(load, deployment, plot)


def _usual(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The rates of those that were not given."""
    sends, looks = given["sends"], given["users"] / _LOOKS_EACH_SECONDS
    return {
        "inbox_reads": looks,
        "conversation_reads": looks,
        "marks": sends * (given["members"] - 1),
        "starts": sends / _SENDS_A_START,
        "edits": sends / _SENDS_AN_EDIT,
        "reactions": sends / _SENDS_A_REACTION,
        "opens": given["pages"] / _OPEN_SECONDS,
    }


def _print(load: Load, deployment: Deployment) -> None:
    console = Console(highlight=False)
    found = reckoning.lines(load)
    console.print(_units(found))
    console.print(_costs(load, reckoning.total(found)))
    console.print(_bill(load, deployment))
    console.print(
        f"Dollars of {REGION}: units {AS_OF}, all else as known on {PRICES_OF}; without taxes and free "
        "tiers. Check them before you rely on them: https://aws.amazon.com/dynamodb/pricing/",
        style="dim",
    )


def _draw(load: Load, deployment: Deployment, path: Path) -> None:
    try:
        path.write_text(draw(load, deployment), encoding="utf-8")
    except OSError as error:
        fail(f"cannot write {path}: {error.strerror}")
    click.echo(f"Drew {path}")


def _bill(load: Load, deployment: Deployment) -> Table:
    items = bill(load, deployment)
    heading = f"a month on demand, {load.processes} tasks, the bus on {deployment.bus}"
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", show_footer=True, pad_edge=False)
    table.add_column(heading, footer="all in all")
    table.add_column("", footer=f"${dollars(items):,.2f}", justify="right")
    for item in items:
        table.add_row(item.name, f"${item.dollars:,.2f}")
    return table


def _units(found: Sequence[reckoning.Line]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", show_footer=True, pad_edge=False)
    demand = reckoning.total(found)
    footers = ("", "units a second, together", "", f"{demand.write:,.2f}", f"{demand.read:,.2f}")
    headings = ("", "access pattern", "calls/s", "write/s", "read/s")
    for heading, footer in zip(headings, footers, strict=True):
        words = heading in {"", "access pattern"}
        table.add_column(heading, footer=footer, justify="left" if words else "right")
    for line in found:
        numbers = (line.calls, line.demand.write, line.demand.read)
        table.add_row(line.letter, line.question, *(f"{number:,.2f}" for number in numbers))
    return table


def _costs(load: Load, demand: Units) -> Table:
    held = reckoning.provisioned(demand)
    messages = reckoning.monthly_messages(load)
    stored = reckoning.storage_gb(messages, load.message_chars)
    million = reckoning.storage_gb(1_000_000, load.message_chars)
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_row(
        "on demand", f"${reckoning.on_demand_dollars(demand):,.2f} a month", "", style="bold"
    )
    table.add_row(
        "provisioned",
        f"${reckoning.provisioned_dollars(demand):,.2f} a month",
        f"table {_pair(held['table'])},\n{INBOX_INDEX} {_pair(held['index'])},\n"
        f"of which {reckoning.TARGET_USE:.0%} are in use",
        style="bold",
    )
    table.add_row(
        "storage",
        f"{million:.2f} GB a million",
        f"${million * reckoning.STORAGE_GB_DOLLARS:.2f} a month past {reckoning.FREE_STORAGE_GB} GB;\n"
        f"this load adds {stored:,.1f} GB a month",
    )
    if load.hit_rate:
        table.add_row(
            "the cache",
            f"saves ${reckoning.saved_dollars(load):,.2f} a month",
            f"on demand; Momento would take ${reckoning.momento_dollars(load):,.2f} for the pages,\n"
            f"at ${reckoning.MOMENTO_GB_DOLLARS:.2f} a GB; Valkey costs by the hour",
        )
    return table


def _pair(units: tuple[int, int]) -> str:
    return f"{units[0]:,} write and {units[1]:,} read units"
