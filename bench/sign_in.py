"""Measures whether the time of a failed sign-in tells which handles exist.

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

from cruddur.bootstrap import open_application
from cruddur.config import Settings
from cruddur.domain.errors import Unauthenticated
from cruddur.identity.context import IdentityContext
from cruddur.identity.create_account import create_account
from cruddur.identity.sign_in import sign_in

PASSWORD = "a password that nobody has"


async def seconds_of(identity: IdentityContext, handle: str) -> float:
    """Returns how long a wrong password takes for this handle."""
    begun = time.perf_counter()
    try:
        await sign_in(identity, handle, PASSWORD)
    except Unauthenticated:
        return time.perf_counter() - begun
    raise AssertionError("the password was right")


async def measure(folder: Path, tries: int) -> tuple[list[float], list[float]]:
    """Returns the seconds of tries with an account, and of as many without one."""
    with_account: list[float] = []
    without: list[float] = []
    async with open_application(Settings(data=folder)) as application:
        identity = application.identity
        await create_account(identity, "andrew", "Andrew", "correct horse battery")
        pairs = [("andrew", with_account), ("nobody-here", without)]
        for _ in range(tries + 5):
            random.shuffle(pairs)
            for handle, seconds in pairs:
                seconds.append(await seconds_of(identity, handle))
    return with_account[5:], without[5:]  # the first tries load modules


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


def main() -> None:
    """Prints both samples and both tests."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=1000)
    tries: int = parser.parse_args().tries
    with tempfile.TemporaryDirectory() as folder:
        with_account, without = asyncio.run(measure(Path(folder), tries))
    for name, seconds in (("with an account", with_account), ("without one", without)):
        median, mean = statistics.median(seconds), statistics.fmean(seconds)
        print(
            f"{name:<16} {len(seconds)} tries: median {median * 1e3:.2f} ms, mean {mean * 1e3:.2f} ms"
        )
    for name, (value, p) in (
        ("Welch's t", welch(with_account, without)),
        ("Mann-Whitney z", rank_sum(with_account, without)),
    ):
        print(f"{name:<16} {value:+.2f}, p = {p:.3f}")


if __name__ == "__main__":
    main()
