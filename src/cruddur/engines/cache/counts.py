"""Counters of the cache, for the metrics."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(slots=True)
class Counts:
    """Counts hits, misses, calls that failed, and entries with an invalid seal."""

    hits: int = 0
    misses: int = 0
    errors: int = 0
    forged: int = 0

    def figures(self) -> Mapping[str, int]:
        done = {"hit": self.hits, "miss": self.misses}
        return {**done, "error": self.errors, "forged": self.forged}
