"""Figures for people: percentiles, and a table in a terminal."""

from collections.abc import Sequence

Row = tuple[str, str]


def percentile(values: Sequence[float], part: float) -> float:
    """The nearest-rank percentile; 0 where nothing was measured."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else 0.0


def milliseconds(values: Sequence[float]) -> str:
    """`p50 / p99` in milliseconds."""
    return f"{percentile(values, 0.5) * 1000:.1f} / {percentile(values, 0.99) * 1000:.1f} ms"


def show(title: str, rows: Sequence[Row]) -> None:
    width = max(len(name) for name, _ in rows)
    print(f"\n{title}")
    for name, value in rows:
        print(f"  {name:<{width}}  {value}")
