"""Measures whether the time of what strangers try tells which people there are, and who blocks whom.

Tries are made in turn, in random pairs, against the use case itself: a network would hide a difference,
and a patient attacker averages a network out.
"""

import argparse
import asyncio
import math
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.telling import Case, Try, scene


async def seconds_of(work: Try) -> float:
    """Returns how long one try takes."""
    begun = time.perf_counter()
    await work()
    return time.perf_counter() - begun


async def measure(case: Case, tries: int) -> tuple[list[float], list[float]]:
    """Returns the seconds of tries of the one and of as many of the other."""
    one: list[float] = []
    other: list[float] = []
    pairs = [(case.tries[0][1], one), (case.tries[1][1], other)]
    for _ in range(tries + 5):
        random.shuffle(pairs)
        for work, seconds in pairs:
            seconds.append(await seconds_of(work))
    return one[5:], other[5:]  # the first tries load modules


async def measure_all(folder: Path, names: Sequence[str], tries: int) -> None:
    """Measures the cases of these names, or all, and prints each."""
    async with scene(folder) as there:
        for case in there.cases():
            if not names or case.name in names:
                tell(case, *await measure(case, tries))


def welch(one: Sequence[float], other: Sequence[float]) -> tuple[float, float]:
    """Returns Welch's t of two samples, and the two-sided p by the normal distribution."""
    spread = statistics.variance(one) / len(one) + statistics.variance(other) / len(other)
    t = (statistics.fmean(one) - statistics.fmean(other)) / math.sqrt(spread)
    return t, math.erfc(abs(t) / math.sqrt(2))


def rank_sum(one: Sequence[float], other: Sequence[float]) -> tuple[float, float]:
    """Returns z of the Mann-Whitney test, which outliers do not move, and its two-sided p."""
    ordered = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    ranks = sum(rank for rank, (_, which) in enumerate(ordered, 1) if which == 0)
    n, m = len(one), len(other)
    middle, spread = n * (n + m + 1) / 2, math.sqrt(n * m * (n + m + 1) / 12)
    z = (ranks - middle) / spread
    return z, math.erfc(abs(z) / math.sqrt(2))


def tell(case: Case, one: Sequence[float], other: Sequence[float]) -> None:
    """Prints both samples and both tests."""
    print(f"{case.name}: {len(one)} tries each")
    for (name, _), seconds in zip(case.tries, (one, other), strict=True):
        median, mean = statistics.median(seconds), statistics.fmean(seconds)
        print(f"  {name:<16} median {median * 1e3:.3f} ms, mean {mean * 1e3:.3f} ms")
    for name, (value, p) in (
        ("Welch's t", welch(one, other)),
        ("Mann-Whitney z", rank_sum(one, other)),
    ):
        print(f"  {name:<16} {value:+.2f}, p = {p:.3f}", flush=True)


def main() -> None:
    """Measures what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="what to try; all of it if none is named")
    parser.add_argument("--tries", type=int, default=1000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure_all(Path(folder), given.names, given.tries))


if __name__ == "__main__":
    main()
