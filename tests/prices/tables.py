"""Writes the tables and pictures that docs take from the model of cost: `python -m tests.prices.tables`.

A table stands between two comments, `<!-- made: NAME -->` and `<!-- end -->`.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from tests.engines import ROOT

from cruddur.tools.capacity import bill as bills
from cruddur.tools.capacity.bill import bill, publishes, tasks_for
from cruddur.tools.capacity.deployment import (
    BEHIND_NAT,
    PROJECTOR,
    SMALLEST,
    USUAL,
    Item,
    dollars,
    idle,
)
from cruddur.tools.capacity.estimate import lines, monthly_items, storage_gb, total
from cruddur.tools.capacity.load import Load
from cruddur.tools.capacity.plot import plot
from cruddur.tools.capacity.population import THERE, average, peak
from cruddur.tools.capacity.price_list import BALANCER_UNIT_CONNECTIONS, HOURS_A_MONTH

PAGES = ("docs/deploying.md", "docs/scale.md")
PICTURE = ROOT / "docs/cost.svg"
_MARKED = re.compile(r"(<!-- made: (\w+) -->\n)(?:(?!<!-- ).)*?(<!-- end -->)", re.DOTALL)
_MONTH_SECONDS = HOURS_A_MONTH * 3600
_DAYS = HOURS_A_MONTH / 24
_NAMES = {
    100: "a team of 100",
    10_000: "10,000 people",
    10**6: "a million",
    10**8: "a hundred million",
}

Rows = Iterable[Sequence[str]]


def filled(text: str) -> str:
    """The page with each of its tables as the model has it now."""
    return _MARKED.sub(lambda found: found[1] + TABLES[found[2]]() + "\n" + found[3], text)


def picture() -> str:
    """The picture of docs/scale.md."""
    return plot(average(10**6), USUAL)


def _table(head: Sequence[str], rows: Rows) -> str:
    marks = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, marks, *rows))


def _idle() -> str:
    deployments = {
        "the projector alone": PROJECTOR,
        "the smallest service": SMALLEST,
        "two tasks": USUAL,
        "two tasks behind a NAT gateway": BEHIND_NAT,
    }
    bills_of = [{item.name: item.dollars for item in idle(one)} for one in deployments.values()]
    names = sorted(bills_of[-1], key=lambda name: -bills_of[-1][name])
    rows = [[name, *(_money(one.get(name, 0)) for one in bills_of)] for name in names]
    sums = [f"**{_money(sum(one.values()))}**" for one in bills_of]
    return _table(["idle, a month", *deployments], [*rows, ["**together**", *sums]])


def million() -> Load:
    """A million messages a month between people of two, over two tasks, and nothing beside."""
    sends = 1e6 / _MONTH_SECONDS
    quiet = Load(sends=sends, users=1, inbox_reads=0, conversation_reads=0, marks=sends, starts=0)
    return replace(quiet, processes=2, moving=0, cold=0)


def _million() -> str:
    usual = replace(USUAL, bus="momento")
    # What does not grow with the messages, and sessions, which grow with the people.
    base = {item.name for item in idle(usual)} | {"the service's log", "processes' own looks"}
    items = [item for item in bill(million(), usual) if item.name not in base | {"sessions"}]
    rows = [[_explained(item), _money(item.dollars)] for item in items]
    monthly = "storage of the month's messages"
    once = dollars([item for item in items if item.name != monthly])
    return _table(
        ["a million messages between two people, over two tasks", ""],
        [*rows, ["**together**, without what stays stored", f"**{_money(once)}**"]],
    )


def _explained(item: Item) -> str:
    million = 1_000_000
    size = storage_gb(million, 100)
    words = {
        "sending": "a write unit, and where the other process wrote last a read unit; some puts fail",
        "projecting": "2 write units, and 2 read units at most",
        "marking read": "two write units, as the others are told",
        "the function": f"as if each message came alone; {bills.FUNCTION_SECONDS * 1000:g} ms of ½ GB",
        "the function's log": f"{bills.FUNCTION_LINE_BYTES} bytes a line, at $0.50 a GB",
        "transfer to people": f"an event of {bills.EVENT_BYTES} bytes to each member, at $0.09 a GB",
        "the bus": "Momento: an event for each member, in once and out to both tasks, at $0.50 a GB",
        "storage of the month's messages": f"{size:.2f} GB, each month from then on; restorable",
    }
    return f"{item.name}: {words[item.name]}" if item.name in words else item.name


def _everybody() -> str:
    normal, busy = average(10**8), peak(10**8)
    units = [total(lines(one)) for one in (normal, busy)]
    return _table(
        ["", "average", "peak"],
        [
            ["messages a second", *(_rounded(one.sends) for one in (normal, busy))],
            ["write units a second", *(_rounded(one.write) for one in units)],
            ["read units a second", *(_rounded(one.read) for one in units)],
            ["partitions that carry that: writes / 1,000 and reads / 3,000",
             *(_rounded(one.write / 1000 + one.read / 3000) for one in units)],
            ["open pages", *(_rounded(one.pages) for one in (normal, busy))],
            ["publishes on the bus a second", *(_rounded(publishes(one)) for one in (normal, busy))],
            ["stored a day", f"{storage_gb(monthly_items(normal) / _DAYS, 100):,.0f} GB", ""],
        ],
    )  # fmt: skip


def _connections() -> str:
    counts = (1_000, 20_000, 10**6, 10**7)
    rows = [
        [
            f"{pages:,}",
            f"{pages * bills.STREAM_BYTES / 1e9:,.2f} GB",
            f"{tasks_for(pages):,}",
            f"{-(-pages // BALANCER_UNIT_CONNECTIONS):,}",
        ]
        for pages in counts
    ]
    return _table(
        ["open pages", "memory", "tasks of 1 GB, half full", "units of the balancer"], rows
    )


_COLUMNS: Mapping[str, Sequence[str]] = {
    "table": (
        *("sending", "projecting", "marking read", "starting conversations"),
        *("reading conversations", "reading inboxes", "edits and reactions", "sessions"),
        *("processes' own looks",),
    ),
    "open pages' reads": ("open pages' reads",),
    "function and logs": ("the function", "the function's log", "the service's log"),
    "tasks, balancer, bus": (
        *("tasks", "load balancer", "balancer's units", "public IPv4 addresses"),
        *("Valkey", "the bus", "secrets", "alarms", "metrics"),
    ),
    "pushes and mails": ("pushes", "the stream's reads", "mails", "mails by SES"),
    "transfer": ("transfer to people",),
}


def _cost() -> str:
    head = ["people", "messages a day", *_COLUMNS, "a month", "and each month more"]
    return _table(head, [_cost_row(people, name) for people, name in _NAMES.items()])


def _cost_row(people: int, name: str) -> Sequence[str]:
    load = average(people)
    found = {item.name: item.dollars for item in bill(load, USUAL)}
    stored = found.pop("storage of the month's messages")
    columns = [sum(found.pop(name, 0) for name in names) for names in _COLUMNS.values()]
    assert not found, found
    messages = f"{people * THERE * 20:,.0f}"
    month = f"**{_round_money(sum(columns))}**"
    return [name, messages, *map(_round_money, columns), month, _round_money(stored)]


def _rounded(value: float) -> str:
    digits = max(0, len(str(int(value))) - 2)
    return f"{round(value, -digits):,.0f}"


def _money(value: float) -> str:
    return f"${value:,.2f}" if value else ""


def _round_money(value: float) -> str:
    return f"${value:,.2f}" if value < 10 else f"${value:,.0f}"


TABLES: Mapping[str, Callable[[], str]] = {
    "idle": _idle,
    "million": _million,
    "everybody": _everybody,
    "connections": _connections,
    "cost": _cost,
}

if __name__ == "__main__":
    for name in PAGES:
        page = ROOT / name
        page.write_text(filled(page.read_text("utf-8")), "utf-8")
    PICTURE.write_text(picture(), "utf-8")
