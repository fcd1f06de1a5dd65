"""What a deployment of deploy/template.yaml costs a month while nobody uses it."""

from collections.abc import Sequence
from dataclasses import dataclass

from cruddur.tools.capacity.price_list import (
    ADDRESS_HOUR,
    ALARM_MONTH,
    BALANCER_HOUR,
    DASHBOARD_MONTH,
    ENDPOINT_HOUR,
    HOURS_A_MONTH,
    KEY_MONTH,
    METRIC_MONTH,
    NAT_HOUR,
    SECRET_MONTH,
    TASK_CPU_HOUR,
    TASK_GB_HOUR,
    VALKEY_NODE_HOUR,
    WAF_MONTH,
)

FUNCTION_ALARMS = 10
SERVICE_ALARMS = 5
SERVICE_METRICS = 6
"""The metrics that all tasks write together. The function's are billed in hours with batches only."""

_BALANCER_ADDRESSES = 2
_SECRET_ENDPOINT_ZONES = 2


@dataclass(frozen=True, slots=True)
class Deployment:
    """The parameters of bin/deploy that cost something. Without tasks there is no service.

    `cpu` is in whole CPUs, `memory_gb` in GB, both of one task. `bus` is memory, valkey or momento.
    """

    tasks: int = 0
    cpu: float = 0.5
    memory_gb: float = 1.0
    has_nat: bool = False
    bus: str = "memory"
    is_cached: bool = False
    has_dashboard: bool = False
    has_firewall: bool = False
    has_key: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a bill, in US dollars a month."""

    name: str
    dollars: float


PROJECTOR = Deployment()
SMALLEST = Deployment(tasks=1, cpu=0.25, memory_gb=0.5)
USUAL = Deployment(tasks=2, bus="valkey")
BEHIND_NAT = Deployment(tasks=2, bus="valkey", has_nat=True)


def idle(deployment: Deployment) -> Sequence[Item]:
    """Returns what it costs a month while nobody calls, without what the table stores."""
    parts = (
        Item("alarms", ALARM_MONTH * _alarms(deployment)),
        Item("dashboard", DASHBOARD_MONTH * deployment.has_dashboard),
        Item("key", KEY_MONTH * deployment.has_key),
        *(_service(deployment) if deployment.tasks else ()),
    )
    return [part for part in parts if part.dollars]


def dollars(items: Sequence[Item]) -> float:
    """Returns the sum of the items."""
    return sum(item.dollars for item in items)


def _alarms(deployment: Deployment) -> int:
    return FUNCTION_ALARMS + (SERVICE_ALARMS if deployment.tasks else 0)


def _service(one: Deployment) -> Sequence[Item]:
    task = one.cpu * TASK_CPU_HOUR + one.memory_gb * TASK_GB_HOUR
    # A task without a gateway has an address of its own; a gateway has one for all tasks.
    addresses = _BALANCER_ADDRESSES + (1 if one.has_nat else one.tasks)
    has_endpoint = one.is_cached and one.bus == "valkey"
    return (
        Item("tasks", HOURS_A_MONTH * task * one.tasks),
        Item("load balancer", HOURS_A_MONTH * BALANCER_HOUR),
        Item("public IPv4 addresses", HOURS_A_MONTH * ADDRESS_HOUR * addresses),
        Item("NAT gateway", HOURS_A_MONTH * NAT_HOUR * one.has_nat),
        Item("secrets", SECRET_MONTH * (1 + (one.bus != "memory"))),
        Item("metrics", METRIC_MONTH * SERVICE_METRICS),
        Item("Valkey", HOURS_A_MONTH * VALKEY_NODE_HOUR * (one.bus == "valkey")),
        Item("endpoint", HOURS_A_MONTH * ENDPOINT_HOUR * _SECRET_ENDPOINT_ZONES * has_endpoint),
        Item("WAF", WAF_MONTH * one.has_firewall),
    )
