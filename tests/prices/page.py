"""Writes docs/prices.md from a fresh run: `python -m tests.prices.page`."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests import engines
from tests.prices.lengths import Length, measure_lengths
from tests.prices.patterns import Price, Stage, as_long_as_one_unit, as_people_write, measure
from tests.prices.tutorial import measure_tutorial

from cruddur.ports.metering import Units
from cruddur.tools.capacity.prices import AS_OF, READ_MILLION_DOLLARS, REGION, WRITE_MILLION_DOLLARS
from cruddur.tools.capacity.prices import dollars_per_million as dollars
from cruddur.tools.capacity.sizes import item_bytes, largest_row

PAGE = engines.ROOT / "docs/prices.md"
COMPARED = {
    "A": ("the 20 newest messages", "a conversation's 20 newest messages"),
    "B": ("the 20 newest of an inbox", "the 20 newest of an inbox"),
    "C": ("store a message", "send a message"),
    "D": ("update two inboxes", "project it"),
    "E": ("start a conversation", "start a conversation"),
}
"""The question of each letter that the tutorial had, too: how the page names it, and ours."""


class Measured(NamedTuple):
    """What all questions cost: with texts as people write them, and with the longest of one unit."""

    prices: Sequence[Price]
    largest: Sequence[Price]
    tutorial: Mapping[str, Units]
    lengths: Sequence[Length]


async def measure_all() -> Measured:
    """A fresh run. Two of them say the same."""
    async with engines.fresh_table(engines.shared("dynoxide").url) as table:
        stage = await Stage.set(table, as_people_write)
        prices = await measure(stage)
        tutorial = await measure_tutorial(stage)
        lengths = await measure_lengths(stage)
    async with engines.fresh_table(engines.shared("dynoxide").url) as table:
        largest = await measure(await Stage.set(table, as_long_as_one_unit))
    return Measured(prices, largest, tutorial, lengths)


def page_of(measured: Measured) -> str:
    """The whole page."""
    prices, largest, before, lengths = measured
    return TEXT.format(
        region=REGION,
        as_of=AS_OF,
        write=WRITE_MILLION_DOLLARS,
        read=READ_MILLION_DOLLARS,
        patterns="\n".join(map(_pattern_line, prices, largest)),
        rows=_row_bytes(),
        lengths="\n".join(map(_length_line, lengths)),
        comparison="\n".join(_comparison_lines(prices, before)),
    )


def _row_bytes() -> str:
    sizes = [
        f"{name} {item_bytes(largest_row('direct', letter)):,} and "
        f"{item_bytes(largest_row('group', letter)):,}"
        for name, letter in (("Latin letters", "m"), ("CJK letters", "語"), ("emoji", "😀"))
    ]
    return ", of\n  ".join(sizes)


def _pattern_line(price: Price, largest: Price) -> str:
    ceiling, units = price
    cost = dollars(units.write, units.read)
    return (
        f"| {ceiling.letter} | {ceiling.question} "
        f"| {units.write:.3g} | {ceiling.write:g} | {units.read:.3g} | {ceiling.read:g} "
        f"| {_both(largest.units)} | ${cost:.2f} |"
    )


def _length_line(length: Length) -> str:
    name, *units = length
    return f"| {name} | {' | '.join(map(_both, units))} |"


def _comparison_lines(prices: Sequence[Price], before: Mapping[str, Units]) -> list[str]:
    ours = {price.ceiling.question: price.units for price in prices}
    now = {letter: ours[question] for letter, (_, question) in COMPARED.items()}
    lines = [
        _comparison_line(f"{letter} {name}", before[letter], now[letter])
        for letter, (name, _) in COMPARED.items()
    ]
    old, new = Units(), Units()
    for letter in "CD":
        old.add(before[letter])
        new.add(now[letter])
    return [*lines, _comparison_line("**C + D a message, all in all**", old, new)]


def _comparison_line(label: str, old: Units, new: Units) -> str:
    costs = [dollars(units.write, units.read) for units in (old, new)]
    return f"| {label} | {_both(old)} | {_both(new)} | ${costs[0]:.2f} | ${costs[1]:.2f} |"


def _both(units: Units) -> str:
    return f"{units.write:.3g} / {units.read:.3g}"


TEXT = (Path(__file__).parent / "page.txt").read_text(encoding="utf-8")

if __name__ == "__main__":
    PAGE.write_text(page_of(asyncio.run(measure_all())), encoding="utf-8")
