"""A month's bill of a load, all in all: units, function, tasks, balancer, bus, logs and transfer."""

import math
from collections.abc import Sequence
from dataclasses import replace

from cruddur.tools.capacity import price_list as price
from cruddur.tools.capacity.deployment import Deployment, Item, idle
from cruddur.tools.capacity.estimate import (
    CONVERSATION_PAGE_BYTES,
    INBOX_PAGE_BYTES,
    Line,
    lines,
    monthly_items,
    monthly_messages,
    on_demand_dollars,
    storage_gb,
    total,
)
from cruddur.tools.capacity.load import Load

STREAM_BYTES = 4 * 1024
"""The memory of an open event stream, by `bench/streams`: 3.1 to 4.6 KiB."""
TASK_STREAMS = (1 << 30) // 2 // STREAM_BYTES
"""The pages that fill a task of 1 GB by half, which is where autoscaling adds another."""

FUNCTION_GB = 0.5
FUNCTION_SECONDS = 0.025
"""The duration of an invocation for one message: 3.5 to 5.5 ms of a whole core measured, of which 512 MB
have between a quarter and a third, and the waiting for the table."""

FUNCTION_LINE_BYTES = 550
"""A line of the function's log with its metrics, and the 26 bytes that CloudWatch counts for each."""
SERVICE_LINE_BYTES = 700
EVENT_BYTES = 700
"""A message of 100 characters as an event, on the bus and to a page."""
HEARTBEAT_BYTES = 100
HEARTBEAT_SECONDS = 15
OPENED_PAGE_PUBLISHES = 4
"""What a page publishes from its opening to its closing: that its person has come and gone, and
two times whom it shows. While nothing changes it publishes nothing."""
PRESENCE_BYTES = 200
"""So many has the event of a receipt, too."""
PUSH_BYTES = 1300
"""A push with its text, encrypted, and the headers that sign it."""
WEBHOOK_BYTES = 1100
STREAM_READS = 2
"""A second and shard: where nothing is new, the service's consumers ask for it twice a second."""

_MONTH_SECONDS = price.HOURS_A_MONTH * 3600
_GB = 1 << 30


def tasks_for(pages: float) -> int:
    """Returns the number of tasks that this many open pages take: two at least, one for availability."""
    return max(2, math.ceil(pages / TASK_STREAMS))


def bill(load: Load, deployment: Deployment) -> Sequence[Item]:
    """Returns the items of a month with this load at every hour, the largest first.

    What a month adds to storage is paid in each month that follows, too.
    """
    fixed = idle(replace(deployment, tasks=max(deployment.tasks, load.processes)))
    beside = _beside(load)
    found = [*_table(load), *_function(load), *_traffic(load, deployment), *beside, *fixed]
    return sorted((item for item in found if item.dollars), key=lambda item: -item.dollars)


def publishes(load: Load) -> float:
    """Returns the events a second on the bus: one for each member, receipts, and presence."""
    told = load.marks * load.receipts * (load.members - 1)
    happened = (load.sends + load.changes) * load.members
    return happened + told + load.opens * OPENED_PAGE_PUBLISHES


def _table(load: Load) -> Sequence[Item]:
    stored = storage_gb(monthly_items(load), load.message_chars)
    return [
        *(Item(name, on_demand_dollars(total(found))) for name, found in _grouped(load).items()),
        Item("storage of the month's messages", stored * stored_gb_month()),
    ]


def stored_gb_month() -> float:
    """Returns the dollars a month of a GB in the table that can be restored to any second."""
    return price.STORAGE_GB_MONTH + price.RESTORABLE_GB_MONTH


_NAMES = {
    "A": "reading conversations",
    "B": "reading inboxes",
    "C": "sending",
    "D": "projecting",
    "E": "starting conversations",
    "F": "marking read",
    "H": "mails",
    "I": "edits and reactions",
    "K": "open pages' reads",
    "M": "sessions",
    "V": "processes' own looks",
    "X": "pushes",
}
_OWN_LOOKS = dict.fromkeys(
    ("look which key pushes, once a minute", "look for mails that are due"), _NAMES["V"]
)


