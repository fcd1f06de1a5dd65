"""What is right where the clocks of two servers differ."""

from datetime import datetime, timedelta

CLOCKS_DIFFER = timedelta(days=1)
"""The most that the clocks of two servers may differ; a wrong time zone makes less. A time further ahead
was taken from a clock that was wrong."""


def not_before(earlier: str, at: str) -> str:
    """Returns the time of something made at `at` that follows something made at `earlier`.

    It is the later of the two, so that times never go back in a conversation. But an `earlier` time
    that is ahead by more than CLOCKS_DIFFER is ignored: one wrong clock would otherwise date
    everything that follows.
    """
    return at if at >= earlier or is_far_ahead(earlier, at) else earlier


def is_far_ahead(one: str, other: str) -> bool:
    """Whether the first time is later than the second by more than CLOCKS_DIFFER.

    It is also true for a text that is not a time, which only another program can have written.
    """
    try:
        return datetime.fromisoformat(one) - datetime.fromisoformat(other) > CLOCKS_DIFFER
    except (ValueError, TypeError):
        return True
