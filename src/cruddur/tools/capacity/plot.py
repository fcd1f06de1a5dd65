"""Draws units and cost over people as an SVG picture, by hand: two charts need no library."""

import math
from collections.abc import Callable, Mapping, Sequence

from cruddur.tools.capacity.bill import bill
from cruddur.tools.capacity.deployment import Deployment, dollars
from cruddur.tools.capacity.estimate import lines, total
from cruddur.tools.capacity.load import Load
from cruddur.tools.capacity.population import scaled

_DECADES = 4
_STEPS = 8
"""Points a decade."""
_WIDTH, _HEIGHT = 400, 260
_LEFT, _TOP = 70, 50
_COLOURS = ("#2563eb", "#dc2626", "#059669", "#b45309", "#7c3aed")
_STYLE = (
    ".p{fill:#fff}.g{stroke:#cbd5e1;stroke-width:1}.l{fill:none;stroke-width:2}"
    ".h{font-weight:600}.s{font-size:12px;fill:#475569}text{fill:#0f172a}"
    "@media (prefers-color-scheme:dark){.p{fill:#0f172a}.g{stroke:#334155}.s{fill:#cbd5e1}"
    "text{fill:#f1f5f9}}"
)
_PARTS: Mapping[str, frozenset[str]] = {
    "function": frozenset({"the function", "the function's log", "the stream's reads"}),
    "tasks and balancer": frozenset(
        {"tasks", "load balancer", "balancer's units", "public IPv4 addresses", "NAT gateway"}
    ),
    "transfer, bus, mails": frozenset({"transfer to people", "the bus", "Valkey", "mails by SES"}),
}
Point = tuple[float, float]


def plot(load: Load, deployment: Deployment) -> str:
    """Returns the picture: from a hundredth of the load's people to a hundred times as many."""
    times = [10 ** (step / _STEPS - _DECADES / 2) for step in range(_DECADES * _STEPS + 1)]
    loads = [scaled(load, one) for one in times]
    people = [load.users * one for one in times]
    demands = [total(lines(one)) for one in loads]
    units = {
        "read units": _points(people, [one.read for one in demands]),
        "write units": _points(people, [one.write for one in demands]),
    }
    costs = {name: _points(people, values) for name, values in _costs(loads, deployment).items()}
    charts = _chart("Units a second", units, 0) + _chart(
        "Dollars a month", costs, _WIDTH + 2 * _LEFT
    )
    return _picture(charts)


def _points(people: Sequence[float], values: Sequence[float]) -> Sequence[Point]:
    return [(x, y) for x, y in zip(people, values, strict=True) if y > 0]  # of 0 is no logarithm


def _costs(loads: Sequence[Load], deployment: Deployment) -> Mapping[str, Sequence[float]]:
    bills = [bill(load, deployment) for load in loads]
    costs = {"together": [dollars(one) for one in bills]}
    for part, names in _PARTS.items():
        costs[part] = [dollars([item for item in one if item.name in names]) for one in bills]
    rest = frozenset().union(*_PARTS.values())
    others = ("alarms", "metrics", "secrets", "dashboard", "the service's log")
    costs["table"] = [
        dollars([item for item in one if item.name not in rest and item.name not in others])
        for one in bills
    ]
    return costs


def _chart(title: str, series: Mapping[str, Sequence[Point]], left: float) -> str:
    points = [point for one in series.values() for point in one]
    across, down = _axis([x for x, _ in points]), _axis([y for _, y in points])
    x = _scale(across, left + _LEFT, left + _LEFT + _WIDTH)
    y = _scale(down, _TOP + _HEIGHT, _TOP)
    parts = [f'<text class="h" x="{left + _LEFT}" y="{_TOP - 20}">{title}</text>']
    parts += [_mark(x(10**n), _TOP, x(10**n), _TOP + _HEIGHT) for n in across]
    parts += [_mark(left + _LEFT, y(10**n), left + _LEFT + _WIDTH, y(10**n)) for n in down]
    parts += [_label(x(10**n), _TOP + _HEIGHT + 18, "middle", _number(n)) for n in across]
    parts += [_label(left + _LEFT - 8, y(10**n) + 4, "end", _number(n)) for n in down]
    for number, (name, line) in enumerate((n, one) for n, one in series.items() if one):
        parts.append(_line(name, [(x(a), y(b)) for a, b in line], number, left))
    return "\n".join(parts)


def _axis(values: Sequence[float]) -> range:
    """The powers of ten that span the values, two at least; of no value, one to ten."""
    first = math.floor(math.log10(min(values, default=1)))
    last = math.ceil(math.log10(max(values, default=1)))
    return range(first, max(last, first + 1) + 1)


def _scale(axis: range, start: float, end: float) -> Callable[[float], float]:
    return lambda value: start + (end - start) * (math.log10(value) - axis[0]) / (len(axis) - 1)


def _mark(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<path class="g" d="M{x1:.0f} {y1:.0f}L{x2:.0f} {y2:.0f}"/>'


def _label(x: float, y: float, anchor: str, text: str) -> str:
    return f'<text class="s" x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{text}</text>'


def _line(name: str, points: Sequence[Point], number: int, left: float) -> str:
    colour, path = _COLOURS[number], "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    # The names stand in the upper left corner, where lines that rise leave room.
    at = f'x="{left + _LEFT + 12}" y="{_TOP + 18 + 16 * number}"'
    return (
        f'<path class="l" stroke="{colour}" d="M{path}"/>'
        f'<text font-size="12" {at} style="fill:{colour}">{name}</text>'
    )


def _number(power: int) -> str:
    if power < 0:
        return f"{10.0**power:.{-power}f}"
    return f"{10 ** (power % 3)}{['', ' k', ' M', ' G', ' T'][power // 3]}"


def _picture(charts: str) -> str:
    width, height = 2 * (_WIDTH + 2 * _LEFT), _TOP + _HEIGHT + 60
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" \
aria-labelledby="t d" font-family="system-ui, sans-serif" font-size="14">
<title id="t">Units and cost over people</title>
<desc id="d">Two charts over the number of people who use the service at the same time, both with \
logarithmic axes: capacity units a second, and dollars a month by what they are for.</desc>
<style>
{_STYLE}
</style>
<rect class="p" width="{width}" height="{height}"/>
{charts}
<text class="s" x="{width / 2:.0f}" y="{height - 12}" text-anchor="middle">people at the same time</text>
</svg>
"""