def _grouped(load: Load) -> dict[str, list[Line]]:
    grouped: dict[str, list[Line]] = {}
    for line in lines(load):
        name = _OWN_LOOKS.get(line.question, _NAMES[line.letter])
        grouped.setdefault(name, []).append(line)
    return grouped


def _function(load: Load) -> Sequence[Item]:
    # As if each message came alone, which is the dearest.
    calls = monthly_messages(load) + _RECORDS_OF_A_CHANGE * load.changes * _MONTH_SECONDS
    seconds = calls * FUNCTION_SECONDS * FUNCTION_GB * price.FUNCTION_GB_SECOND
    return [
        Item("the function", calls * price.FUNCTION_CALL + seconds),
        Item("the function's log", calls * FUNCTION_LINE_BYTES / _GB * price.LOG_GB),
    ]


_RECORDS_OF_A_CHANGE = 2  # the change, and the message that it was applied to


def _beside(load: Load) -> Sequence[Item]:
    """Returns what pushes, webhooks and mails cost outside of the table."""
    demand = total(lines(load))
    shards = max(1, math.ceil(demand.write / _SHARD_WRITES))
    reads = STREAM_READS * shards * bool(load.pushes or load.events)
    return [
        Item("the stream's reads", reads * _MONTH_SECONDS * price.STREAM_READ),
        Item("mails by SES", load.mails * _MONTH_SECONDS * price.MAIL),
    ]


_SHARD_WRITES = 1000


def _traffic(load: Load, deployment: Deployment) -> Sequence[Item]:
    gb_second = _bytes_out(load) / _GB
    lines_of_log = load.processes * price.HOURS_A_MONTH * 60 * bool(deployment.tasks)
    requests = load.requests + load.opens * _REQUESTS_A_PAGE
    units = max(
        load.pages / price.BALANCER_UNIT_CONNECTIONS,
        requests / price.BALANCER_UNIT_REQUESTS,
        gb_second * 3600 / price.BALANCER_UNIT_GB_HOUR,
    )
    balancer = units * price.BALANCER_UNIT_HOUR * price.HOURS_A_MONTH
    return [
        Item("transfer to people", gb_second * _MONTH_SECONDS * price.INTERNET_GB),
        Item("balancer's units", balancer * bool(deployment.tasks)),
        Item(
            "WAF's requests",
            requests * _MONTH_SECONDS * price.WAF_REQUEST * deployment.has_firewall,
        ),
        Item("the service's log", lines_of_log * SERVICE_LINE_BYTES / _GB * price.LOG_GB),
        Item("the bus", _bus(load, deployment)),
    ]


_REQUESTS_A_PAGE = 50  # the page's files, and what it asks the API


def _bytes_out(load: Load) -> float:
    """The bytes a second to people: events, heartbeats, and what they read."""
    online = min(1.0, load.pages / load.users)
    told = load.marks * load.receipts * (load.members - 1) * PRESENCE_BYTES
    events = ((load.sends + load.changes) * load.members * EVENT_BYTES + told) * (online or 1)
    idle_pages = load.pages * HEARTBEAT_BYTES / HEARTBEAT_SECONDS
    pages = load.inbox_reads * INBOX_PAGE_BYTES + load.conversation_reads * CONVERSATION_PAGE_BYTES
    outside = load.pushes * PUSH_BYTES + load.events * WEBHOOK_BYTES
    return events + idle_pages + pages + outside


def _bus(load: Load, deployment: Deployment) -> float:
    """The dollars of what the bus carries beyond what idles: nodes of Valkey, or Momento's transfer."""
    if deployment.bus == "valkey":
        nodes = math.ceil(publishes(load) / price.VALKEY_PUBLISHES)
        return max(0, nodes - 1) * price.VALKEY_NODE_HOUR * price.HOURS_A_MONTH
    if deployment.bus == "momento":
        # In once, and out to each process.
        happened = (load.sends + load.changes) * load.members * EVENT_BYTES
        told = load.marks * load.receipts * (load.members - 1)
        small = (told + load.opens * OPENED_PAGE_PUBLISHES) * PRESENCE_BYTES
        carried = (happened + small) * (1 + load.processes)
        return carried * _MONTH_SECONDS / _GB * price.MOMENTO_GB
    return 0.0
